import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { falseMatchesAt, fmrAt, fnmrAt, nextUp, thresholdsAt } from '../src/error-rates.js'
import { TopScores } from '../src/top-scores.js'
import { matedFrom, nonMatedFrom } from './helpers.js'

interface Reference {
  readonly cases: readonly {
    readonly name: string
    readonly mated: readonly number[]
    readonly nonMated: readonly number[]
    readonly points: readonly { readonly fmr: number; readonly fmrFound: number; readonly fnmr: number }[]
  }[]
}
const reference = JSON.parse(readFileSync(new URL('../fixtures/roc-reference.json', import.meta.url), 'utf8')) as Reference

const without = (scores: readonly number[]): ReturnType<typeof nonMatedFrom> => nonMatedFrom(scores.map((score) => [score, 0, 1]))

describe('who makes the false matches', () => {
  it('is told for as many pairs of people as a full matrix of thousands has', () => {
    const pairs = 300_000
    const scores = Float64Array.from({ length: pairs + 2 }, () => 0.9)
    const subjectsA = Int32Array.from({ length: pairs + 2 }, (_, index) => (index < pairs ? index % 1000 : 7))
    const subjectsB = Int32Array.from({ length: pairs + 2 }, (_, index) => (index < pairs ? 1000 + Math.floor(index / 1000) : 1000))
    const others = { ...without([0.9]), count: pairs + 2, tail: { scores, subjectsA, subjectsB } }
    expect(falseMatchesAt(others, 0.5)).toEqual({ count: pairs + 2, subjectPairs: pairs, worstPairShare: 3 / (pairs + 2) })
  })
})

describe('FNMR at FMR', () => {
  it.each(reference.cases)('agrees with scikit-learn: $name', ({ mated, nonMated, points }) => {
    const others = without(nonMated)
    const thresholds = thresholdsAt(
      others,
      points.map(({ fmr }) => fmr),
    )
    for (const [index, { fmr, fmrFound, fnmr }] of points.entries()) {
      const threshold = thresholds[index]
      // scikit-learn answers with a threshold above every score where no comparison may match; here there is no figure then.
      if (fmr * nonMated.length < 1) expect(threshold).toBeUndefined()
      else {
        expect(fmrAt(others, threshold!)).toBeCloseTo(fmrFound, 12)
        expect(fnmrAt(matedFrom(mated), threshold!)).toBeCloseTo(fnmr, 12)
      }
    }
  })

  it('lets exactly as many match as the rate allows', () => {
    const others = without([0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0])
    const [threshold] = thresholdsAt(others, [0.3])
    expect(threshold).toBeGreaterThan(0.6)
    expect(threshold).toBeLessThan(0.7)
    expect(fmrAt(others, threshold!)).toBe(0.3)
  })

  it('lets none of several equal scores match where not all may', () => {
    const others = without([0.5, 0.5, 0.5, 0.1, 0, 0, 0, 0, 0, 0])
    expect(fmrAt(others, thresholdsAt(others, [0.2])[0]!)).toBe(0)
  })

  it('counts 0.1 % of 3,000 as three, though the product is a fraction below', () => {
    const others = without(Array.from({ length: 3000 }, (_, index) => index / 3000))
    const [threshold] = thresholdsAt(others, [0.001])
    expect(falseMatchesAt(others, threshold!).count).toBe(3)
  })

  it('counts a score of exactly the threshold as a match', () => {
    expect(fnmrAt(matedFrom([0.5, 0.4]), 0.5)).toBe(0.5)
    expect(fmrAt(without([0.5, 0.4]), 0.5)).toBe(0.5)
  })

  it('has no figure where there is nothing, never zero', () => {
    expect(fnmrAt(matedFrom([]), 0.5)).toBeUndefined()
    expect(fmrAt(without([]), 0.5)).toBeUndefined()
    expect(thresholdsAt(without([0.1]), [0.01])).toEqual([undefined])
  })

  it('weighs a non-mated comparison by both its people, a mated one by its person', () => {
    const others = nonMatedFrom([
      [0.9, 0, 1],
      [0.5, 1, 2],
    ])
    const weights = Uint16Array.of(2, 3, 1)
    // 6 of 9 and 3 of 9.
    expect(fmrAt(others, 0.7, weights)).toBeCloseTo(6 / 9, 12)
    expect(fnmrAt(matedFrom([0.4, 0.8, 0.9], [0, 1, 2]), 0.7, weights)).toBeCloseTo(2 / 6, 12)
  })

  it('tells who makes the false matches', () => {
    const others = nonMatedFrom([
      [0.9, 0, 1],
      [0.8, 1, 0],
      [0.8, 2, 1],
      [0.1, 2, 0],
    ])
    expect(falseMatchesAt(others, 0.5)).toEqual({ count: 3, subjectPairs: 2, worstPairShare: 2 / 3 })
    expect(falseMatchesAt(others, 0.95)).toEqual({ count: 0, subjectPairs: 0 })
  })

  it('keeps the rate and is the lowest such threshold, for any scores', () => {
    const score = fc.integer({ min: -20, max: 20 }).map((value) => value / 20)
    fc.assert(
      fc.property(fc.array(score, { minLength: 1, maxLength: 60 }), fc.double({ min: 0.001, max: 1, noNaN: true }), (scores, fmr) => {
        const others = without(scores)
        const [threshold] = thresholdsAt(others, [fmr])
        if (threshold === undefined) {
          expect(Math.floor(fmr * scores.length * (1 + 1e-9))).toBe(0)
          return
        }
        expect(scores.filter((value) => value >= threshold).length).toBeLessThanOrEqual(fmr * scores.length * (1 + 1e-9))
        const lower = Math.max(-Infinity, ...scores.filter((value) => value < threshold))
        if (lower > -Infinity) expect(scores.filter((value) => value >= lower).length).toBeGreaterThan(fmr * scores.length)
      }),
    )
  })
})

describe('the highest scores', () => {
  it('are the same as of a sort, whatever comes and however few are kept', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true })), fc.integer({ min: 1, max: 9 }), (scores, capacity) => {
        const top = new TopScores(capacity)
        for (const [index, score] of scores.entries()) top.add(score, index, index + 1)
        const { scores: kept, subjectsA } = top.sorted()
        expect([...kept]).toEqual([...scores].sort((a, b) => b - a).slice(0, capacity))
        for (const [index, subject] of subjectsA.entries()) expect(scores[subject]).toBe(kept[index])
        expect(top.seen).toBe(scores.length)
      }),
    )
  })
})

describe('the next double', () => {
  it('is larger, and nothing lies between', () => {
    expect(nextUp(0)).toBe(Number.MIN_VALUE)
    expect(nextUp(-0)).toBe(Number.MIN_VALUE)
    expect(nextUp(1)).toBe(1 + Number.EPSILON)
    expect(nextUp(-1)).toBe(-1 + Number.EPSILON / 2)
    expect(nextUp(Infinity)).toBe(Infinity)
  })
})
