import type { CalibrationProfile, Comparison } from '../comparison/index.js'
import type { PadAssessment } from '../liveness/index.js'
import type { QualityAssessment, QualityReason } from '../quality/index.js'
import type { AgreementLimits, Template } from '../reference/index.js'
import type { Analyser } from '../worker/index.js'

/** Who vouches for a result. In the browser alone nobody does: its owner can forge it. */
export type Assurance = 'client-asserted' | 'server-verified' | 'officer-attested' | 'deferred'

/** What a check-in demands. Every field's default is the strict one. */
export interface Policy {
  /** PAD must say `bona-fide`. Default true. False admits people whose liveness nobody has looked at: for demonstrations only. */
  readonly requirePad?: boolean
}

/** What the person should do now; one at a time. A quality reason, or where the session stands. */
export type Hint = QualityReason | 'hold-still' | 'move-a-little'

/** Where a session stands. */
export type SessionPhase = 'idle' | 'loading' | 'searching' | 'holding' | 'comparing' | 'done'

/** Options common to check-in and enrolment. */
export interface SessionOptions {
  /** The line to use; it stays the caller's to close. */
  readonly analyser: Analyser
  /** Longest time from the moment the models are ready, milliseconds, 1000 to 300000. Default 30000 for a check-in, 60000 for an enrolment. */
  readonly timeoutMs?: number
}

/** Options of `createCheckIn`. */
export interface CheckInOptions extends SessionOptions {
  /** Default: the shipped profile, and every result says so. */
  readonly calibration?: CalibrationProfile
  readonly policy?: Policy
  /** Good frames that are embedded and averaged into the probe, 1 to 5. Default 2. */
  readonly probeSamples?: number
  /**
   * The least cosine of two samples of one check-in, by space: samples that disagree are two people, and the collection starts anew with the
   * later one. Needed for spaces of one's own models. Default: the measured ones of an enrolment.
   */
  readonly agreementLimits?: AgreementLimits
}

/** What `run` takes. */
export interface RunOptions {
  readonly signal?: AbortSignal
  readonly onPhase?: (phase: SessionPhase) => void
  /** Told when the hint changes; undefined when there is nothing to say. */
  readonly onHint?: (hint: Hint | undefined) => void
  /** 0 to 1 over the samples wanted. */
  readonly onProgress?: (fraction: number) => void
}

/** Why somebody was refused. */
export type RefusalReason = 'comparison:non-match' | `pad:${'attack' | 'undetermined'}` | `quality:${QualityReason}` | 'timeout'

/** The outcome of a check-in: a value, whatever happened to the person. */
export interface CheckInOutcome {
  readonly decision: 'admitted' | 'refused'
  /** Empty exactly when admitted; the most telling first. */
  readonly reasons: readonly RefusalReason[]
  readonly assurance: Assurance
  readonly pad: PadAssessment
  /** The profile that decides, or would have; `shipped` is nobody's own. */
  readonly calibration: Comparison['calibration']
  /** Absent when no sample was good enough to compare. */
  readonly comparison?: Comparison
  /** The best frame's; where none was good, the latest of those with the commonest fault; absent when no frame came. */
  readonly quality?: QualityAssessment
  /** ISO 8601, UTC, by this device's clock. */
  readonly at: string
}

/** The outcome of an enrolment. Nobody vouches for it but the browser's owner: whoever keeps the template must have seen the person. */
export type EnrolmentOutcome = {
  readonly assurance: Assurance
  readonly pad: PadAssessment
} & (
  | { readonly outcome: 'enrolled'; readonly template: Template }
  | { readonly outcome: 'refused'; readonly reasons: readonly (RefusalReason | 'samples-disagree')[] }
)
