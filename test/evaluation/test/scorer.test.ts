import { compare, meanExcluding, populationOf, withMeans, type CalibrationProfile } from '@lintas/core/comparison'
import type { Template } from '@lintas/core/reference'
import { describe, expect, it } from 'vitest'
import { compareListed, listedNonMated, matedOf, matrixNonMated, type PairOfSamples } from '../src/comparisons.js'
import { fmrAt } from '../src/error-rates.js'
import { createGallery, subjectMeans, type Sample } from '../src/gallery.js'
import { createScorer } from '../src/scorer.js'
import { normals, unit } from './helpers.js'

const SPACES = [
  { space: 'x', weight: 0.25 },
  { space: 'y', weight: 0.75 },
]

/** Four people, three pictures each, in two spaces of unlike dimension. */
function simulate(seed: number): Sample[] {
  const normal = normals(seed)
  const draw = (dims: number): number[] => Array.from({ length: dims }, normal)
  return ['a', 'b', 'c', 'd'].flatMap((subject) => {
    const own = { x: draw(6), y: draw(9) }
    return Array.from({ length: 3 }, (_, index) => ({
      file: `${subject}/${index}`,
      subject,
      embeddings: { x: unit(...own.x.map((value) => value + 0.3 * normal() + 1)), y: unit(...own.y.map((value) => value + 0.3 * normal() + 1)) },
    }))
  })
}

/** Leave-two-out as it is defined: the mean made anew from everybody else's means, subtracted, then the weighted cosines. */
function directScore(samples: readonly Sample[], first: number, second: number): number {
  const [a, b] = [samples[first]!, samples[second]!]
  const others = createGallery(samples.filter(({ subject }) => subject !== a.subject && subject !== b.subject))
  return SPACES.reduce((score, { space, weight }) => {
    const { sum, count } = subjectMeans(others, space)
    const [x, y] = [a, b].map(({ embeddings }) => Array.from(embeddings![space]!, (value, index) => value - sum[index]! / count)) as [
      number[],
      number[],
    ]
    const product = (u: readonly number[], v: readonly number[]): number => u.reduce((all, value, index) => all + value * v[index]!, 0)
    return score + (weight * product(x, y)) / Math.sqrt(product(x, x) * product(y, y))
  }, 0)
}

const profile: CalibrationProfile = {
  schema: 'lintas-calibration/1',
  id: 'test',
  origin: 'deployment',
  models: SPACES,
  threshold: 0.5,
  fmr: 0.001,
  data: { name: 'simulated', subjects: 4, nonMatedComparisons: 54 },
  date: '2026-11-24',
}
const embeddingsOf = (sample: Sample, scale = sample.embeddings!) =>
  Object.entries(scale).map(([space, vector]) => ({ modelId: space, modelSha256: '0'.repeat(64), space, vector }))
const templateOf = (sample: Sample): Template =>
  ({
    schema: 'lintas-template/1',
    subjectId: sample.subject,
    createdAt: '2026-11-24T00:00:00.000Z',
    samples: 1,
    embeddings: embeddingsOf(sample),
  }) as unknown as Template

