import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cosine, dot, mean, meanVector, median, normalise, quantile, subtract } from '../../src/numeric/index.js'

const vector = fc
  .float32Array({ minLength: 4, maxLength: 4, min: -10, max: 10, noNaN: true })
  .filter((values) => values.some((value) => Math.abs(value) > 0.01))

describe('vectors', () => {
  it('have length 1 after normalise, and the same direction', () => {
    fc.assert(
      fc.property(vector, (values) => {
        const unit = normalise(values)
        expect(Math.sqrt(dot(unit, unit))).toBeCloseTo(1, 5)
        expect(cosine(unit, values)).toBeCloseTo(1, 5)
      }),
    )
  })

  it('have a cosine between −1 and 1 that does not depend on order', () => {
    fc.assert(
      fc.property(vector, vector, (one, other) => {
        expect(Math.abs(cosine(one, other))).toBeLessThanOrEqual(1 + 1e-6)
        expect(cosine(one, other)).toBeCloseTo(cosine(other, one), 6)
      }),
    )
  })

  it.each([
    ['nothing but zeros', Float32Array.of(0, 0)],
    ['a NaN', Float32Array.of(1, NaN)],
    ['an infinity', Float32Array.of(1, Infinity)],
  ])('with %s have no direction', (_, values) => {
    expect(() => normalise(values)).toThrow(RangeError)
  })

  it('of unlike lengths do not meet', () => {
    expect(() => dot(Float32Array.of(1), Float32Array.of(1, 2))).toThrow(RangeError)
    expect(() => subtract(Float32Array.of(1), Float32Array.of(1, 2))).toThrow(RangeError)
    expect(() => meanVector([Float32Array.of(1), Float32Array.of(1, 2)])).toThrow(RangeError)
  })

  it('have a weighted mean', () => {
    expect([...meanVector([Float32Array.of(0, 4), Float32Array.of(4, 0)], [3, 1])]).toEqual([1, 3])
    expect(() => meanVector([])).toThrow(RangeError)
  })
})

describe('statistics', () => {
  it('agree with the textbook', () => {
    expect(median([3, 1, 2])).toBe(2)
    expect(median([4, 1, 2, 3])).toBe(2.5)
    expect(quantile([0, 10], 0.25)).toBe(2.5)
    expect(mean([1, 2, 6])).toBe(3)
  })

  it('are NaN for nothing, never 0', () => {
    expect([mean([]), median([]), quantile([], 0.5)]).toEqual([NaN, NaN, NaN])
  })
})
