import { quantile } from '../../numeric/index.js'
import { BLINK_LIMIT_MS, EYES_CLOSED, EYES_OPEN, EYES_WINDOW_MS } from './limits.js'
import type { EyeState } from './types.js'

/** Nothing seen yet. */
export const NEW_EYES: EyeState = { seen: [], closed: false }

// The upper end of what was just seen is how far this person opens the eyes; not the greatest, which a startled look makes.
const OWN_OPENING = 0.8
// Enough at 30 frames a second, bounded at any rate.
const MOST_SEEN = 60

/** The eyes after one more frame, and since when they were not open if this frame opens them again after a blink. */
export function watchEyes(
  state: EyeState,
  timestampMs: number,
  opening: { readonly right: number; readonly left: number },
): { readonly state: EyeState; readonly blinkFromMs?: number } {
  const share = wider(state, opening)
  if (state.closed) return whileClosed(state, timestampMs, opening, share)
  if (share <= EYES_CLOSED && state.openMs !== undefined) return { state: { ...state, closed: true } }
  return { state: open(state, timestampMs, opening) }
}

function whileClosed(state: EyeState, timestampMs: number, opening: { right: number; left: number }, share: number): ReturnType<typeof watchEyes> {
  const { openMs = timestampMs } = state
  // Shut for longer than anybody blinks, or never that wide open in truth: what is seen now is the new measure.
  if (timestampMs - openMs > BLINK_LIMIT_MS) return { state: open(NEW_EYES, timestampMs, opening) }
  if (share < EYES_OPEN) return { state }
  return { state: open({ ...state, closed: false }, timestampMs, opening), blinkFromMs: openMs }
}

function open({ seen }: EyeState, timestampMs: number, { right, left }: { right: number; left: number }): EyeState {
  const kept = seen.filter((one) => timestampMs - one.timestampMs <= EYES_WINDOW_MS).slice(1 - MOST_SEEN)
  return { seen: [...kept, { timestampMs, right, left }], openMs: timestampMs, closed: false }
}

/** How far the wider of both eyes is open, as a share of its own opening. */
function wider({ seen }: EyeState, { right, left }: { right: number; left: number }): number {
  if (seen.length === 0) return 1
  const own = (side: 'right' | 'left'): number =>
    quantile(
      seen.map((one) => one[side]),
      OWN_OPENING,
    )
  return Math.max(right / own('right'), left / own('left'))
}
