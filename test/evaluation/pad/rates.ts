import type { PadOutcome } from '../../../packages/core/src/liveness/index.js'
import { bootstrap, zeroErrorBound, type Interval } from '../src/bootstrap.js'

/** How one presentation came out. */
export interface Judged {
  readonly subject: string
  readonly outcome: PadOutcome
}

/** A share and how sure it is. */
export interface Share {
  readonly value: number
  /** 95 %, by drawing subjects. */
  readonly interval?: Interval
  readonly count: number
  /** Where it is 0: the share of subjects that may show it all the same, upper end of the exact 95 % interval. */
  readonly zeroErrorBound?: number
}

/** The shares of the three outcomes among presentations of one kind. */
export interface OutcomeShares {
  readonly presentations: number
  readonly subjects: number
  /** Of attacks this is the APCER. */
  readonly bonaFide: Share
  /** Of bona fide presentations this is the BPCER. */
  readonly attack: Share
  readonly undetermined: Share
  /** Attack or undetermined: who presented was not let through. */
  readonly refused: Share
}

export interface RateOptions {
  readonly replicates: number
  readonly seed: number
}

const COUNTED: readonly (readonly PadOutcome[])[] = [['bona-fide'], ['attack'], ['undetermined'], ['attack', 'undetermined']]

/** @throws RangeError for no presentation: no share can be told */
export function outcomeShares(judged: readonly Judged[], { replicates, seed }: RateOptions): OutcomeShares {
  if (judged.length === 0) throw new RangeError('no presentation, no share')
  const subjects = [...new Set(judged.map(({ subject }) => subject))].sort()
  const table = subjects.map((subject) => countsOf(judged.filter((one) => one.subject === subject)))
  const intervals = bootstrap({ subjects: subjects.length, replicates, seed }, (weights) => {
    const total = sum(table.map(({ all }, index) => all * (weights[index] ?? 0)))
    return COUNTED.map((_, which) => sum(table.map(({ counts }, index) => (counts[which] ?? 0) * (weights[index] ?? 0))) / total)
  })
  const share = (which: number): Share => {
    const count = sum(table.map(({ counts }) => counts[which] ?? 0))
    const interval = intervals[which]
    const bound = count === 0 ? { zeroErrorBound: zeroErrorBound(subjects.length) } : {}
    // One subject tells nothing about others.
    return { value: count / judged.length, count, ...(interval && subjects.length > 1 && { interval }), ...bound }
  }
  return { presentations: judged.length, subjects: subjects.length, bonaFide: share(0), attack: share(1), undetermined: share(2), refused: share(3) }
}

function countsOf(judged: readonly Judged[]): { readonly all: number; readonly counts: readonly number[] } {
  return { all: judged.length, counts: COUNTED.map((outcomes) => judged.filter(({ outcome }) => outcomes.includes(outcome)).length) }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** The chance that a bona fide presentation scores higher than an attack, ties half; undefined where one side is empty. */
export function areaUnderRoc(bonaFide: readonly number[], attacks: readonly number[]): number | undefined {
  if (bonaFide.length === 0 || attacks.length === 0) return undefined
  const sorted = Float64Array.from(attacks).sort()
  const below = sum(bonaFide.map((score) => (firstFrom(sorted, score, false) + firstFrom(sorted, score, true)) / 2))
  return below / (bonaFide.length * attacks.length)
}

/** How many of `sorted` are below `score`, or not above it. */
function firstFrom(sorted: Float64Array, score: number, withEqual: boolean): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const value = sorted[middle] ?? NaN
    if (value < score || (withEqual && value === score)) low = middle + 1
    else high = middle
  }
  return low
}
