import type { Tail } from './top-scores.js'

/** How often each subject is drawn in a bootstrap replicate; index: subject. Absent: everybody once. */
export type Weights = Uint16Array

/** Comparisons of different people. */
export interface NonMated {
  /** `listed`: those of the pairs file; `matrix`: every two pictures of two people. */
  readonly source: 'listed' | 'matrix'
  /** Comparisons, failures to acquire left out. */
  readonly count: number
  /** People behind them, and pairs of people. */
  readonly subjects: number
  readonly subjectPairs: number
  readonly tail: Tail
  /** The tail holds all comparisons. */
  readonly complete: boolean
  /** The comparisons' number when each subject counts `weights` times. */
  total(weights: Weights): number
}

/** Comparisons of one person with themselves. */
export interface Mated {
  readonly scores: Float64Array
  /** Index of each score's subject. */
  readonly subjects: Int32Array
}

/**
 * For each FMR the lowest threshold that keeps it: a score of the threshold or more is a match, and at most `fmr` of the comparisons
 * reach it. Absent where `fmr` of all comparisons is less than one: such an FMR cannot be measured with them.
 * @param fmrs rising
 */
export function thresholdsAt(nonMated: NonMated, fmrs: readonly number[], weights?: Weights): readonly (number | undefined)[] {
  const { tail, complete, count } = nonMated
  const total = weights === undefined ? count : nonMated.total(weights)
  const found: (number | undefined)[] = []
  let sum = 0
  let next = 0
  for (const fmr of fmrs) {
    // A product such as 0.001 · 3000 may come out a hair below the whole number that it is.
    const allowed = fmr * total * (1 + 1e-12)
    if (fmr * count * (1 + 1e-12) < 1 || total === 0) {
      found.push(undefined)
      continue
    }
    while (next < tail.scores.length) {
      const grown = sum + weightOf(tail, next, weights)
      if (grown > allowed) break
      sum = grown
      next += 1
    }
    found.push(next < tail.scores.length ? nextUp(tail.scores[next]!) : beyond(tail, complete))
  }
  return found
}

/** A replicate that needs more than the tail holds: the true threshold lies no higher than the tail's end. */
function beyond(tail: Tail, complete: boolean): number {
  return complete ? -Infinity : (tail.scores.at(-1) ?? -Infinity)
}

function weightOf(tail: Tail, index: number, weights: Weights | undefined): number {
  return weights === undefined ? 1 : weights[tail.subjectsA[index]!]! * weights[tail.subjectsB[index]!]!
}

/** The share of comparisons that reach `threshold`. Absent where the tail does not go down that far, or there are none. */
export function fmrAt(nonMated: NonMated, threshold: number, weights?: Weights): number | undefined {
  const { tail, complete, count } = nonMated
  const total = weights === undefined ? count : nonMated.total(weights)
  if (total === 0 || (!complete && (tail.scores.at(-1) ?? Infinity) > threshold)) return undefined
  let sum = 0
  for (let index = 0; index < tail.scores.length && tail.scores[index]! >= threshold; index += 1) sum += weightOf(tail, index, weights)
  return sum / total
}

/** The share of mated comparisons below `threshold`. Absent where there are none. */
export function fnmrAt({ scores, subjects }: Mated, threshold: number, weights?: Weights): number | undefined {
  let missed = 0
  let total = 0
  for (let index = 0; index < scores.length; index += 1) {
    const weight = weights === undefined ? 1 : weights[subjects[index]!]!
    total += weight
    if (scores[index]! < threshold) missed += weight
  }
  return total === 0 ? undefined : missed / total
}

/** Who makes the false matches at a threshold. */
export interface FalseMatches {
  readonly count: number
  /** Pairs of people with at least one. */
  readonly subjectPairs: number
  /** The share that the worst pair of people makes; absent without a false match. */
  readonly worstPairShare?: number
}

export function falseMatchesAt({ tail }: NonMated, threshold: number): FalseMatches {
  // A number a pair: text for some hundred thousand pairs takes seconds. Indices of people stay far below 2²⁶.
  const perPair = new Map<number, number>()
  let count = 0
  let most = 0
  while (count < tail.scores.length && tail.scores[count]! >= threshold) {
    const [a, b] = [tail.subjectsA[count]!, tail.subjectsB[count]!]
    const pair = Math.min(a, b) * 2 ** 26 + Math.max(a, b)
    const matches = (perPair.get(pair) ?? 0) + 1
    perPair.set(pair, matches)
    most = Math.max(most, matches)
    count += 1
  }
  return { count, subjectPairs: perPair.size, ...(count > 0 && { worstPairShare: most / count }) }
}

const bits = new BigInt64Array(1)
const double = new Float64Array(bits.buffer)

/** The next larger double: a threshold just above a score. */
export function nextUp(value: number): number {
  if (!Number.isFinite(value)) return value
  double[0] = value === 0 ? 0 : value
  bits[0] = bits[0]! + (double[0] >= 0 ? 1n : -1n)
  return double[0]
}
