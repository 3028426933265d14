import { describe, expect, it } from 'vitest'
import type { PairOfSamples } from '../src/comparisons.js'
import { computeFigures, type FigureOptions } from '../src/figures.js'
import { createGallery, type Sample } from '../src/gallery.js'
import type { SessionRelation } from '../src/pairs.js'

const MODELS = [{ space: 'x', weight: 1 }]
const OPTIONS: FigureOptions = { centring: { kind: 'none' }, matrix: false, split: false, thresholds: [], replicates: 50, seed: 1 }

const radians = (degrees: number): number => (degrees * Math.PI) / 180
const cosine = (degrees: number): number => Math.cos(radians(degrees))

/** A picture is an angle, so that the score of two is the cosine of the difference. */
function sample(subject: string, degrees: number): Sample {
  return { file: `${subject}/${degrees}`, subject, embeddings: { x: Float32Array.of(cosine(degrees), Math.sin(radians(degrees))) } }
}

/** Ann at 0°, 1°, 5°; Bob at 180°, 181°, 183°; a hundred strangers at 0.9°, 1.8°, … from Ann. */
const ANN = [0, 1, 5]
const BOB = [180, 181, 183]
const strangers = Array.from({ length: 100 }, (_, index) => 0.9 * (index + 1))
const gallery = createGallery([
  ...ANN.map((degrees) => sample('ann', degrees)),
  ...BOB.map((degrees) => sample('bob', degrees)),
  ...strangers.map((degrees, index) => sample(`stranger ${index}`, degrees)),
])
const mated = (first: number, second: number, relation: SessionRelation): PairOfSamples => ({ first, second, mated: true, relation })
const PAIRS: readonly PairOfSamples[] = [
  // 1°, 5°, 4° apart.
  ...[mated(0, 1, 'same'), mated(0, 2, 'cross'), mated(1, 2, 'cross')],
  // 1°, 3°, 2° apart.
  ...[mated(3, 4, 'cross'), mated(3, 5, 'same'), mated(4, 5, 'cross')],
  ...strangers.map((_, index): PairOfSamples => ({ first: 0, second: 6 + index, mated: false, relation: 'unknown' })),
]

describe('figures at an operating point', () => {
  const figures = computeFigures(gallery, PAIRS, MODELS, OPTIONS)
  const [point, ...stricter] = figures.operatingPoints

  it('take the threshold that lets one of a hundred strangers match', () => {
    expect(point).toMatchObject({ fmr: 0.01, nonMated: 'listed', falseMatches: { count: 1, subjectPairs: 1, worstPairShare: 1 } })
    // Just above the second one, at 1.8°: float32 vectors say cosines to seven digits.
    expect(point!.threshold).toBeGreaterThan(cosine(1.8) - 1e-7)
    expect(point!.threshold).toBeLessThan(cosine(1.8) + 1e-7)
  })

  it('count misses over all mated pairs, and by session', () => {
    // Closer than 1.8° are Ann's first pair and Bob's first: two of six match, one of the two in a session, one of the four across.
    expect(point!.fnmr!.all).toMatchObject({ value: 4 / 6, errors: 4, comparisons: 6, subjects: 2 })
    expect(point!.fnmr!.sameSession).toMatchObject({ value: 1 / 2, errors: 1, comparisons: 2, subjects: 2 })
    expect(point!.fnmr!.crossSession).toMatchObject({ value: 3 / 4, errors: 3, comparisons: 4, subjects: 2 })
    for (const rate of [point!.fnmr!.all, point!.fnmr!.crossSession!]) {
      expect(rate).not.toHaveProperty('zeroErrorBound')
      expect(rate.interval![0]).toBeGreaterThanOrEqual(0)
      expect(rate.interval![1]).toBeLessThanOrEqual(1)
    }
  })

  it('say nothing where fewer than one comparison may match', () => {
    expect(stricter.map(({ fmr }) => fmr)).toEqual([0.001, 0.0001])
    for (const one of stricter) {
      expect(one.unmeasurable).toContain('100 non-mated comparisons')
      expect(one).not.toHaveProperty('fnmr')
    }
  })

  it('rest on the people told, listed and in the matrix', () => {
    expect(figures.nonMated).toEqual({ listed: { comparisons: 100, subjects: 101, subjectPairs: 100 } })
    const { nonMated } = computeFigures(gallery, PAIRS, MODELS, { ...OPTIONS, matrix: true, replicates: 0 })
    // 106 pictures of 102 people: 106 · 105 / 2 pairs without the 3 + 3 mated ones.
    expect(nonMated.matrix).toEqual({ comparisons: 5559, subjects: 102, subjectPairs: (102 * 101) / 2 })
  })
})
