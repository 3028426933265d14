import { actionStrength, NEW_MOTION, watchMotion } from '@lintas/core/liveness'
import type { Action, Deviation, MotionSample } from '@lintas/core/liveness'
import { VERIFICATION_LIMITS } from './limits.js'
import { isClosing, isDone, type Recorded } from './recorded.js'
import type { ReplayedChallenge } from './replay-actions.js'
import type { SeenFrame } from './types.js'

/**
 * Steps whose action the server's own landmarks do not show. Twice it is looked for: against the rest that was committed to, and, since that is a
 * claim, against the closing frames that were opened. Moves are told against the committed rest alone: whoever came closer rests elsewhere.
 */
export function actionSeenFaults({ steps }: Recorded, frames: readonly SeenFrame[], { before }: ReplayedChallenge): readonly string[] {
  const closings = frames.filter(({ step, index }) => steps[step] !== undefined && isClosing(steps[step], index))
  return steps.flatMap((step, at) => {
    if (!isDone(step)) return []
    const shown = frames.find((frame) => frame.step === at && frame.index === step.claims.shows)
    if (shown === undefined) return [`step ${step.n}: the frame that shows it was not opened`]
    if (step.action === 'blink') return eyesAreShut(shown, frames) ? [] : [`step ${step.n}: the eyes are open`]
    const state = shown.committed && before.get(shown.committed)
    const committed = state && watchMotion(state, shown.sample).deviation
    const own = closings.map((closing) => deviationFrom(closing.sample, shown.sample))
    const moves = step.action === 'move-closer' || step.action === 'move-back'
    const holds =
      strengthOf(step.action, committed) >= VERIFICATION_LIMITS.actionShare &&
      own.length > 0 &&
      (moves || own.every((deviation) => strengthOf(step.action, deviation) >= VERIFICATION_LIMITS.closingShare))
    return holds ? [] : [`step ${step.n}: ${step.action} is not to be seen`]
  })
}

/** How far `shown` lies from `rest`, both as the server saw them. */
export function deviationFrom(rest: MotionSample, shown: MotionSample): Deviation | undefined {
  const { state } = watchMotion(NEW_MOTION, rest)
  // One moment after the other: the motion stage forgets whom it has not seen for a while.
  return watchMotion(state, { ...shown, timestampMs: rest.timestampMs + 100 }).deviation
}

/** How clearly `deviation` shows `action`: 1 is what the motion stage asks for. NaN where there is nothing to see. */
export function strengthOf(action: Action, deviation: Deviation | undefined): number {
  return (deviation && actionStrength(action, deviation)) ?? NaN
}

/** Both eyes, against the widest that each was in another opened frame. */
function eyesAreShut(shown: SeenFrame, frames: readonly SeenFrame[]): boolean {
  return eyeShare(shown, frames) <= VERIFICATION_LIMITS.eyesShut
}

/** Opening of the wider eye over the widest that it was in other frames; NaN without any. */
export function eyeShare(shown: SeenFrame, frames: readonly SeenFrame[]): number {
  const share = (side: 'right' | 'left'): number => {
    const others = frames.filter((frame) => frame !== shown).flatMap(({ sample }) => sample.eyeOpening?.[side] ?? [])
    return (shown.sample.eyeOpening?.[side] ?? NaN) / Math.max(...others)
  }
  return Math.max(share('right'), share('left'))
}
