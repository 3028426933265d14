import { accuracyOverFolds, partOf, type Accuracy } from './accuracy.js'
import { bootstrap, quantileOf, zeroErrorBound, type BootstrapOptions, type Interval } from './bootstrap.js'
import { compareListed, listedNonMated, matedOf, matrixNonMated, type Compared, type PairOfSamples } from './comparisons.js'
import { falseMatchesAt, fmrAt, fnmrAt, thresholdsAt, type FalseMatches, type Mated, type NonMated } from './error-rates.js'
import { detCurve, type DetCurve } from './det.js'
import type { Gallery } from './gallery.js'
import { createScorer, type Centring, type WeightedSpace } from './scorer.js'

/** The rates at which FNMR is told, or why it cannot be. */
export const FMRS: readonly number[] = [0.0001, 0.001, 0.01]

/** Told where a matrix is large enough for it: a threshold for strangers must lie that far out. */
const FAR_FMR = 0.00001

function ratesFor({ count }: NonMated): readonly number[] {
  return count * FAR_FMR >= 1 ? [FAR_FMR, ...FMRS] : FMRS
}

/** A share of comparisons with what it rests on. */
export interface Rate {
  readonly value: number
  /** 95 %, by subject bootstrap. */
  readonly interval?: Interval
  readonly errors: number
  readonly comparisons: number
  readonly subjects: number
  /** Without an error: the share of people that may have one all the same (exact 95 % bound for 0 of `subjects`). */
  readonly zeroErrorBound?: number
  /** The same with failures to acquire counted as non-matches. */
  readonly withFailures?: { readonly value: number; readonly comparisons: number }
}

/** FNMR over mated comparisons of each kind that exists. */
export interface Fnmr {
  readonly all: Rate
  readonly sameSession?: Rate
  readonly crossSession?: Rate
}

/** FNMR where the FMR is what was asked for. */
export interface OperatingPoint {
  readonly fmr: number
  readonly nonMated: NonMated['source']
  /** Absent with `unmeasurable`. */
  readonly threshold?: number
  readonly thresholdInterval?: Interval
  readonly falseMatches?: FalseMatches
  readonly fnmr?: Fnmr
  /** Why there is no figure. */
  readonly unmeasurable?: string
}

/** What a given threshold does here. */
export interface AtThreshold {
  readonly threshold: number
  readonly nonMated: NonMated['source']
  readonly fmr?: { readonly value: number; readonly interval?: Interval } & FalseMatches
  readonly fnmr: Fnmr
}

/** What stands behind the non-mated side. */
export interface NonMatedCounts {
  readonly comparisons: number
  readonly subjects: number
  readonly subjectPairs: number
}

/** Everything about one model or fusion. */
export interface Figures {
  readonly models: readonly WeightedSpace[]
  readonly nonMated: Readonly<Partial<Record<NonMated['source'], NonMatedCounts>>>
  /** Over the folds of the protocol column, or over two halves of the people. */
  readonly accuracy?: Accuracy & { readonly by: 'folds' | 'halves' }
  readonly operatingPoints: readonly OperatingPoint[]
  readonly atThresholds: readonly AtThreshold[]
  readonly scores: { readonly mated: readonly number[]; readonly nonMated: readonly number[] }
  readonly det: readonly DetCurve[]
}

/** What is wanted of the figures. */
export interface FigureOptions {
  readonly centring: Centring
  readonly matrix: boolean
  /** Split the people in two where the protocol has no folds. */
  readonly split: boolean
  readonly thresholds: readonly number[]
  readonly replicates: number
  readonly seed: number
  readonly onSubject?: (done: number, of: number) => void
}

/** All figures of one model or fusion over `pairs`. */
export function computeFigures(gallery: Gallery, pairs: readonly PairOfSamples[], models: readonly WeightedSpace[], options: FigureOptions): Figures {
  const scorer = createScorer(gallery, models, options.centring)
  const compared = compareListed(gallery, scorer, pairs)
  const drawing = { subjects: gallery.subjectNames.length, replicates: options.replicates, seed: options.seed }
  const listed = listedNonMated(compared)
  const sources = [...(listed.count > 0 ? [listed] : []), ...(options.matrix ? [matrixNonMated(gallery, scorer, options.onSubject)] : [])]
  const accuracy = accuracyOf(gallery, compared, options.split, drawing)
  const counts = sources.map(({ source, count, subjects, subjectPairs }) => [source, { comparisons: count, subjects, subjectPairs }])
  return {
    models,
    nonMated: Object.fromEntries(counts) as Figures['nonMated'],
    ...(accuracy && { accuracy }),
    operatingPoints: sources.flatMap((source) => operatingPoints(source, compared, drawing)),
    atThresholds: sources.flatMap((source) => options.thresholds.map((threshold) => atThreshold(threshold, source, compared, drawing))),
    scores: { mated: quantiles(matedOf(compared).scores), nonMated: quantiles(listed.tail.scores) },
    det: sources.map((source) => detCurve(source, matedOf(compared))),
  }
}

