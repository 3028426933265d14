import { describe, expect, it } from 'vitest'
import { webcam } from './camera.js'
import { holdMask, holesOf } from './eye-holes.js'
import { NEUTRAL } from './motion.js'
import { emptyPicture } from './pictures.js'
import { plateOf } from './portrait.js'
import { printOf } from './print.js'
import { showOnScreen } from './screen.js'
import type { Picture } from './types.js'

function plain(value: number): Picture {
  const picture = emptyPicture()
  picture.data.fill(value)
  return picture
}

/** Means over squares of 6 pixels in the middle of the frame, per channel: fine structure is gone, beats are not. */
function coarse({ width, data }: Picture, channel: number): number[] {
  const means: number[] = []
  for (let top = 180; top < 300; top += 6) {
    for (let left = 220; left < 420; left += 6) {
      let sum = 0
      for (let y = top; y < top + 6; y += 1) for (let x = left; x < left + 6; x += 1) sum += data[(y * width + x) * 3 + channel]!
      means.push(sum / 36)
    }
  }
  return means
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
}

describe('a screen', () => {
  const stance = { ...NEUTRAL, yaw: 4, roll: 1.5 }
  const frame = showOnScreen(plain(90), plain(128), stance, 0)

  it('beats with the camera’s pixels: coloured moiré on an even grey', () => {
    const [red, green] = [coarse(frame, 0), coarse(frame, 1)]
    expect(deviation(red.map((value, index) => value - green[index]!))).toBeGreaterThan(2)
  })

  it('has bands that roll', () => {
    const later = showOnScreen(plain(90), plain(128), stance, 150)
    const change = coarse(later, 1).map((value, index) => value - coarse(frame, 1)[index]!)
    expect(Math.max(...change) - Math.min(...change)).toBeGreaterThan(5)
  })

  it('has a black that glows, a bezel that does not, and the room around it', () => {
    const dark = showOnScreen(plain(90), plain(0), NEUTRAL, 0)
    const at = (x: number, y: number): number => dark.data[(y * 640 + x) * 3 + 1]!
    expect(at(320, 400)).toBeGreaterThan(8)
    expect(at(37, 240)).toBe(16)
    expect(at(8, 240)).toBe(90)
  })
})

describe('a webcam', () => {
  it('has new noise in every frame, more where it is lighter, a deviation of 1 to 3 of 255', () => {
    const camera = webcam(5)
    const noise = (value: number): number => {
      const [a, b] = [camera(plain(value), 0, 0), camera(plain(value), 1, 33)]
      return deviation(Array.from(a.data.subarray(0, 60_000), (byte, index) => byte - b.data[index]!)) / Math.SQRT2
    }
    expect(noise(40)).toBeGreaterThan(1)
    expect(noise(200)).toBeGreaterThan(noise(40) * 1.2)
    expect(noise(200)).toBeLessThan(3)
  })
})

describe('eye holes', () => {
  it('show what is behind them, and only there', async () => {
    const [plate, other] = [await plateOf('obama'), await plateOf('biden')]
    const holes = holesOf(plate, other)
    const print = printOf(plate)
    const [dark, light] = [holdMask(plain(90), print, holes, plain(0), NEUTRAL), holdMask(plain(90), print, holes, plain(255), NEUTRAL)]
    let changed = 0
    for (let at = 0; at < dark.data.length; at += 3) {
      if (dark.data[at] === light.data[at]) continue
      changed += 1
      const [x, y] = [((at / 3) % 640) - 320, Math.floor(at / 3 / 640) - 240]
      expect(holes.some((hole) => Math.hypot((x - hole.at[0]) / hole.radii[0], (y - hole.at[1]) / hole.radii[1]) < 1)).toBe(true)
    }
    const area = holes.reduce((sum, { radii }) => sum + Math.PI * radii[0] * radii[1], 0)
    expect(changed).toBeGreaterThan(0.85 * area)
  })
})
