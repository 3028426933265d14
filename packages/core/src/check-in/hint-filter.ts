import type { QualityReason } from '../quality/index.js'
import type { Hint } from './types.js'

/**
 * How long a new reason must stand before it replaces the hint on screen, milliseconds of the frames' clock. Reading a short sentence takes
 * about a second; a hint that flickers with every frame is read by nobody, and announced sixty times a minute by a screen reader.
 */
export const HINT_STEADY_MS = 500

/** What {@link nextHint} remembers. */
export interface HintState {
  /** What is on screen. */
  readonly shown: Hint | undefined
  /** What asks to replace it, and since when. */
  readonly rising: { readonly hint: Hint | undefined; readonly sinceMs: number } | undefined
}

/** Nothing shown, nothing rising. */
export const NO_HINT: HintState = { shown: undefined, rising: undefined }

/** The hint after one more frame: a pure step. The first hint shows at once, each later one after {@link HINT_STEADY_MS}. */
export function nextHint(state: HintState, wanted: Hint | undefined, nowMs: number): HintState {
  if (wanted === state.shown) return { shown: state.shown, rising: undefined }
  if (state.shown === undefined && state.rising === undefined) return { shown: wanted, rising: undefined }
  if (state.rising === undefined || state.rising.hint !== wanted) return { shown: state.shown, rising: { hint: wanted, sinceMs: nowMs } }
  const stoodMs = nowMs - state.rising.sinceMs
  // A clock that went back would hold the old hint for as long as it went.
  if (stoodMs < 0) return { shown: state.shown, rising: { hint: wanted, sinceMs: nowMs } }
  if (stoodMs < HINT_STEADY_MS) return state
  return { shown: wanted, rising: undefined }
}

/** The hint for a frame: its most important reason, or `otherwise` when it is good. */
export function hintOf(reasons: readonly QualityReason[], otherwise: Hint | undefined): Hint | undefined {
  return reasons[0] ?? otherwise
}
