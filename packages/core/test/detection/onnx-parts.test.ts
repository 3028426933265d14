import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ANCHOR_COUNT, faceAnchors } from '../../src/detection/onnx/anchors.js'
import { decodeDetections, intersectionOverUnion, mergeDetections, type Detection } from '../../src/detection/onnx/detections.js'
import { regionFromDetection, regionOverlap, regionTransform } from '../../src/detection/onnx/region.js'
import { readInput } from '../../src/detection/onnx/read-input.js'
import { transform, type Point } from '../../src/numeric/index.js'

describe('faceAnchors', () => {
  it('covers the input with 16 × 16 × 2 and 8 × 8 × 6 places, row by row', () => {
    const anchors = faceAnchors()
    const at = (index: number): number[] => [...anchors.subarray(index * 2, index * 2 + 2)]
    expect(anchors).toHaveLength(ANCHOR_COUNT * 2)
    expect([at(0), at(1), at(2), at(511)]).toEqual([
      [1 / 32, 1 / 32],
      [1 / 32, 1 / 32],
      [3 / 32, 1 / 32],
      [31 / 32, 31 / 32],
    ])
    expect([at(512), at(517), at(518), at(895)]).toEqual([
      [1 / 16, 1 / 16],
      [1 / 16, 1 / 16],
      [3 / 16, 1 / 16],
      [15 / 16, 15 / 16],
    ])
  })
})

describe('decodeDetections', () => {
  it('adds centre and key points to the anchor, in 128ths, and takes the sigmoid', () => {
    const boxes = new Float32Array(ANCHOR_COUNT * 16)
    const logits = new Float32Array(ANCHOR_COUNT).fill(-9)
    boxes.set([4, 8, 32, 64, -8, -4, 8, -4], 3 * 16)
    logits[3] = 0
    logits[700] = 2
    const found = decodeDetections(boxes, logits, faceAnchors(), 0.5)
    expect(found.map(({ score }) => score)).toEqual([expect.closeTo(0.8808, 4), 0.5])
    // Anchor 3 stands at (3/32, 1/32) = (12, 4)/128.
    expect(found[1]).toMatchObject({ left: 0 / 128, right: 32 / 128, top: -20 / 128, bottom: 44 / 128 })
    expect(found[1]?.eyes).toEqual([
      { x: 4 / 128, y: 0 },
      { x: 20 / 128, y: 0 },
    ])
  })

  it('takes nothing for a face that is not a number', () => {
    const boxes = new Float32Array(ANCHOR_COUNT * 16).fill(NaN)
    expect(decodeDetections(boxes, new Float32Array(ANCHOR_COUNT).fill(NaN), faceAnchors(), 0.5)).toEqual([])
  })
})

const unit = fc.double({ min: 0, max: 1, noNaN: true })
const detections = fc.array(
  fc
    .record({ x: unit, y: unit, size: fc.double({ min: 0.05, max: 0.6, noNaN: true }), score: fc.double({ min: 0.5, max: 1, noNaN: true }) })
    .map(({ x, y, size, score }): Detection => ({
      score,
      left: x,
      top: y,
      right: x + size,
      bottom: y + size,
      eyes: [
        { x: x + size / 4, y: y + size / 3 },
        { x: x + (3 * size) / 4, y: y + size / 3 },
      ],
    })),
  { maxLength: 30 },
)

