import { createHash } from 'node:crypto'
import { bootstrap, type BootstrapOptions, type Interval } from './bootstrap.js'
import type { Weights } from './error-rates.js'

/** A listed pair with its score; −Infinity where a picture gave no embedding: the system says non-match then. */
export interface ScoredPair {
  readonly score: number
  readonly mated: boolean
  readonly subjectA: number
  readonly subjectB: number
  /** The part it is tested in; absent: it takes part in none. */
  readonly fold?: number
}

/** One part: the threshold comes from all the others. */
export interface FoldAccuracy {
  readonly fold: number
  readonly pairs: number
  readonly threshold: number
  readonly accuracy: number
}

/** Share of pairs decided rightly, thresholds chosen where they are not tested. */
export interface Accuracy {
  /** Mean over the parts. */
  readonly mean: number
  /** Standard deviation over the parts (n − 1), and of their mean. */
  readonly deviation: number
  readonly standardError: number
  /** By subject bootstrap, the threshold chosen anew in each replicate. */
  readonly interval?: Interval
  readonly folds: readonly FoldAccuracy[]
  /** Pairs that belong to no part (their two people fell into different ones). */
  readonly unused: number
}

/** Accuracy over the folds of `pairs`; undefined with fewer than two. */
export function accuracyOverFolds(pairs: readonly ScoredPair[], options: BootstrapOptions): Accuracy | undefined {
  // Falling scores: a threshold is a place in this order, for any weights.
  const used = pairs.filter(({ fold }) => fold !== undefined).sort((a, b) => (b.score === a.score ? 0 : b.score - a.score))
  const numbers = [...new Set(used.map(({ fold }) => fold ?? 0))].sort((a, b) => a - b)
  if (numbers.length < 2) return undefined
  const folds = numbers.flatMap((fold) => testFold(used, fold) ?? [])
  const mean = meanOf(folds.map(({ accuracy }) => accuracy))
  const deviation = Math.sqrt(folds.reduce((sum, { accuracy }) => sum + (accuracy - mean) ** 2, 0) / (folds.length - 1))
  const [interval] = bootstrap(options, (weights) => {
    const drawn = numbers.flatMap((fold) => testFold(used, fold, weights)?.accuracy ?? [])
    return [drawn.length === 0 ? undefined : meanOf(drawn)]
  })
  const unused = pairs.length - used.length
  return { mean, deviation, standardError: deviation / Math.sqrt(folds.length), ...(interval && { interval }), folds, unused }
}

function testFold(pairs: readonly ScoredPair[], fold: number, weights?: Weights): FoldAccuracy | undefined {
  const threshold = bestThreshold(pairs, (pair) => (pair.fold === fold ? 0 : weightOf(pair, weights)))
  let right = 0
  let total = 0
  let count = 0
  for (const pair of pairs) {
    if (pair.fold !== fold) continue
    const weight = weightOf(pair, weights)
    count += 1
    total += weight
    if (pair.score >= threshold === pair.mated) right += weight
  }
  return total === 0 ? undefined : { fold, pairs: count, threshold, accuracy: right / total }
}

function weightOf({ mated, subjectA, subjectB }: ScoredPair, weights: Weights | undefined): number {
  if (weights === undefined) return 1
  return mated ? weights[subjectA]! : weights[subjectA]! * weights[subjectB]!
}

/**
 * The threshold that decides most pairs rightly; where several places do equally well, the middle of them, between two scores.
 * @param sorted by falling score
 */
export function bestThreshold(sorted: readonly ScoredPair[], weightAt: (pair: ScoredPair) => number): number {
  const taken = sorted.map((pair) => ({ score: pair.score, mated: pair.mated, weight: weightAt(pair) })).filter(({ weight }) => weight > 0)
  let right = taken.reduce((sum, { mated, weight }) => sum + (mated ? 0 : weight), 0)
  let best = right
  let places = [0]
  for (const [index, { score, mated, weight }] of taken.entries()) {
    if (score === -Infinity) break
    right += mated ? weight : -weight
    if (taken[index + 1]?.score === score) continue
    if (right > best) [best, places] = [right, [index + 1]]
    else if (right === best) places.push(index + 1)
  }
  const place = places[Math.floor(places.length / 2)] ?? 0
  const above = taken[place - 1]?.score
  const below = taken[place]?.score
  if (above === undefined) return Infinity
  return below === undefined || below === -Infinity ? above : (above + below) / 2
}

/** Which of two parts a person falls into: by the hash of the name, so that it is the same on every machine. */
export function partOf(subject: string): 0 | 1 {
  return (createHash('sha256').update(subject).digest()[0]! & 1) as 0 | 1
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
