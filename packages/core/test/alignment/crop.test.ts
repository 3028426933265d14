import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ARCFACE_112, cropTransform, cutChip, fivePoints } from '../../src/alignment/index.js'
import type { CropSpec } from '../../src/assets/index.js'
import { LANDMARK, landmarkBox, type Face } from '../../src/detection/index.js'
import { invert, transform, type Affine, type Point } from '../../src/numeric/index.js'
import { difference, paintRaster, pattern, sceneFace } from './scene.js'

const UPRIGHT: CropSpec = { kind: 'upright-box', scale: 1.3, size: 160 }
const FIVE: CropSpec = { kind: 'five-point', template: 'arcface-112', size: 112 }
const SIZE = { width: 320, height: 240 }

const similarities = fc
  .record({
    angle: fc.double({ min: -Math.PI, max: Math.PI, noNaN: true }),
    scale: fc.double({ min: 0.7, max: 1.6, noNaN: true }),
    dx: fc.double({ min: -30, max: 30, noNaN: true }),
    dy: fc.double({ min: -30, max: 30, noNaN: true }),
  })
  .map(({ angle, scale, dx, dy }): Affine => {
    const [a, b] = [scale * Math.cos(angle), scale * Math.sin(angle)]
    // About the middle of a 480 × 480 picture, the face's middle (160, 120) landing near it.
    return { a, b, c: -b, d: a, e: 240 + dx - a * 160 + b * 120, f: 240 + dy - b * 160 - a * 120 }
  })

function near(left: Point, right: Point, digits = 3): void {
  expect(left.x).toBeCloseTo(right.x, digits)
  expect(left.y).toBeCloseTo(right.y, digits)
}

describe.each([
  ['upright box', UPRIGHT],
  ['five points', FIVE],
])('a chip by %s', (_, spec) => {
  it('is the same however the picture is turned, scaled and shifted', () => {
    const chip = cutChip(paintRaster(320, 240, pattern), sceneFace(), spec)
    fc.assert(
      fc.property(similarities, (map) => {
        const back = invert(map)
        const turned = paintRaster(480, 480, (point) => pattern(transform(back, point)))
        // Landmarks are float32 and both pictures are sampled anew: 2 levels of 255 on average is what that costs.
        return difference(cutChip(turned, sceneFace(map), spec).data, chip.data).mean < 2
      }),
      { numRuns: 12 },
    )
  })
})

describe('the upright box', () => {
  it('of the mirrored picture gives the mirrored chip', () => {
    const flip: Affine = { a: -1, b: 0, c: 0, d: 1, e: 320, f: 0 }
    const chip = cutChip(paintRaster(320, 240, pattern), sceneFace(), UPRIGHT)
    const mirrored = paintRaster(320, 240, ({ x, y }) => pattern({ x: 320 - x, y }))
    expect(difference(cutChip(mirrored, swapSides(sceneFace(flip)), UPRIGHT).data, mirror(chip.data, 160)).most).toBeLessThanOrEqual(1)
  })

  it('has level eyes and the landmarks ×1.3 in it, each axis by itself', () => {
    fc.assert(
      fc.property(similarities, (map) => {
        const face = sceneFace(map)
        const toChip = invert(cropTransform(face, UPRIGHT, SIZE))
        const points = Array.from({ length: 478 }, (_, index) =>
          transform(toChip, { x: face.landmarks[index * 3] ?? NaN, y: face.landmarks[index * 3 + 1] ?? NaN }),
        )
        const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)]
        const rim = (160 - 160 / 1.3) / 2
        for (const values of [xs, ys]) {
          expect(Math.min(...values)).toBeCloseTo(rim, 2)
          expect(Math.max(...values)).toBeCloseTo(160 - rim, 2)
        }
        const [right, left] = fivePoints(face.landmarks).map((point) => transform(toChip, point))
        expect(right?.y).toBeCloseTo(left?.y ?? NaN, 2)
        expect(right?.x).toBeLessThan(left?.x ?? NaN)
      }),
    )
  })

  it('does not depend on the irises, which lie inside', () => {
    const face = sceneFace()
    const moved = face.landmarks.slice()
    for (let index = 468; index < 478; index += 1) moved.set([160, 120, 0], index * 3)
    const without = { ...face, landmarks: face.landmarks.slice(0, 468 * 3) }
    expect(cropTransform({ ...face, landmarks: moved }, UPRIGHT, SIZE)).toEqual(cropTransform(without, UPRIGHT, SIZE))
  })
})

