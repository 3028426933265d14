import type { Action } from './actions.js'

/** Why an attempt is over. */
export type ChallengeReason =
  | 'wrong-action' // another action than the one asked for, twice
  | 'early-action' // an action before it was shown, or begun before, twice
  | 'action-time' // an action took too long, twice
  | 'total-time' // the whole took too long
  | 'face-lost'
  | 'several-faces'
  | 'page-hidden'
  | 'clock-jumped' // time went back, far ahead, or is no number
  | 'out-of-order' // an event that cannot come now: begun twice, an action revealed while one is under way
  | 'misdrawn' // too few or too many steps, an unknown action, the same twice in a row, or none that shows shape

/** Why a step failed of which a replacement may still be drawn. */
export type StepFault = Extract<ChallengeReason, 'wrong-action' | 'early-action' | 'action-time'>

/** What one frame tells the challenge; `watchMotion` says it. */
export interface Observed {
  /** Faces in the frame: 0, 1 or more. */
  readonly faces: number
  /** Whether the person rests in their neutral pose. */
  readonly neutral: boolean
  /** An action that this frame completes, and when the person was neutral last before it, milliseconds. */
  readonly performed?: { readonly action: Action; readonly fromMs: number }
}

/** What happens to a challenge. All times are milliseconds on one clock, that of the frames. */
export type ChallengeEvent =
  /** `steps`: actions to complete, a whole number from 3 (default) to 8. */
  | { readonly type: 'begin'; readonly timestampMs: number; readonly steps?: number }
  /** Whoever draws the actions shows the next one. */
  | { readonly type: 'reveal'; readonly timestampMs: number; readonly action: Action }
  | { readonly type: 'observe'; readonly timestampMs: number; readonly sees: Observed }
  /** Time passed without a frame. */
  | { readonly type: 'tick'; readonly timestampMs: number }
  /** The page was hidden, or the device locked. */
  | { readonly type: 'hidden'; readonly timestampMs: number }
  /** The light is too poor for the passive layer: one action more, once. */
  | { readonly type: 'ask-one-more'; readonly timestampMs: number }

/** A step that was completed. */
export interface DoneStep {
  readonly action: Action
  /** When it was shown, milliseconds. */
  readonly revealedMs: number
  /** When the person was neutral last before they did it; not before `revealedMs`. */
  readonly fromMs: number
  /** The frame that completed it. */
  readonly doneMs: number
}

/** What a challenge under way remembers. */
export interface Progress {
  /** Actions to complete in all. */
  readonly needed: number
  /** One of them was asked for because of poor light. */
  readonly oneMore?: true
  readonly done: readonly DoneStep[]
  /** The step that failed; one may, and is replaced. */
  readonly fault?: { readonly reason: StepFault; readonly action?: Action }
  /** The action revealed last. */
  readonly last?: Action
  readonly beganMs: number
  /** Time of the latest event. */
  readonly lastMs: number
  /** When exactly one face was seen last. */
  readonly lastFaceMs: number
}

/** Before `begin`. */
export interface IdleChallenge {
  readonly phase: 'idle'
}

/** The next action may be revealed. */
export interface WaitingChallenge extends Progress {
  readonly phase: 'waiting'
}

/** An action was revealed and is not done yet. */
export interface ActingChallenge extends Progress {
  readonly phase: 'acting'
  readonly action: Action
  readonly revealedMs: number
  /** When the person was first seen neutral after the reveal; absent: they must return to rest before anything counts. */
  readonly neutralMs?: number
}

/** Every action was done after it was shown. */
export interface PassedChallenge extends Progress {
  readonly phase: 'passed'
}

/** The attempt is over. */
export interface FailedChallenge {
  readonly phase: 'failed'
  readonly reason: ChallengeReason
  readonly done: readonly DoneStep[]
}

export type ChallengeState = IdleChallenge | WaitingChallenge | ActingChallenge | PassedChallenge | FailedChallenge
