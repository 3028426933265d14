import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { resample } from '../../src/alignment/index.js'
import { similarity, type Affine, type Point, type Raster } from '../../src/numeric/index.js'
import { difference, paintRaster, pattern } from './scene.js'

interface Reference {
  readonly affine: readonly { name: string; width: number; height: number; map: Affine; data: number[] }[]
  readonly reduced: { factor: number; width: number; height: number; data: number[] }
  readonly similarity: { from: [number, number][]; to: [number, number][]; map: Affine }
}
const reference = JSON.parse(readFileSync(new URL('fixtures/pillow.json', import.meta.url), 'utf8')) as Reference

// The same pseudo-random picture as fixtures/pillow.py makes.
function noise(): Raster {
  let state = 1n
  const data = new Uint8ClampedArray(23 * 17 * 4).fill(255)
  for (let pixel = 0; pixel < 23 * 17; pixel += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      state = (state * 1103515245n + 12345n) % 2n ** 31n
      data[pixel * 4 + channel] = Number(state >> 23n)
    }
  }
  return { width: 23, height: 17, data }
}

describe('resample', () => {
  it.each(reference.affine)('agrees with Pillow, $name', ({ width, height, map, data }) => {
    expect(difference(resample(noise(), map, width, height).data, data).most).toBeLessThanOrEqual(1)
  })

  it('reads bytes wherever they begin in memory, a Buffer’s among them', () => {
    const { width, height, data } = noise()
    const map = { a: 0.8, b: 0.1, c: -0.1, d: 0.8, e: 2, f: 3 }
    const usual = resample({ width, height, data }, map, 16, 12)
    for (const lead of [1, 2, 54]) {
      const moved = Buffer.from([...Buffer.alloc(lead), ...data]).subarray(lead)
      expect(resample({ width, height, data: moved }, map, 16, 12)).toEqual(usual)
    }
  })

  it("agrees with Pillow's area average when it shrinks", () => {
    const { factor, width, height, data } = reference.reduced
    const chip = resample(noise(), { a: factor, b: 0, c: 0, d: factor, e: 0, f: 0 }, width, height)
    expect(difference(chip.data, data).most).toBeLessThanOrEqual(1)
  })

  it("agrees with NumPy's singular values about the similarity of five points", () => {
    const point = ([x, y]: [number, number]): Point => ({ x, y })
    const map = similarity(reference.similarity.from.map(point), reference.similarity.to.map(point))
    for (const key of ['a', 'b', 'c', 'd', 'e', 'f'] as const) expect(map[key]).toBeCloseTo(reference.similarity.map[key], 9)
  })

  it('gives the picture back under the identity', () => {
    const chip = resample(noise(), { a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 }, 23, 17)
    expect([...chip.data]).toEqual([...noise().data].filter((_, index) => index % 4 !== 3))
  })

  it('turns a fine chequerboard into even grey instead of a moiré, at any turn', () => {
    const board = paintRaster(400, 400, ({ x, y }) => {
      const value = (Math.floor(x) + Math.floor(y)) % 2 === 0 ? 0 : 255
      return [value, value, value]
    })
    fc.assert(
      fc.property(fc.double({ min: 0, max: 2 * Math.PI, noNaN: true }), fc.double({ min: 5, max: 9, noNaN: true }), (angle, scale) => {
        const [a, b] = [scale * Math.cos(angle), scale * Math.sin(angle)]
        const map = { a, b, c: -b, d: a, e: 200 - 10 * (a - b), f: 200 - 10 * (b + a) }
        return resample(board, map, 20, 20).data.every((value) => Math.abs(value - 127.5) < 16)
      }),
      { numRuns: 25 },
    )
  })

  it('follows a smooth picture through any similarity', () => {
    const picture = paintRaster(320, 240, pattern)
    fc.assert(
      fc.property(fc.double({ min: -3, max: 3, noNaN: true }), fc.double({ min: 0.3, max: 1.5, noNaN: true }), (angle, scale) => {
        const [a, b] = [scale * Math.cos(angle), scale * Math.sin(angle)]
        const map = { a, b, c: -b, d: a, e: 160 - 32 * (a - b), f: 120 - 32 * (b + a) }
        const chip = resample(picture, map, 64, 64)
        const truth = paintRaster(64, 64, ({ x, y }) => pattern({ x: a * x - b * y + map.e, y: b * x + a * y + map.f }))
        const wanted = truth.data.filter((_, index) => index % 4 !== 3)
        // A bilinear reading flattens a wave of length 25.8 by up to 1 − sinc²(1/25.8) plus the average's own share: about 3 of 60 levels.
        return difference(chip.data, wanted).mean < 1.5
      }),
      { numRuns: 25 },
    )
  })

  it('is black outside the picture and keeps the edge unmixed', () => {
    const white = paintRaster(10, 10, () => [255, 255, 255])
    const chip = resample(white, { a: 0.5, b: 0, c: 0, d: 0.5, e: -5, f: -5 }, 40, 40)
    const red = (x: number, y: number): number | undefined => chip.data[(y * 40 + x) * 3]
    expect([red(9, 20), red(10, 20), red(29, 20), red(30, 20), red(20, 9), red(20, 10)]).toEqual([0, 255, 255, 0, 0, 255])
  })

  it.each([
    [0, 5],
    [5, 1.5],
    [-1, 5],
    [NaN, 5],
  ])('refuses a chip of %d × %d', (width, height) => {
    expect(() => resample(noise(), { a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 }, width, height)).toThrow(RangeError)
  })

  it('refuses a map that is not finite', () => {
    expect(() => resample(noise(), { a: 1, b: 0, c: 0, d: 1, e: Infinity, f: 0 }, 5, 5)).toThrow('not finite')
  })
})

describe('bilinear sampling', () => {
  it('reads the middle of each pixel only, so that stripes stay stripes', () => {
    const stripes = paintRaster(64, 8, ({ x }) => (Math.floor(x) % 4 < 2 ? [0, 0, 0] : [255, 255, 255]))
    const map = { a: 6, b: 0, c: 0, d: 1, e: 0, f: 0 }
    const red = (chip: { readonly data: Uint8Array }): (number | undefined)[] => [0, 1, 2, 3, 4].map((column) => chip.data[column * 3])
    expect(red(resample(stripes, map, 10, 8, 'bilinear'))).toEqual([255, 0, 255, 0, 255])
    // Each pixel's six columns hold two or four white ones.
    expect(red(resample(stripes, map, 10, 8))).toEqual([85, 170, 85, 170, 85])
  })
})