describe('the five-point chip', () => {
  it('has the points on the template when the face is the template', () => {
    const face = sceneFace()
    const pixel = ({ x, y }: Point): Point => ({ x: 100 + 2 * (x + 0.5), y: 40 + 2 * (y + 0.5) })
    const put = (index: number, { x, y }: Point): void => face.landmarks.set([x, y, 0], index * 3)
    const [right, left, nose, mouthRight, mouthLeft] = ARCFACE_112.map(pixel) as [Point, Point, Point, Point, Point]
    for (const index of [LANDMARK.rightEyeInner, LANDMARK.rightEyeOuter]) put(index, right)
    for (const index of [LANDMARK.leftEyeInner, LANDMARK.leftEyeOuter]) put(index, left)
    put(LANDMARK.noseTip, nose)
    put(LANDMARK.mouthRight, mouthRight)
    put(LANDMARK.mouthLeft, mouthLeft)
    const map = cropTransform(face, FIVE, SIZE)
    expect(map.a).toBeCloseTo(2, 4)
    near(transform(map, { x: 0, y: 0 }), { x: 100, y: 40 })
    near(transform(cropTransform(face, { ...FIVE, size: 224 }, SIZE), { x: 224, y: 224 }), { x: 324, y: 264 })
  })
})

describe('the context box', () => {
  const spec: CropSpec = { kind: 'box', scale: 2.7, size: 128 }
  const corners = (face: Face, size = SIZE): readonly [Point, Point] => {
    const map = cropTransform(face, spec, size)
    return [transform(map, { x: 0, y: 0 }), transform(map, { x: 128, y: 128 })]
  }

  it('is the box × scale about its middle, each axis by itself, when there is room', () => {
    const [first, last] = corners({ ...sceneFace(), box: { x: 900, y: 880, width: 100, height: 120 } }, { width: 2000, height: 2000 })
    near(first, { x: 950 - 135, y: 940 - 162 })
    near(last, { x: 950 + 135, y: 940 + 162 })
  })

  it('is cut to the picture', () => {
    const [first, last] = corners({ ...sceneFace(), box: { x: 10, y: 5, width: 50, height: 60 } })
    near(first, { x: 0, y: 0 })
    near(last, { x: 35 + 67.5, y: 35 + 81 })
    const [low, high] = corners({ ...sceneFace(), box: { x: 250, y: 60, width: 100, height: 120 } })
    near(low, { x: 300 - 135, y: 0 })
    near(high, { x: 320, y: 240 })
  })

  it('of a face outside the picture is refused', () => {
    expect(() => corners({ ...sceneFace(), box: { x: 900, y: 60, width: 100, height: 120 } })).toThrow('outside the picture')
  })
})

describe('a crop that cannot be', () => {
  it.each([
    [{ kind: 'roi', scale: 1.5, size: 256 }, 'roi'],
    [{ kind: 'letterbox', size: 128 }, 'letterbox'],
  ] as [CropSpec, string][])('of kind $1 is refused by name', (spec, name) => {
    expect(() => cropTransform(sceneFace(), spec, SIZE)).toThrow(name)
  })

  it('of a face shrunk to a point is refused', () => {
    const landmarks = new Float32Array(478 * 3).fill(7)
    const face = { ...sceneFace(), landmarks, box: landmarkBox(landmarks) }
    for (const spec of [UPRIGHT, FIVE, { kind: 'box', scale: 2.7, size: 128 } as CropSpec]) {
      expect(() => cropTransform(face, spec, SIZE)).toThrow(RangeError)
    }
  })
})

function swapSides(face: Face): Face {
  const landmarks = face.landmarks.slice()
  const pairs = [
    [LANDMARK.rightEyeOuter, LANDMARK.leftEyeOuter],
    [LANDMARK.rightEyeInner, LANDMARK.leftEyeInner],
    [LANDMARK.mouthRight, LANDMARK.mouthLeft],
  ] as const
  for (const [one, other] of pairs) {
    landmarks.set(face.landmarks.subarray(other * 3, other * 3 + 3), one * 3)
    landmarks.set(face.landmarks.subarray(one * 3, one * 3 + 3), other * 3)
  }
  return { ...face, landmarks, box: landmarkBox(landmarks) }
}

function mirror(data: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(data.length)
  for (let pixel = 0; pixel < size * size; pixel += 1) {
    const from = pixel - (pixel % size) + (size - 1 - (pixel % size))
    out.set(data.subarray(from * 3, from * 3 + 3), pixel * 3)
  }
  return out
}