describe('scores', () => {
  it("are those of core's compare", () => {
    const samples = simulate(1)
    const scorer = createScorer(createGallery(samples), SPACES, { kind: 'none' })
    for (const [first, second] of [
      [0, 1],
      [0, 4],
      [5, 11],
    ] as const) {
      const { score } = compare(embeddingsOf(samples[first]!), templateOf(samples[second]!), profile)
      expect(scorer.score(first, second)).toBeCloseTo(score, 5)
    }
  })

  it("without the mean of everybody else are those of core's meanExcluding and compare", () => {
    // One picture a person: then a subject's mean is its picture, as core's population takes it.
    const samples = simulate(2).filter((_, index) => index % 3 === 0)
    const scorer = createScorer(createGallery(samples), SPACES, { kind: 'leave-two-out' })
    const population = populationOf(samples.map(templateOf))
    for (const [first, second] of [
      [0, 1],
      [1, 3],
      [2, 0],
    ] as const) {
      const means = meanExcluding(population, templateOf(samples[first]!), templateOf(samples[second]!))
      const { score } = compare(embeddingsOf(samples[first]!), templateOf(samples[second]!), withMeans(profile, means))
      expect(scorer.score(first, second)).toBeCloseTo(score, 5)
    }
  })

  it('of a mated pair leave out its one person', () => {
    const samples = simulate(3)
    const scorer = createScorer(createGallery(samples), SPACES, { kind: 'leave-two-out' })
    const others = createGallery(samples.filter(({ subject }) => subject !== 'b'))
    const listed = createScorer(createGallery(samples), SPACES, { kind: 'list', from: others })
    expect(scorer.score(3, 5)).toBeCloseTo(listed.score(3, 5), 6)
  })

  it('without the mean of everybody else are those of the direct way, pair by pair', () => {
    // Unlike numbers of pictures, and one that was not acquired.
    const samples = [...simulate(6).filter((_, index) => index !== 4), { file: 'c/unread', subject: 'c' }]
    const gallery = createGallery(samples)
    const scorer = createScorer(gallery, SPACES, { kind: 'leave-two-out' })
    for (let first = 0; first < 11; first += 1) {
      for (let second = 0; second < 11; second += 1) {
        expect(Math.abs(scorer.score(first, second) - directScore(samples, first, second))).toBeLessThan(1e-12)
      }
    }
    expect(() => scorer.score(0, 11)).toThrow('sample 11 has no embedding to compare')
  })

  it('do not depend on what was scored before', () => {
    const scorer = createScorer(createGallery(simulate(4)), SPACES, { kind: 'leave-two-out' })
    const first = scorer.score(0, 4)
    scorer.score(0, 8)
    expect(scorer.score(4, 0)).toBe(first)
  })
})

describe('means', () => {
  it('count a person once, however many pictures', () => {
    const sample = (subject: string, ...values: number[]): Sample => ({ file: '', subject, embeddings: { x: Float32Array.from(values) } })
    const { sum, count } = subjectMeans(createGallery([sample('a', 1, 0), sample('a', 0, 1), sample('b', 0, 1), { file: '', subject: 'c' }]), 'x')
    expect(count).toBe(2)
    expect([...sum]).toEqual([0.5, 1.5])
  })
})

describe('the full matrix', () => {
  const samples = [...simulate(5), { file: 'd/unread', subject: 'd' }]
  const gallery = createGallery(samples)
  const scorer = createScorer(gallery, SPACES, { kind: 'none' })
  const all: PairOfSamples[] = samples.flatMap((a, first) =>
    samples.slice(first + 1).map((b, rest) => ({ first, second: first + 1 + rest, mated: a.subject === b.subject, relation: 'unknown' as const })),
  )

  it('holds what a list of all pairs holds, weights included', () => {
    const listed = listedNonMated(compareListed(gallery, scorer, all))
    const matrix = matrixNonMated(gallery, scorer)
    // Four people with three pictures: 12 · 11 / 2 − 4 · 3.
    expect(matrix.count).toBe(54)
    expect(matrix.subjectPairs).toBe(6)
    expect([...matrix.tail.scores]).toEqual([...listed.tail.scores])
    const weights = Uint16Array.of(2, 0, 1, 1)
    expect(matrix.total(weights)).toBe(9 * (2 + 2 + 1))
    expect(matrix.total(weights)).toBe(listed.total(weights))
    for (const threshold of [0.2, 0.5, 0.8]) expect(fmrAt(matrix, threshold, weights)).toBe(fmrAt(listed, threshold, weights))
  })

  it('leaves out what was not acquired, and the list keeps it apart', () => {
    const compared = compareListed(gallery, scorer, all)
    expect(compared.filter(({ score }) => score === -Infinity)).toHaveLength(12)
    expect(matedOf(compared).scores).toHaveLength(12)
    expect(compared.filter(({ mated }) => mated)).toHaveLength(15)
  })
})
