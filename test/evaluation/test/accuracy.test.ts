import { describe, expect, it } from 'vitest'
import { accuracyOverFolds, bestThreshold, partOf, type ScoredPair } from '../src/accuracy.js'

const pair = (score: number, mated: boolean, fold?: number, a = 0, b = mated ? a : 1): ScoredPair => ({
  score,
  mated,
  subjectA: a,
  subjectB: b,
  ...(fold !== undefined && { fold }),
})
const options = { subjects: 2, replicates: 50, seed: 1 }

describe('accuracy', () => {
  it('chooses the threshold on the other parts, and tests it where it was not chosen', () => {
    // Chosen on part 1: between 0.4 and 0.5, so part 0's mated 0.3 is missed. Chosen on part 0: between 0.1 and 0.3, so part 1's 0.4 matches.
    const pairs = [pair(0.3, true, 0), pair(0.1, false, 0), pair(0.5, true, 1), pair(0.4, false, 1)]
    const accuracy = accuracyOverFolds(pairs, options)!
    expect(accuracy.folds.map(({ threshold }) => threshold)).toEqual([expect.closeTo(0.45, 12), expect.closeTo(0.2, 12)])
    expect(accuracy.folds.map((fold) => fold.accuracy)).toEqual([0.5, 0.5])
    expect(accuracy.mean).toBe(0.5)
  })

  it('tells mean, deviation and standard error over ten parts', () => {
    // Part f: one pair wrong for f < 5, of two.
    const pairs = Array.from({ length: 10 }, (_, fold) => [
      pair(fold < 5 ? 0.1 : 0.9, true, fold),
      pair(0.2, false, fold),
      pair(0.9, true, fold),
      pair(0, false, fold),
    ]).flat()
    const accuracy = accuracyOverFolds(pairs, options)!
    expect(accuracy.folds).toHaveLength(10)
    expect(accuracy.mean).toBeCloseTo(0.875, 12)
    expect(accuracy.deviation).toBeCloseTo(Math.sqrt((10 * 0.125 ** 2) / 9), 12)
    expect(accuracy.standardError).toBeCloseTo(accuracy.deviation / Math.sqrt(10), 12)
  })

  it('counts a failure to acquire as a non-match', () => {
    const pairs = [0, 1].flatMap((fold) => [pair(-Infinity, true, fold), pair(0.9, true, fold), pair(-Infinity, false, fold), pair(0.1, false, fold)])
    expect(accuracyOverFolds(pairs, options)!.mean).toBe(0.75)
  })

  it('counts pairs of no part, and says nothing about one part', () => {
    const pairs = [pair(0.9, true, 0), pair(0.1, false, 0), pair(0.9, true, 1), pair(0.1, false, 1), pair(0.1, false)]
    expect(accuracyOverFolds(pairs, options)!.unused).toBe(1)
    expect(accuracyOverFolds(pairs.slice(0, 2), options)).toBeUndefined()
  })

  it('takes the middle of the thresholds that do equally well', () => {
    const sorted = [pair(0.9, true), pair(0.8, true), pair(0.2, false), pair(0.1, false)]
    expect(bestThreshold(sorted, () => 1)).toBe(0.5)
    expect(bestThreshold([pair(0.5, false)], () => 1)).toBe(Infinity)
    expect(bestThreshold([pair(0.5, true)], () => 1)).toBe(0.5)
  })

  it('splits people the same way everywhere', () => {
    // sha256('a') begins with ca, sha256('b') with 3e, sha256('c') with 2e, sha256('d') with 18: of 'e', 3f.
    expect(['a', 'b', 'c', 'd', 'e'].map(partOf)).toEqual([0, 0, 0, 0, 1])
  })
})
