import { describe, expect, it } from 'vitest'
import { blobNear, homographyResidual, markedSheet, MARKS, type Place } from './marked-sheet.js'
import { NEUTRAL, turnedAbout, type Stance } from './motion.js'
import { emptyPicture } from './pictures.js'
import { HELD_AT, planeToFrame } from './plane.js'
import { DETAIL } from './portrait.js'
import { bendPrint, holdPrint, type Print } from './print.js'
import { apply, rotation } from './rotation.js'
import type { Picture } from './types.js'

const print: Print = { picture: markedSheet(210 * DETAIL, 280 * DETAIL), halfWidth: 105, halfHeight: 140 }
const grey = emptyPicture()
grey.data.fill(128)
const places = MARKS.map(([u, v]): Place => [(u * 2 - 1) * print.halfWidth, (v * 2 - 1) * print.halfHeight])

/** Where a pinhole camera sees the marks, by the marks' place in space. `bend` puts a mark of the sheet there. */
function expected(stance: Stance, bend: (place: Place) => readonly [number, number, number] = ([x, y]) => [x, y, 0]): Place[] {
  return places.map((place) => {
    const [x, y, z] = apply(rotation(stance), bend(place))
    const away = HELD_AT / stance.scale + z
    return [320 + stance.dx + (x * HELD_AT) / away, 240 + stance.dy + (y * HELD_AT) / away]
  })
}

const found = (frame: Picture, near: readonly Place[]): Place[] => near.map((place) => blobNear(frame, place, 110))

const motion = turnedAbout(3)
const stances = Array.from({ length: 12 }, (_, index) => motion(index * 370))

describe('a flat print', () => {
  it('is turned by up to 40° about both axes', () => {
    const many = Array.from({ length: 400 }, (_, index) => motion(index * 33))
    for (const axis of ['yaw', 'pitch'] as const) {
      const angles = many.map((stance) => stance[axis])
      expect(Math.max(...angles)).toBeGreaterThan(38)
      expect(Math.min(...angles)).toBeLessThan(-38)
      expect(Math.max(...angles.map(Math.abs))).toBeLessThanOrEqual(40)
    }
  })

  it('shows its marks where one homography of the first frame has them, within half a pixel', () => {
    const start = found(holdPrint(grey, print, NEUTRAL), expected(NEUTRAL))
    for (const stance of stances) {
      const seen = found(holdPrint(grey, print, stance), expected(stance))
      expect(homographyResidual(start, seen)).toBeLessThan(0.5)
      // And it is the homography of a pinhole camera.
      seen.forEach(([x, y], index) => {
        const [px, py] = expected(stance)[index]!
        expect(Math.hypot(x - px, y - py)).toBeLessThan(0.8)
      })
    }
  })

  it('has the homography that its place in space gives', () => {
    for (const stance of stances) {
      places.forEach(([x, y], index) => {
        const [u, v, w] = apply(planeToFrame(stance), [x, y, 1])
        const [px, py] = expected(stance)[index]!
        expect(Math.hypot(u / w - px, v / w - py)).toBeLessThan(1e-6)
      })
    }
  })
})

describe.each([1 / 2, 1 / 3])('a print bent round %f of its width', (radius) => {
  const r = 2 * print.halfWidth * radius
  const round = ([x, y]: Place): readonly [number, number, number] => [r * Math.sin(x / r), y, r * (1 - Math.cos(x / r))]

  it('lies on the cylinder, which no homography explains', () => {
    const start = found(bendPrint(grey, print, radius, NEUTRAL), expected(NEUTRAL, round))
    for (const yaw of [-20, 20]) {
      const stance = { ...NEUTRAL, yaw, pitch: 5 }
      const near = expected(stance, round)
      const seen = found(bendPrint(grey, print, radius, stance), near)
      seen.forEach(([x, y], index) => expect(Math.hypot(x - near[index]![0], y - near[index]![1])).toBeLessThan(1))
      expect(homographyResidual(start, seen)).toBeGreaterThan(1)
    }
  })
})
