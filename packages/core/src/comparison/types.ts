/** What a threshold rests on. A threshold without one means nothing. */
export interface CalibrationProfile {
  readonly schema: 'lintas-calibration/1'
  /** Names this profile in every result, e.g. `shipped-2026-11`. */
  readonly id: string
  /** `shipped`: made from public data, not from the deployment's people. Results say so. */
  readonly origin: 'shipped' | 'deployment'
  /** The spaces whose scores are added, with their weights (they add up to 1). */
  readonly models: readonly CalibratedModel[]
  /** A score of this or more is a match. */
  readonly threshold: number
  /** The false match rate it was set for, 0 to 1. */
  readonly fmr: number
  /** 95 % interval of the FMR at this threshold, by subject bootstrap, where known. */
  readonly fmrInterval?: readonly [low: number, high: number]
  /** What it was measured on. */
  readonly data: { readonly name: string; readonly subjects: number; readonly nonMatedComparisons: number }
  /** ISO 8601 date. */
  readonly date: string
}

/** A space of a {@link CalibrationProfile}. */
export interface CalibratedModel {
  readonly space: string
  /** Above 0, at most 1. */
  readonly weight: number
  /** The population mean that is subtracted before comparison; absent where the profile has none. */
  readonly mean?: Float32Array
  /**
   * The least cosine, before any mean is subtracted, of two samples that one sitting gives, −1 to 1: below it they are two people. Needed for
   * spaces of one's own models; absent, the measured one of a shipped space.
   */
  readonly agreement?: number
}

/** What the system decided: never what was true (that is mated or non-mated). */
export type ComparisonDecision = 'match' | 'non-match'

/** A probe met a reference. */
export interface Comparison {
  readonly decision: ComparisonDecision
  /** Weighted sum of the spaces' cosines, −1 to 1; higher is more alike. */
  readonly score: number
  readonly threshold: number
  /** The FMR that the threshold was set for. */
  readonly fmr: number
  /** Which profile decided. */
  readonly calibration: { readonly id: string; readonly origin: CalibrationProfile['origin'] }
  /** The cosine of each space, after the mean's subtraction. */
  readonly perSpace: Readonly<Record<string, number>>
}
