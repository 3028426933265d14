import type { Mated, NonMated } from '../src/error-rates.js'
import { createRandom, type Random } from '../src/random.js'
import { TopScores } from '../src/top-scores.js'

/** Non-mated comparisons given one by one, all kept. */
export function nonMatedFrom(comparisons: readonly (readonly [score: number, a: number, b: number])[]): NonMated {
  const top = new TopScores(comparisons.length)
  for (const [score, a, b] of comparisons) top.add(score, a, b)
  return {
    source: 'listed',
    count: comparisons.length,
    subjects: new Set(comparisons.flatMap(([, a, b]) => [a, b])).size,
    subjectPairs: new Set(comparisons.map(([, a, b]) => `${a} ${b}`)).size,
    tail: top.sorted(),
    complete: true,
    total: (weights) => comparisons.reduce((sum, [, a, b]) => sum + (weights[a] ?? 0) * (weights[b] ?? 0), 0),
  }
}

export function matedFrom(scores: readonly number[], subjects: readonly number[] = scores.map((_, index) => index)): Mated {
  return { scores: Float64Array.from(scores), subjects: Int32Array.from(subjects) }
}

/** Standard normal numbers (Box and Muller). */
export function normals(seed: number): () => number {
  const random: Random = createRandom(seed)
  return () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
}

/** A vector of length 1 in the direction of `values`. */
export function unit(...values: readonly number[]): Float32Array {
  const length = Math.hypot(...values)
  return Float32Array.from(values, (value) => value / length)
}
