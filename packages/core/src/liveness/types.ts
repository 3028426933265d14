import type { ChallengeLayerReason } from './challenge/index.js'
import type { FusionReason } from './fusion/reasons.js'
import type { PadPolicy } from './fusion/policy.js'
import type { LayerEvidence, LayerReason } from './layers.js'
import type { PadOutcome } from './outcome.js'

/** Why PAD came to its outcome: `not-assessed` where nobody looked, else fusion's reasons and those of the layers. */
export type PadReason = 'not-assessed' | FusionReason | ChallengeLayerReason | LayerReason

/** What a person can do better next time. It names no layer and no score. */
export type PadHint = 'wait-for-action' | 'follow-actions' | 'move-clearly' | 'stay-in-view' | 'stay-on-page' | 'alone' | 'more-light' | 'more-room'

/** What may be told to whoever stands at the camera: nobody can climb a score that is not told. */
export interface ToldPad {
  readonly outcome: PadOutcome
  /** For an undetermined outcome, where something can be done about it. */
  readonly hint?: PadHint
}

/** The outcome of presentation attack detection with everything it was made of: for the officer, not for the person at the camera ({@link toldPad}). */
export interface PadAssessment extends ToldPad {
  /** Empty exactly when bona fide; most important first. */
  readonly reasons: readonly PadReason[]
  /** What each layer found. Absent where nobody looked. */
  readonly layers?: readonly LayerEvidence[]
  /** What was asked for in the end. Absent where nobody looked. */
  readonly policy?: PadPolicy
  /** Injection hints, or their absence, made the policy stricter. */
  readonly raised?: boolean
}

/** What of `assessment` may be told at the camera. */
export function toldPad({ outcome, hint }: ToldPad): ToldPad {
  return { outcome, ...(hint !== undefined && { hint }) }
}
