import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Point } from '../../../src/numeric/index.js'
import { fitHomography, project, robustHomography, transferDistances } from '../../../src/liveness/shape/index.js'
import { smallestEigenvector } from '../../../src/liveness/shape/eigen.js'
import { hashNoise } from '../../quality/scene.js'

const noise = hashNoise(11)
const points = (count: number, seed = 0): readonly Point[] =>
  Array.from({ length: count }, (_, at) => ({ x: 100 + 200 * noise(at, seed), y: 80 + 200 * noise(at, seed + 1) }))

const part = fc.double({ min: -1, max: 1, noNaN: true })
/** A plane turned in space before a camera: what any such map looks like. */
const maps = fc
  .tuple(part, part, part, part, part, part, fc.double({ min: 0.5, max: 2, noNaN: true }))
  .map(([a, b, c, d, e, f, scale]) => [scale, 0.4 * a, 90 * b, 0.4 * c, scale, 90 * d, 6e-4 * e, 6e-4 * f, 1])
const under = (map: readonly number[], some: readonly Point[]): Point[] => some.map((point) => project(Float64Array.from(map), point))

describe('the smallest eigenvector', () => {
  it('of AᵀA is what A sends nearest to nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 36, maxLength: 36 }), (numbers) => {
        // Twelve equations in three unknowns.
        const sums = new Float64Array(9)
        for (let row = 0; row < 12; row += 1)
          for (let at = 0; at < 9; at += 1) sums[at]! += numbers[row * 3 + Math.floor(at / 3)]! * numbers[row * 3 + (at % 3)]!
        const vector = smallestEigenvector(sums, 3)!
        const quadratic = (v: ArrayLike<number>): number =>
          Array.from({ length: 9 }, (_, at) => sums[at]! * v[Math.floor(at / 3)]! * v[at % 3]!).reduce((a, b) => a + b)
        expect(Math.hypot(...vector)).toBeCloseTo(1, 9)
        for (let angle = 0; angle < 50; angle += 1) {
          const other = [Math.sin(angle) * Math.cos(angle * 7), Math.sin(angle) * Math.sin(angle * 7), Math.cos(angle)]
          expect(quadratic(vector)).toBeLessThanOrEqual(quadratic(other) + 1e-6)
        }
      }),
      { numRuns: 40 },
    )
  })

  it('does not exist for numbers that are none', () => {
    expect(smallestEigenvector(Float64Array.of(1, NaN, NaN, 1), 2)).toBeUndefined()
  })
})

describe('a homography', () => {
  it('is found again, exactly, from four points and from forty', () => {
    fc.assert(
      fc.property(maps, fc.constantFrom(4, 5, 40), (map, count) => {
        const from = points(count)
        const to = under(map, from)
        for (const found of [fitHomography(from, to)!, robustHomography(from, to)!]) {
          for (const distance of transferDistances(found, from, to)) expect(distance).toBeLessThan(1e-6)
        }
      }),
    )
  })

  it('stays near the truth under noise, and does not follow single points when it is robust', () => {
    fc.assert(
      fc.property(maps, fc.nat({ max: 99 }), (map, seed) => {
        const from = points(41)
        const exact = under(map, from)
        const noisy = exact.map(({ x, y }, at) => ({ x: x + noise(at, seed) - 0.5, y: y + noise(at, seed + 50) - 0.5 }))
        const off = (found: Float64Array): number => Math.max(...transferDistances(found, from, exact))
        expect(off(fitHomography(from, noisy)!)).toBeLessThan(2)
        const wrong = noisy.map((point, at) => (at % 14 === 3 ? { x: point.x + 40, y: point.y - 25 } : point))
        expect(off(robustHomography(from, wrong)!)).toBeLessThan(off(fitHomography(from, wrong)!) / 2)
      }),
      { numRuns: 40 },
    )
  })

  it.each([
    ['three points', points(3), points(3)],
    ['lists of unlike lengths', points(5), points(4)],
    ['points in one place', Array.from({ length: 6 }, () => ({ x: 1, y: 1 })), points(6)],
    ['points that are no numbers', points(6).map((point, at) => (at === 2 ? { x: NaN, y: 0 } : point)), points(6)],
    ['no points', [], []],
  ])('does not exist for %s', (_what, from, to) => {
    expect(fitHomography(from, to)).toBeUndefined()
    expect(robustHomography(from, to)).toBeUndefined()
  })
})