describe('mergeDetections', () => {
  const sorted = (list: readonly Detection[]): Detection[] => [...list].sort((one, other) => other.score - one.score)

  it('keeps every face, best first, inside what it was made of', () => {
    fc.assert(
      fc.property(detections, (list) => {
        const merged = mergeDetections(sorted(list), 0.5)
        expect(merged.length > 0).toBe(list.length > 0)
        expect(merged.map(({ score }) => score)).toEqual(merged.map(({ score }) => score).sort((one, other) => other - one))
        for (const { left, right } of merged) {
          expect(left).toBeGreaterThanOrEqual(Math.min(...list.map((one) => one.left)) - 1e-9)
          expect(right).toBeLessThanOrEqual(Math.max(...list.map((one) => one.right)) + 1e-9)
        }
      }),
    )
  })

  it('leaves detections alone that do not overlap, and weighs by score those that do', () => {
    const face = (left: number, score: number): Detection => ({
      score,
      left,
      top: 0,
      right: left + 0.2,
      bottom: 0.2,
      eyes: [
        { x: left, y: 0 },
        { x: left + 0.1, y: 0 },
      ],
    })
    const merged = mergeDetections([face(0.1, 0.9), face(0.12, 0.6), face(0.7, 0.5)], 0.5)
    expect(merged).toHaveLength(2)
    expect(merged[0]?.left).toBeCloseTo((0.9 * 0.1 + 0.6 * 0.12) / 1.5, 12)
    expect(merged[0]?.score).toBe(0.9)
    expect(merged[1]?.left).toBeCloseTo(0.7, 12)
  })

  it('ends for detections without area', () => {
    const flat: Detection = {
      score: 0.9,
      left: 0.5,
      right: 0.5,
      top: 0.5,
      bottom: 0.5,
      eyes: [
        { x: 0.5, y: 0.5 },
        { x: 0.5, y: 0.5 },
      ],
    }
    expect(mergeDetections([flat, { ...flat }], 0.5)).toHaveLength(2)
  })
})

describe('intersectionOverUnion', () => {
  it('is one for itself, a third for half of each, none apart', () => {
    const box = { left: 0, top: 0, right: 2, bottom: 2 }
    expect(intersectionOverUnion(box, box)).toBe(1)
    expect(intersectionOverUnion(box, { left: 1, top: 0, right: 3, bottom: 2 })).toBeCloseTo(1 / 3, 12)
    expect(intersectionOverUnion(box, { left: 5, top: 0, right: 6, bottom: 2 })).toBe(0)
  })
})

function near(found: Point, wanted: Point): void {
  expect(found.x).toBeCloseTo(wanted.x, 9)
  expect(found.y).toBeCloseTo(wanted.y, 9)
}

describe('a region', () => {
  const detection: Detection = {
    score: 1,
    left: 0.25,
    right: 0.5,
    top: 0.25,
    bottom: 0.5,
    eyes: [
      { x: 0.3, y: 0.3 },
      { x: 0.4, y: 0.4 },
    ],
  }
  const region = regionFromDetection(detection, { a: 640, b: 0, c: 0, d: 640, e: 0, f: -80 })

  it('lies around the detection, half as large again, turned by the eyes', () => {
    expect(region.centre).toEqual({ x: 240, y: 160 })
    expect(region.side).toBeCloseTo(240, 9)
    expect(region.along.x).toBeCloseTo(Math.SQRT1_2, 12)
    expect(region.along.y).toBeCloseTo(Math.SQRT1_2, 12)
  })

  it('maps its crop: middle on middle, right along the eyes, down a quarter turn clockwise from it', () => {
    const map = regionTransform(region, 256)
    near(transform(map, { x: 128, y: 128 }), { x: 240, y: 160 })
    const half = 120 * Math.SQRT1_2
    near(transform(map, { x: 256, y: 128 }), { x: 240 + half, y: 160 + half })
    near(transform(map, { x: 128, y: 256 }), { x: 240 - half, y: 160 + half })
  })

  it('overlaps itself wholly, whichever way it is turned', () => {
    expect(regionOverlap(region, { ...region, along: { x: 1, y: 0 } })).toBe(1)
  })
})

describe('readInput', () => {
  it('lays the corner of the region on the middle of the first pixel, as OpenCV does, and rounds', () => {
    const data = Uint8ClampedArray.from({ length: 8 * 8 * 4 }, (_, index) => (index % 4 === 3 ? 255 : Math.floor(index / 4) * 3))
    const twice = readInput({ width: 8, height: 8, data }, { a: 2, b: 0, c: 0, d: 2, e: 0, f: 0 }, 4, 'replicate', { divisor: 1, offset: 0 })
    expect([0, 1, 2, 3].map((column) => twice[column * 3])).toEqual([0, 6, 12, 18])
    const half = readInput({ width: 8, height: 8, data }, { a: 0.5, b: 0, c: 0, d: 0.5, e: 0, f: 0 }, 4, 'replicate', { divisor: 1, offset: 0 })
    expect([0, 1, 2, 3].map((column) => half[column * 3])).toEqual([0, 2, 3, 5])
  })
})
