import { partOf } from './accuracy.js'
import { compareListed, matedOf, matrixNonMated, type PairOfSamples } from './comparisons.js'
import { fmrAt, fnmrAt, thresholdsAt } from './error-rates.js'
import { createGallery, type Gallery } from './gallery.js'
import { Refusal } from './refusal.js'
import { createScorer, type Centring, type WeightedSpace } from './scorer.js'

/** The FMR at which weights are chosen: strict enough that they differ. */
export const SWEEP_FMR = 0.0001

/** One choice of weights on the two halves of the people. */
export interface SweepPoint {
  readonly models: readonly WeightedSpace[]
  /** On the half that chooses: threshold from its full matrix, FNMR there. */
  readonly chosenOn: { readonly threshold: number; readonly fnmr: number }
  /** On the other half at that threshold. */
  readonly testedOn: { readonly fmr?: number; readonly fnmr: number }
}

/** What a sweep found. */
export interface Sweep {
  readonly fmr: number
  readonly points: readonly SweepPoint[]
  /** Index of the point with the lowest FNMR on the half that chooses. */
  readonly best: number
}

/**
 * Weights of `spaces` in steps, chosen on the people of one half, tested on the other's.
 * @throws Refusal where the halves are too small for the FMR
 */
export function sweepWeights(gallery: Gallery, pairs: readonly PairOfSamples[], spaces: readonly string[], step: number, centring: Centring): Sweep {
  const halves = ([0, 1] as const).map((part) => halfOf(gallery, pairs, part))
  const points = gridOf(spaces, step).flatMap((models): SweepPoint[] => {
    const [choosing, testing] = halves.map((half) => {
      const scorer = createScorer(half.gallery, models, centring)
      return { nonMated: matrixNonMated(half.gallery, scorer), mated: matedOf(compareListed(half.gallery, scorer, half.pairs)) }
    })
    const [threshold] = choosing ? thresholdsAt(choosing.nonMated, [SWEEP_FMR]) : []
    if (choosing === undefined || testing === undefined || threshold === undefined) return []
    const fmr = fmrAt(testing.nonMated, threshold)
    return [
      {
        models,
        chosenOn: { threshold, fnmr: fnmrAt(choosing.mated, threshold) ?? NaN },
        testedOn: { fnmr: fnmrAt(testing.mated, threshold) ?? NaN, ...(fmr !== undefined && { fmr }) },
      },
    ]
  })
  if (points.length === 0) throw new Refusal(`--sweep needs more people: FMR ${SWEEP_FMR * 100} % cannot be measured on one half of them`)
  const best = points.reduce((lowest, point, index) => (point.chosenOn.fnmr < (points[lowest]?.chosenOn.fnmr ?? Infinity) ? index : lowest), 0)
  return { fmr: SWEEP_FMR, points, best }
}

function halfOf({ samples }: Gallery, pairs: readonly PairOfSamples[], part: 0 | 1): { gallery: Gallery; pairs: readonly PairOfSamples[] } {
  const kept = samples.flatMap(({ subject }, index) => (partOf(subject) === part ? [index] : []))
  const indexOf = new Map(kept.map((from, to) => [from, to]))
  const within = pairs.flatMap((pair) => {
    const [first, second] = [indexOf.get(pair.first), indexOf.get(pair.second)]
    return first === undefined || second === undefined ? [] : [{ ...pair, first, second }]
  })
  return { gallery: createGallery(kept.map((index) => samples[index]!)), pairs: within }
}

/** All weights of `spaces` that are multiples of `step` and add up to 1; a space of weight 0 is left out. */
export function gridOf(spaces: readonly string[], step: number): readonly (readonly WeightedSpace[])[] {
  const steps = Math.round(1 / step)
  const share = (left: number, from: number): number[][] =>
    from === spaces.length - 1
      ? [[left]]
      : Array.from({ length: left + 1 }, (_, used) => share(left - used, from + 1).map((rest) => [used, ...rest])).flat()
  return share(steps, 0).map((parts) => parts.flatMap((part, at) => (part === 0 ? [] : [{ space: spaces[at]!, weight: part / steps }])))
}
