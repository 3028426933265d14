import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compose, invert, similarity, transform, type Affine } from '../../src/numeric/index.js'

const number = fc.double({ min: -100, max: 100, noNaN: true })
const point = fc.record({ x: number, y: number })
const turnAndScale = fc.record({
  angle: fc.double({ min: -3, max: 3, noNaN: true }),
  scale: fc.double({ min: 0.1, max: 10, noNaN: true }),
  e: number,
  f: number,
})

function mapOf({ angle, scale, e, f }: { angle: number; scale: number; e: number; f: number }): Affine {
  const [a, b] = [scale * Math.cos(angle), scale * Math.sin(angle)]
  return { a, b, c: -b, d: a, e, f }
}

describe('affine maps', () => {
  it('come back by their inverse', () => {
    fc.assert(
      fc.property(turnAndScale, point, (parts, start) => {
        const map = mapOf(parts)
        const back = transform(invert(map), transform(map, start))
        expect(back.x).toBeCloseTo(start.x, 6)
        expect(back.y).toBeCloseTo(start.y, 6)
      }),
    )
  })

  it('compose as one after the other', () => {
    fc.assert(
      fc.property(turnAndScale, turnAndScale, point, (one, two, start) => {
        const both = transform(compose(mapOf(two), mapOf(one)), start)
        const steps = transform(mapOf(two), transform(mapOf(one), start))
        expect(both.x).toBeCloseTo(steps.x, 5)
        expect(both.y).toBeCloseTo(steps.y, 5)
      }),
    )
  })

  it('have no inverse when they flatten the plane', () => {
    expect(() => invert({ a: 1, b: 2, c: 2, d: 4, e: 0, f: 0 })).toThrow(RangeError)
  })
})

describe('similarity', () => {
  it('finds the very map that moved the points', () => {
    fc.assert(
      fc.property(
        turnAndScale,
        fc.uniqueArray(point, { minLength: 2, maxLength: 6, selector: ({ x, y }) => `${Math.round(x)},${Math.round(y)}` }),
        (parts, from) => {
          const map = mapOf(parts)
          const found = similarity(
            from,
            from.map((one) => transform(map, one)),
          )
          for (const key of ['a', 'b', 'c', 'd'] as const) expect(found[key]).toBeCloseTo(map[key], 5)
        },
      ),
    )
  })

  it('refuses points that coincide', () => {
    expect(() =>
      similarity(
        [
          { x: 1, y: 1 },
          { x: 1, y: 1 },
        ],
        [
          { x: 0, y: 0 },
          { x: 1, y: 0 },
        ],
      ),
    ).toThrow(RangeError)
  })
})
