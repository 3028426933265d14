import { dot } from '../numeric/index.js'
import type { Embedding } from '../embedding/index.js'

/** The least cosine, before any mean is subtracted, that two samples of one enrolment must reach, by space. */
export type AgreementLimits = Readonly<Record<string, number>>

/**
 * Below the least that 2,607 same-session pairs of `nuaa-dev` came to (0.85, 0.58, 0.79), with room for poorer cameras. FaceNet and the
 * compact model together drop none of those, and let 0.7 % of pairs of different people in that one room agree; of enrolments with one
 * foreign face among five pictures 99.75 % lose the foreigner (`docs/evaluation/agreement.json`: eight people, so a first figure).
 * FaceNet alone tells nobody apart there, half of all foreign pairs agree: never enrol with it alone where faces are much alike.
 */
export const AGREEMENT_LIMITS: AgreementLimits = Object.freeze({ 'facenet-128': 0.6, 'compact-512': 0.45, 'compact-192': 0.5 })

/** What of several samples belongs together. */
export interface Agreement {
  /** Indices of the largest set in which every two samples agree in every space, ascending. */
  readonly kept: readonly number[]
  /** The others. */
  readonly dropped: readonly number[]
}

/**
 * The largest set of samples in which every two agree in every space; of several such, the one whose pairs are most alike. Every pair
 * and not the distance to a mean, because with three to five samples one foreign face drags the mean along.
 * @param samples embeddings in the same order of spaces each, length 1; at most 10 samples, since all subsets are tried
 */
export function agreeingSamples(samples: readonly (readonly Embedding[])[], limits: AgreementLimits): Agreement {
  const margins = samples.map((left) => samples.map((right) => leastMargin(left, right, limits)))
  let best: readonly number[] = []
  let bestMargin = -Infinity
  for (let mask = 1; mask < 1 << samples.length; mask += 1) {
    const members = samples.map((_, index) => index).filter((index) => (mask >> index) & 1)
    if (members.length < best.length) continue
    const margin = weakestPair(members, margins)
    if (margin < 0 || (members.length === best.length && margin <= bestMargin)) continue
    best = members
    bestMargin = margin
  }
  return { kept: best, dropped: samples.map((_, index) => index).filter((index) => !best.includes(index)) }
}

/** How far the two are above the limits in the space where they are least so; NaN anywhere counts as no agreement. */
function leastMargin(left: readonly Embedding[], right: readonly Embedding[], limits: AgreementLimits): number {
  const margins = left.map((one, index) => {
    const other = right[index]
    const margin = other === undefined ? NaN : dot(one.vector, other.vector) - (limits[one.space] ?? NaN)
    return Number.isNaN(margin) ? -Infinity : margin
  })
  return Math.min(...margins)
}

function weakestPair(members: readonly number[], margins: readonly (readonly number[])[]): number {
  let weakest = Infinity
  for (const left of members) {
    for (const right of members) {
      if (left < right) weakest = Math.min(weakest, margins[left]?.[right] ?? -Infinity)
    }
  }
  return weakest
}

/** Whether two samples of one sitting agree in every space that `limits` knows: the same rule that an enrolment's samples meet. */
export function samplesAgree(left: readonly Embedding[], right: readonly Embedding[], limits: AgreementLimits): boolean {
  const known = (samples: readonly Embedding[]): readonly Embedding[] => samples.filter(({ space }) => limits[space] !== undefined)
  return leastMargin(known(left), known(right), limits) >= 0
}
