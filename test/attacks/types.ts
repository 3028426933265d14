import type { Raster } from '../../packages/core/src/numeric/index.js'
import type { PortraitName } from '../e2e/support/portraits.js'

/** A picture in the making: 8-bit RGB, row by row from the top left. */
export interface Picture {
  /** Pixels. */
  readonly width: number
  /** Pixels. */
  readonly height: number
  /** `width × height × 3` bytes: R, G, B. */
  readonly data: Uint8Array
}

/** What a person is told to do; the names of the liveness stage. Left and right are the person's own. */
export const ACTIONS = ['turn-left', 'turn-right', 'look-up', 'look-down', 'blink', 'open-mouth', 'move-closer', 'move-back'] as const

/** One of {@link ACTIONS}. */
export type Action = (typeof ACTIONS)[number]

/** An action and when it is done. The way there and back takes 0.35 s each, of a blink 0.1 s. */
export interface ScriptedAction {
  readonly action: Action
  /** When the motion begins, milliseconds from the first frame. */
  readonly startMs: number
  /** How long its end is held, milliseconds. */
  readonly holdMs: number
}

/** What a display shows or a stream holds at a time: 640 × 480. */
export type Source = (timestampMs: number) => Picture

/** Options of every attack; each uses what concerns it. */
export interface AttackOptions {
  /** Whose portrait is presented. */
  readonly portrait: PortraitName
  /** Unsigned 32-bit; the same seed gives the same bytes. Default 1. */
  readonly seed?: number
  /** Frames a second, 1 to 120. Default 30. */
  readonly fps?: number
  /** Length, seconds. Default 3. */
  readonly seconds?: number
  /** What was asked of the person before the camera; the attack does of it what it can. Default: nothing is asked, planes are turned about anyway. */
  readonly actions?: readonly ScriptedAction[]
  /** `replay`: what the recorded person did. Default: `actions` in another order. */
  readonly recorded?: readonly ScriptedAction[]
  /** `replay` and `screen`: what the display shows. Default: the puppet, the portrait. */
  readonly source?: Source
  /** `eye-holes`, `injected-cut`: the second person. Default: `biden`, of him `obama`. */
  readonly other?: PortraitName
  /** `looped`: length of the loop, milliseconds. Default 2,000. */
  readonly periodMs?: number
  /** `frozen`: from when on the frame stays, milliseconds. Default: two fifths of the length. */
  readonly freezeAtMs?: number
  /** `injected-cut`: when the second person appears, milliseconds. Default: half of the length. */
  readonly cutAtMs?: number
}

/** {@link AttackOptions} with its defaults, but those that an attack decides. */
export type FullOptions = AttackOptions & Required<Pick<AttackOptions, 'seed' | 'fps' | 'seconds' | 'actions'>>

/** One picture of the camera. */
export interface AttackFrame {
  /** 640 × 480, RGBA. */
  readonly raster: Raster
  /** Milliseconds from the first frame. */
  readonly timestampMs: number
}

/** A prepared attack: frame `index` as the application gets it. The same index gives the same bytes, in whatever order they are asked for. */
export type Presentation = (index: number) => Picture

/** How an attack reaches the application: held before a real camera, or put in place of it. */
export type Channel = 'presented' | 'injected'

/** An entry of `SPECIES`. */
export interface Attack {
  readonly channel: Channel
  /** In one sentence. */
  readonly says: string
  readonly prepare: (options: FullOptions) => Promise<Presentation>
}

/** Pixels. */
export const WIDTH = 640
/** Pixels. */
export const HEIGHT = 480
