import type { Action, Observed } from '../challenge/index.js'

/** How a person rests; every action is told relative to it. */
export interface Rest {
  /** Degrees, as `Pose`. */
  readonly yaw: number
  readonly pitch: number
  readonly roll: number
  /** Centimetres. */
  readonly distanceCm: number
  /** Over the inter-eye distance of a frontal face. */
  readonly mouth: number
}

/** A frame's measures with its moment. */
export interface Reading extends Rest {
  readonly timestampMs: number
}

/** How far a frame lies from rest, in the head's own axes. */
export interface Deviation {
  /** Degrees; positive to the subject's own left. */
  readonly turn: number
  /** Degrees; positive up. */
  readonly look: number
  /** Distance over the resting one; below 1 is nearer. */
  readonly distance: number
  /** Opening of the mouth beyond the resting one, over the inter-eye distance. */
  readonly mouth: number
}

/** What is remembered of the eyes. */
export interface EyeState {
  /** The last moments with eyes not closed. */
  readonly seen: readonly { readonly timestampMs: number; readonly right: number; readonly left: number }[]
  /** When the eyes were open last, milliseconds. */
  readonly openMs?: number
  readonly closed: boolean
}

/** What {@link watchMotion} remembers. */
export interface MotionState {
  /** Absent before the first usable frame. */
  readonly rest?: Rest
  /** Whether `rest` was taken from a person who kept still; before that it is a first guess. */
  readonly settled: boolean
  /** `at-rest`, or `away` from it since an action or a gap: nothing counts until the person is back. */
  readonly phase: 'at-rest' | 'away'
  /** When the person was at rest last, milliseconds. */
  readonly restMs?: number
  /** The action that led away from rest; absent after a gap. */
  readonly acted?: Action
  /** The action that the last frame showed and the next must confirm. */
  readonly rising?: Action
  /** The last frames, oldest first. */
  readonly recent: readonly Reading[]
  readonly eyes: EyeState
  readonly lastMs?: number
  readonly size?: { readonly width: number; readonly height: number }
}

/** What one more frame tells. */
export interface Watched {
  readonly state: MotionState
  /** For the challenge. */
  readonly sees: Observed
  /** For guidance; absent without a face or rest to compare with. */
  readonly deviation?: Deviation
}
