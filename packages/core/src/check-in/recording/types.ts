import type { StepSeries } from '../../evidence/index.js'
import type { Action, ChallengeState, MotionSample, Watched } from '../../liveness/index.js'
import type { EvidenceFrame } from '../../worker/index.js'

/** An analysed frame as an attempt saw it. */
export interface SeenFrame {
  readonly sample: MotionSample
  readonly watched: Watched
  /** Where it was asked for and is there. */
  readonly evidence: EvidenceFrame | undefined
  /** After this frame, before the next action is drawn. */
  readonly challenge: ChallengeState
  /** It is the frontal frame between two actions, or after the last. */
  readonly closes: boolean
}

/** Told by an attempt of everything that evidence is made of, before the next action is drawn. */
export interface AttemptRecorder {
  /** Whether the next frame is to carry evidence; `mayClose`: it may be a frontal frame after an action. */
  wants(mayClose: boolean): boolean
  /** Called for each frame of the challenge that has a time of its own, the one that begins it included. */
  see(frame: SeenFrame): void
  /** An action was shown to the person after the frame of that moment. */
  revealed(action: Action, timestampMs: number): void
}

/** What was recorded of a step that has ended, done or to be replaced. */
export interface StepRecord {
  readonly series: StepSeries
  /** As `series.frames` lists them. */
  readonly jpegs: readonly Uint8Array<ArrayBuffer>[]
  /** Which of them shows the action. Absent where it was not done. */
  readonly shows?: number
  /** So far it was too dark for the passive net, and from here on one action more is asked. In one step at most. */
  readonly dark?: true
}
