import type { ScoredPair } from './accuracy.js'
import type { Mated, NonMated } from './error-rates.js'
import type { Gallery } from './gallery.js'
import type { SessionRelation } from './pairs.js'
import type { Scorer } from './scorer.js'
import { TopScores } from './top-scores.js'

/** A listed pair, its files resolved to samples of the gallery. */
export interface PairOfSamples {
  readonly first: number
  readonly second: number
  readonly mated: boolean
  readonly fold?: number
  readonly relation: SessionRelation
}

/** A listed pair with its score. */
export interface Compared extends ScoredPair {
  readonly relation: SessionRelation
}

/** Scores of the listed pairs, in their order; −Infinity where a sample was not acquired. */
export function compareListed(gallery: Gallery, scorer: Scorer, pairs: readonly PairOfSamples[]): readonly Compared[] {
  const { subjectOf, acquired, subjectNames } = gallery
  const keyOf = ({ first, second }: PairOfSamples): number => {
    const [a, b] = [subjectOf[first]!, subjectOf[second]!]
    return Math.min(a, b) * subjectNames.length + Math.max(a, b)
  }
  const scores = new Float64Array(pairs.length)
  // By pairs of people: with leave-two-out the mean belongs to the two.
  const order = pairs.map((pair, index) => ({ pair, index, key: keyOf(pair) })).sort((a, b) => a.key - b.key)
  for (const { pair, index } of order) {
    const present = acquired[pair.first] === 1 && acquired[pair.second] === 1
    scores[index] = present ? scorer.score(pair.first, pair.second) : -Infinity
  }
  return pairs.map(({ first, second, mated, fold, relation }, index) => ({
    score: scores[index]!,
    mated,
    subjectA: subjectOf[first]!,
    subjectB: subjectOf[second]!,
    relation,
    ...(fold !== undefined && { fold }),
  }))
}

/** How many of the highest scores are kept: with FMR up to 1 % asked for, a replicate may need a few per cent. */
function tailLength(total: number): number {
  return Math.min(total, Math.max(300_000, Math.ceil(0.04 * total)))
}

/** Mated comparisons; those with a picture that was not acquired are left out. */
export function matedOf(compared: readonly Compared[], relation?: SessionRelation): Mated {
  const chosen = compared.filter((pair) => pair.mated && pair.score !== -Infinity && (relation === undefined || pair.relation === relation))
  return { scores: Float64Array.from(chosen, ({ score }) => score), subjects: Int32Array.from(chosen, ({ subjectA }) => subjectA) }
}

/** The non-mated comparisons of the pairs file. */
export function listedNonMated(compared: readonly Compared[]): NonMated {
  const chosen = compared.filter((pair) => !pair.mated && pair.score !== -Infinity)
  const top = new TopScores(chosen.length)
  const perPair = new Map<string, { a: number; b: number; count: number }>()
  for (const { score, subjectA, subjectB } of chosen) {
    top.add(score, subjectA, subjectB)
    const [a, b] = subjectA < subjectB ? [subjectA, subjectB] : [subjectB, subjectA]
    const entry = perPair.get(`${a} ${b}`)
    if (entry === undefined) perPair.set(`${a} ${b}`, { a, b, count: 1 })
    else entry.count += 1
  }
  const pairs = [...perPair.values()]
  return {
    source: 'listed',
    count: chosen.length,
    subjects: new Set(pairs.flatMap(({ a, b }) => [a, b])).size,
    subjectPairs: pairs.length,
    tail: top.sorted(),
    complete: true,
    total: (weights) => pairs.reduce((sum, { a, b, count }) => sum + weights[a]! * weights[b]! * count, 0),
  }
}

/** Every two acquired pictures of two people, those left out whose people nobody tells apart. */
export function matrixNonMated({ membersOf: all, unsure }: Gallery, scorer: Scorer, onSubject?: (done: number, of: number) => void): NonMated {
  const membersOf = all.map((members) => members.filter((index) => unsure[index] !== 1))
  const sizes = membersOf.map(({ length }) => length)
  const total = pairsBetween(sizes)
  const top = new TopScores(tailLength(total))
  for (const [a, membersA] of membersOf.entries()) {
    for (let b = a + 1; b < membersOf.length; b += 1) {
      for (const first of membersA) for (const second of membersOf[b]!) top.add(scorer.score(first, second), a, b)
    }
    onSubject?.(a + 1, membersOf.length)
  }
  const people = sizes.filter((size) => size > 0).length
  const tail = top.sorted()
  return {
    source: 'matrix',
    count: total,
    subjects: people,
    subjectPairs: (people * (people - 1)) / 2,
    tail,
    complete: tail.scores.length === total,
    total: (weights) => pairsBetween(sizes.map((size, subject) => size * weights[subject]!)),
  }
}

/** Pairs of members of different groups: half of the square of the sum without the squares. */
function pairsBetween(sizes: readonly number[]): number {
  const sum = sizes.reduce((all, size) => all + size, 0)
  return (sum * sum - sizes.reduce((all, size) => all + size * size, 0)) / 2
}
