import { describe, expect, it } from 'vitest'
import { bootstrap, quantileOf, zeroErrorBound } from '../src/bootstrap.js'
import { fmrAt, fnmrAt, type Mated } from '../src/error-rates.js'
import { createRandom } from '../src/random.js'
import { matedFrom, nonMatedFrom, normals } from './helpers.js'

/** People of unlike difficulty: a person's mated scores share a part, so that their errors come together. */
function simulateMated(people: number, each: number, seed: number): Mated {
  const normal = normals(seed)
  const scores: number[] = []
  const subjects: number[] = []
  for (let person = 0; person < people; person += 1) {
    const own = normal()
    for (let pair = 0; pair < each; pair += 1) {
      scores.push((own + normal()) / Math.SQRT2)
      subjects.push(person)
    }
  }
  return matedFrom(scores, subjects)
}

describe('subject bootstrap', () => {
  it('covers the true FNMR about as often as it says', () => {
    // Scores are standard normal: below −0.8416 lie 20 %.
    const threshold = -0.841621
    let covered = 0
    const runs = 200
    for (let run = 0; run < runs; run += 1) {
      const mated = simulateMated(60, 12, run)
      const [interval] = bootstrap({ subjects: 60, replicates: 300, seed: run }, (weights) => [fnmrAt(mated, threshold, weights)])
      if (interval![0] <= 0.2 && interval![1] >= 0.2) covered += 1
    }
    // 95 % nominal; percentile intervals over 60 people fall a little short. ±3 standard errors of 200 runs.
    expect(covered / runs).toBeGreaterThan(0.87)
    expect(covered / runs).toBeLessThan(0.995)
  })

  it('covers the true FMR of pairs that share people about as often as it says', () => {
    // score = (a + b + noise) / √3 is standard normal; above 1.2816 lie 10 %.
    let covered = 0
    const runs = 150
    for (let run = 0; run < runs; run += 1) {
      const normal = normals(1000 + run)
      const people = Array.from({ length: 40 }, () => normal())
      const comparisons = people.flatMap((a, i) => people.slice(i + 1).map((b, k) => [(a + b + normal()) / Math.sqrt(3), i, i + 1 + k] as const))
      const nonMated = nonMatedFrom(comparisons)
      const [interval] = bootstrap({ subjects: 40, replicates: 200, seed: run }, (weights) => [fmrAt(nonMated, 1.281552, weights)])
      if (interval![0] <= 0.1 && interval![1] >= 0.1) covered += 1
    }
    expect(covered / runs).toBeGreaterThan(0.87)
    expect(covered / runs).toBeLessThanOrEqual(1)
  })

  it('is wider than one that takes the pairs of a person for independent', () => {
    const mated = simulateMated(30, 40, 7)
    const [byPerson] = bootstrap({ subjects: 30, replicates: 400, seed: 1 }, (weights) => [fnmrAt(mated, 0, weights)])
    const independent = { ...mated, subjects: Int32Array.from(mated.subjects, (_, index) => index) }
    const [byPair] = bootstrap({ subjects: 1200, replicates: 400, seed: 1 }, (weights) => [fnmrAt(independent, 0, weights)])
    expect(byPerson![1] - byPerson![0]).toBeGreaterThan(2 * (byPair![1] - byPair![0]))
  })

  it('is the same for the same seed, and leaves out replicates that have no value', () => {
    const mated = matedFrom([0.1, 0.9], [0, 1])
    const figure = (weights: Uint16Array): (number | undefined)[] => [fnmrAt(mated, 0.5, weights)]
    const options = { subjects: 5, replicates: 100, seed: 3 }
    expect(bootstrap(options, figure)).toEqual(bootstrap(options, figure))
    expect(bootstrap({ ...options, replicates: 0 }, figure)).toEqual([])
    expect(bootstrap(options, () => [undefined])).toEqual([undefined])
  })

  it('draws as many people as there are', () => {
    bootstrap({ subjects: 9, replicates: 20, seed: 1 }, (weights) => {
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(9)
      return []
    })
  })
})

describe('bounds and quantiles', () => {
  it('bounds zero errors as Clopper and Pearson do', () => {
    // The tables' upper limits for 0 of 8, 0 of 10 and 0 of 100.
    expect(zeroErrorBound(8)).toBeCloseTo(0.3694, 4)
    expect(zeroErrorBound(10)).toBeCloseTo(0.3085, 4)
    expect(zeroErrorBound(100)).toBeCloseTo(0.0362, 4)
    expect(zeroErrorBound(0)).toBe(1)
  })

  it('interpolates quantiles, infinities included', () => {
    expect(quantileOf([1, 2, 3, 4], 0.5)).toBe(2.5)
    expect(quantileOf([5], 0.975)).toBe(5)
    expect(quantileOf([-Infinity, -Infinity, 1], 0.25)).toBe(-Infinity)
  })
})

describe('random numbers', () => {
  it('are spread evenly and differ by seed', () => {
    const random = createRandom(1)
    const counts = new Array<number>(10).fill(0)
    for (let draw = 0; draw < 100_000; draw += 1) counts[random.below(10)]! += 1
    // Chi-square with 9 degrees of freedom: 27.9 is its 99.9th percentile.
    expect(counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(27.9)
    expect(createRandom(1).next()).not.toBe(createRandom(2).next())
  })
})
