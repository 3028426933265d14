import type { Weights } from './error-rates.js'
import { createRandom } from './random.js'

/** How intervals are made. */
export interface BootstrapOptions {
  readonly subjects: number
  readonly replicates: number
  readonly seed: number
}

/** A 95 % interval. */
export type Interval = readonly [low: number, high: number]

/** Said in every report. */
export const BOOTSTRAP_METHOD =
  'Subject (vertex) bootstrap: people are drawn with replacement; a mated comparison counts as often as its person was drawn, a non-mated one as ' +
  'often as the product of its two people; a person is never compared with their own copy. The threshold is chosen anew in every replicate. ' +
  'The interval is from the 2.5th to the 97.5th percentile. Where no error was seen it cannot open upwards: see the bound for zero errors.'

/**
 * 95 % intervals of several figures by drawing people, not comparisons: those of one person fail together, and an interval that takes
 * them for independent is far too narrow. A replicate in which a figure has no value (nobody drawn who has a mated pair) is left out for it.
 */
export function bootstrap(
  options: BootstrapOptions,
  figures: (weights: Weights) => readonly (number | undefined)[],
): readonly (Interval | undefined)[] {
  const { subjects, replicates, seed } = options
  const random = createRandom(seed)
  const weights = new Uint16Array(subjects)
  const values: number[][] = []
  for (let replicate = 0; replicate < replicates; replicate += 1) {
    weights.fill(0)
    for (let draw = 0; draw < subjects; draw += 1) weights[random.below(subjects)]! += 1
    for (const [index, value] of figures(weights).entries()) {
      const list = (values[index] ??= [])
      if (value !== undefined) list.push(value)
    }
  }
  return values.map((list) => (list.length < 2 ? undefined : percentiles(list)))
}

function percentiles(values: readonly number[]): Interval {
  const sorted = Float64Array.from(values).sort()
  return [quantileOf(sorted, 0.025), quantileOf(sorted, 0.975)]
}

/** By linear interpolation between the neighbours; `sorted` rises. */
export function quantileOf(sorted: ArrayLike<number>, share: number): number {
  const at = share * (sorted.length - 1)
  const low = sorted[Math.floor(at)] ?? NaN
  const high = sorted[Math.ceil(at)] ?? NaN
  // Equal neighbours first: infinities have no difference.
  return low === high ? low : low + (high - low) * (at - Math.floor(at))
}

/**
 * With no error among `people`, the share of people that may have one all the same: the upper end of the exact two-sided 95 % interval
 * of Clopper and Pearson for 0 of `people`.
 */
export function zeroErrorBound(people: number): number {
  return people === 0 ? 1 : 1 - 0.025 ** (1 / people)
}
