import type { CalibrationProfile, Comparison } from '../comparison/index.js'
import type { Action, InjectionFacts, PadAssessment, PadPolicy, PadPreset } from '../liveness/index.js'
import type { QualityAssessment, QualityReason } from '../quality/index.js'
import type { AgreementLimits, Template } from '../reference/index.js'
import type { Analyser } from '../worker/index.js'
import type { DrawAction } from './draw-source.js'

/** Who vouches for a result. In the browser alone nobody does: its owner can forge it. */
export type Assurance = 'client-asserted' | 'server-verified' | 'officer-attested' | 'deferred'

/** What a check-in demands. Every field's default is the strict one. */
export interface Policy {
  /**
   * Which layers of liveness must say bona fide: `low`, `standard` (default), `high` (`PAD_POLICIES`, with their measured rates), or layers of one's
   * own. `none` asks for no challenge and admits people whose liveness nobody has looked at: for demonstrations only.
   */
  readonly pad?: PadPreset | PadPolicy | 'none'
}

/** What the person should do now; one at a time. A quality reason, or where the session stands. */
export type Hint = QualityReason | 'hold-still' | 'move-a-little' | 'more-room' | 'face-forward'

/** What the person is asked to do in a challenge. Left and right are their own. */
export interface Prompt {
  readonly action: Action
  /** Which action of how many, from 1. */
  readonly step: number
  readonly of: number
  /** It replaces one that was not done as asked. */
  readonly again: boolean
}

/** Where a session stands. */
export type SessionPhase = 'idle' | 'loading' | 'searching' | 'holding' | 'acting' | 'comparing' | 'done'

/** Options common to check-in and enrolment. */
export interface SessionOptions {
  /** The line to use; it stays the caller's to close. */
  readonly analyser: Analyser
  /** Longest time from the moment the models are ready, milliseconds, 1000 to 300000. Default 150000 for a check-in with a challenge, which
   * has a limit of its own (120 s), 30000 for one without, 60000 for an enrolment. */
  readonly timeoutMs?: number
}

/** Options of `createCheckIn`. */
export interface CheckInOptions extends SessionOptions {
  /** Default: the shipped profile, and every result says so. */
  readonly calibration?: CalibrationProfile
  readonly policy?: Policy
  /** Who draws the actions. Default: this page. */
  readonly drawAction?: DrawAction
  /** What is known of the camera, for sources that are no video. Default: what the video's own camera says. */
  readonly camera?: InjectionFacts
  /** Without a challenge: good frames that are embedded and averaged into the probe, 1 to 5. Default 2. With one each stage gives one. */
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
  /** Told when an action is asked for, and undefined when it is over. */
  readonly onPrompt?: (prompt: Prompt | undefined) => void
  /** 0 to 1 over the samples wanted, or the actions. */
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