function accuracyOf(gallery: Gallery, compared: readonly Compared[], split: boolean, drawing: BootstrapOptions): Figures['accuracy'] {
  const byFolds = compared.some(({ fold }) => fold !== undefined)
  if (!byFolds && !split) return undefined
  const parts = gallery.subjectNames.map(partOf)
  const halved = (pair: Compared): Compared => {
    const [a, b] = [parts[pair.subjectA], parts[pair.subjectB]]
    return a === b && a !== undefined ? { ...pair, fold: a } : pair
  }
  const accuracy = accuracyOverFolds(byFolds ? compared : compared.map(halved), drawing)
  return accuracy && { ...accuracy, by: byFolds ? 'folds' : 'halves' }
}

type Kind = 'all' | 'same' | 'cross'
const KINDS: readonly Kind[] = ['all', 'same', 'cross']

function matedByKind(compared: readonly Compared[]): Readonly<Record<Kind, Mated>> {
  return { all: matedOf(compared), same: matedOf(compared, 'same'), cross: matedOf(compared, 'cross') }
}

function operatingPoints(nonMated: NonMated, compared: readonly Compared[], drawing: BootstrapOptions): readonly OperatingPoint[] {
  const mated = matedByKind(compared)
  const rates = ratesFor(nonMated)
  const thresholds = thresholdsAt(nonMated, rates)
  const intervals = bootstrap(drawing, (weights) => {
    const drawn = thresholdsAt(nonMated, rates, weights)
    return drawn.flatMap((threshold) => [
      threshold,
      ...KINDS.map((kind) => (threshold === undefined ? undefined : fnmrAt(mated[kind], threshold, weights))),
    ])
  })
  return rates
    .map((fmr, index): OperatingPoint => {
      const threshold = thresholds[index]
      const [ofThreshold, ...ofKinds] = intervals.slice(index * (KINDS.length + 1), (index + 1) * (KINDS.length + 1))
      const base = { fmr, nonMated: nonMated.source }
      if (threshold === undefined) {
        return { ...base, unmeasurable: `${nonMated.count} non-mated comparisons: at this FMR fewer than one of them may match` }
      }
      return {
        ...base,
        threshold,
        ...(ofThreshold && { thresholdInterval: ofThreshold }),
        falseMatches: falseMatchesAt(nonMated, threshold),
        fnmr: fnmrOf(compared, threshold, ofKinds),
      }
    })
    .reverse()
}

function atThreshold(threshold: number, nonMated: NonMated, compared: readonly Compared[], drawing: BootstrapOptions): AtThreshold {
  const mated = matedByKind(compared)
  const value = fmrAt(nonMated, threshold)
  const [interval, ...ofKinds] = bootstrap(drawing, (weights) => [
    fmrAt(nonMated, threshold, weights),
    ...KINDS.map((kind) => fnmrAt(mated[kind], threshold, weights)),
  ])
  const fmr = value === undefined ? {} : { fmr: { value, ...(interval && { interval }), ...falseMatchesAt(nonMated, threshold) } }
  return { threshold, nonMated: nonMated.source, ...fmr, fnmr: fnmrOf(compared, threshold, ofKinds) }
}

function fnmrOf(compared: readonly Compared[], threshold: number, intervals: readonly (Interval | undefined)[]): Fnmr {
  const [all, same, cross] = KINDS.map((kind, index) => rateOf(compared, kind, threshold, intervals[index]))
  return {
    all: all ?? { value: NaN, errors: 0, comparisons: 0, subjects: 0 },
    ...(same && { sameSession: same }),
    ...(cross && { crossSession: cross }),
  }
}

function rateOf(compared: readonly Compared[], kind: Kind, threshold: number, interval: Interval | undefined): Rate | undefined {
  const chosen = compared.filter(({ mated, relation }) => mated && (kind === 'all' || relation === kind))
  const acquired = chosen.filter(({ score }) => score !== -Infinity)
  if (acquired.length === 0) return undefined
  const errors = acquired.filter(({ score }) => score < threshold).length
  const subjects = new Set(acquired.map(({ subjectA }) => subjectA)).size
  const failures = chosen.length - acquired.length
  return {
    value: errors / acquired.length,
    ...(interval && { interval }),
    errors,
    comparisons: acquired.length,
    subjects,
    ...(errors === 0 && { zeroErrorBound: zeroErrorBound(subjects) }),
    ...(failures > 0 && { withFailures: { value: (errors + failures) / chosen.length, comparisons: chosen.length } }),
  }
}

/** Lowest, 5 %, median, 95 %, highest. */
function quantiles(scores: Float64Array): readonly number[] {
  const sorted = scores.slice().sort()
  return sorted.length === 0 ? [] : [0, 0.05, 0.5, 0.95, 1].map((share) => quantileOf(sorted, share))
}
