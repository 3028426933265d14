import type { Action, Route } from '../../../packages/core/src/liveness/challenge/index.js'
import type { LayerEvidence } from '../../../packages/core/src/liveness/layers.js'

/** An action of a clip; without a time it is asked for as soon as the check-in asks. */
export interface ListedAction {
  readonly action: Action
  /** When the motion begins, milliseconds from the first frame. */
  readonly startMs?: number
}

export type Label = 'bona-fide' | 'attack'
export type Kind = 'video' | 'image'

/** A row of the list. */
export interface ListedFile {
  readonly file: string
  readonly label: Label
  /** What kind of attack, or of bona fide presentation. */
  readonly species: string
  readonly subject: string
  readonly kind: Kind
  /** Of pictures: those of one session are judged together. */
  readonly session?: string
  /** What is asked. */
  readonly challenge?: readonly ListedAction[]
  /** What the clip shows, where that is something else. */
  readonly shows?: readonly ListedAction[]
}

/**
 * What of liveness a presentation can be asked: `check-in` all of it, for its list of actions is long enough; `layers` everything but the challenge
 * (a clip); `frames` the passive net alone (pictures of one session).
 */
export type Level = 'check-in' | 'layers' | 'frames'

/** One presentation of one subject: a clip, or a few pictures of one session. */
export interface PadPresentation {
  readonly label: Label
  readonly species: string
  readonly subject: string
  readonly kind: Kind
  readonly level: Level
  /** Relative to the root. */
  readonly files: readonly string[]
  readonly challenge?: readonly ListedAction[]
  readonly shows?: readonly ListedAction[]
}

/** What the page is told of a presentation. */
export interface PadJob extends Pick<PadPresentation, 'kind' | 'level' | 'challenge'> {
  /** Numbers of the files, and how each ends (`mjpeg`, `gif`, …), in lower case. */
  readonly files: readonly (readonly [index: number, ending: string])[]
  /** Unsigned 32-bit. */
  readonly seed: number
}

/** How a clip is played to the check-in. */
export interface PlayOptions {
  /** Frames a second that are analysed: what a phone manages. */
  readonly fps: number
  /** Frames a second of `.mjpeg`, which has no times. */
  readonly mjpegFps: number
  /** How long before its listed time an action is revealed, milliseconds. */
  readonly leadMs: number
  readonly route: Route
  /** Sequences drawn for every clip besides. */
  readonly draws: number
}

/** One random sequence that a clip was asked for. */
export interface DrawnAttempt {
  /** What was asked, in order, those that were not done too. */
  readonly asked: readonly Action[]
  readonly layers: readonly LayerEvidence[]
}

/** What the line found in a presentation. */
export interface PadFinding {
  readonly layers: readonly LayerEvidence[]
  readonly frames: number
  readonly framesWithFace: number
  readonly durationMs: number
  readonly draws: readonly DrawnAttempt[]
  /** The passive net on each frame that it can speak about. */
  readonly single: readonly number[]
}

/** What came of a presentation: a finding, a file that cannot be read, or a fault of the machinery. */
export type PadOutcomeOf = { readonly finding: PadFinding } | { readonly unreadable: string } | { readonly fault: string }
