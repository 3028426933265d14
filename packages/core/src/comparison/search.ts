import type { Embedding } from '../embedding/index.js'
import { checkKeys, checkNumber } from '../options/index.js'
import { clamp } from '../numeric/index.js'
import type { Gallery } from './gallery.js'
import { falsePositiveIdentificationRate } from './identification.js'
import type { Comparison, ComparisonDecision } from './types.js'

/** Options of {@link search}. */
export interface SearchOptions {
  /** Longest list of candidates, 1 to 1000. Default 5. */
  readonly count?: number
  /** A score of this or more is a match, above 0, at most 2. Default: the profile's, which was set for one comparison: see `fpir`. */
  readonly threshold?: number
}

/** Somebody a probe may be of. */
export interface Candidate {
  readonly subjectId: string
  /** As of a comparison 1:1, within 1e-6. */
  readonly score: number
  readonly decision: ComparisonDecision
}

/** What a search found. */
export interface SearchResult {
  /** The best of all, best first, matches or not. */
  readonly candidates: readonly Candidate[]
  /** References looked at: always all. */
  readonly searched: number
  readonly threshold: number
  /** Whose threshold it is, or would be. */
  readonly calibration: Comparison['calibration']
  /** The chance that a stranger is found in a gallery of this size at the profile's own threshold. Absent for another threshold, whose FMR nobody told. */
  readonly fpir?: number
}

/**
 * The references most like a probe, 1:N, exact. A candidate is a hint, not a claim that was proved: compare 1:1, or let a person look.
 * @throws TypeError that names a wrong option
 * @throws LintasError `models-unlike`, `embedding-invalid`
 */
export function search(probe: readonly Embedding[], gallery: Gallery, options: SearchOptions = {}): SearchResult {
  checkKeys('search', options, ['count', 'threshold'])
  const { profile, size } = gallery
  const count = checkNumber('count', options.count, 5, { min: 1, max: 1000, integer: true })
  const threshold = checkNumber('threshold', options.threshold, profile.threshold, { min: Number.MIN_VALUE, max: 2 })
  const candidates = gallery.nearest(probe, count).map(({ subjectId, score }): Candidate => {
    return { subjectId, score: clamp(score, -1, 1), decision: score >= threshold ? 'match' : 'non-match' }
  })
  return {
    candidates,
    searched: size,
    threshold,
    calibration: { id: profile.id, origin: profile.origin },
    ...(threshold === profile.threshold ? { fpir: falsePositiveIdentificationRate(profile.fmr, size) } : {}),
  }
}
