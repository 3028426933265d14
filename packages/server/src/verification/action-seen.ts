import { actionStrength, NEW_MOTION, watchMotion } from '@lintas/core/liveness'
import type { Action, Deviation, MotionSample } from '@lintas/core/liveness'
import { median } from '@lintas/core/numeric'
import { VERIFICATION_LIMITS } from './limits.js'
import { isClosing, isDone, type Recorded, type RecordedStep } from './recorded.js'
import type { ReplayedChallenge } from './replay-actions.js'
import type { SeenFrame } from './types.js'

const RADIANS = Math.PI / 180

/**
 * Steps whose action the server's own landmarks do not show. Twice it is looked for: against the rest that was committed to, and, since that is a
 * claim, against the closing frames that were opened. A series only claims how far away somebody is: moves are told by the distance between the eyes too.
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
    const moves = step.action === 'move-closer' || step.action === 'move-back'
    const seen = moves ? isMoved(step, steps[at - 1], shown, closings) : isApart(step.action, shown, closings)
    const holds = strengthOf(step.action, committed) >= VERIFICATION_LIMITS.actionShare && closings.length > 0 && seen
    return holds ? [] : [`step ${step.n}: ${step.action} is not to be seen`]
  })
}

function isApart(action: Action, shown: SeenFrame, closings: readonly SeenFrame[]): boolean {
  const own = closings.map((closing) => deviationFrom(closing.sample, shown.sample))
  return own.every((deviation) => strengthOf(action, deviation) >= VERIFICATION_LIMITS.closingShare)
}

/** Whoever came closer rests elsewhere, so that closing frames count in the middle, and each only by its direction. */
function isMoved({ action, series }: RecordedStep, before: RecordedStep | undefined, shown: SeenFrame, closings: readonly SeenFrame[]): boolean {
  const told = series.samples.filter(({ timestampMs }) => timestampMs <= series.revealedMs)
  const rest = [before?.series.samples.at(-1), ...told].flatMap((sample) => (sample === undefined ? [] : [eyesApart(sample)]))
  const strength = (from: number): number => strengthOf(action, { turn: 0, look: 0, distance: from / eyesApart(shown.sample), mouth: 0 })
  const own = closings.map(({ sample }) => strength(eyesApart(sample)))
  const mean = own.reduce((sum, one) => sum + one, 0) / own.length
  const { moveShare, closingShare } = VERIFICATION_LIMITS
  return rest.length > 0 && strength(median(rest)) >= moveShare && mean >= closingShare && own.every((one) => one > 0)
}

/** Between the eyes as a head that is not turned has it, pixels; NaN without a face. */
export function eyesApart({ interEyeDistance, pose }: MotionSample): number {
  const { yaw, pitch, roll } = pose ?? { yaw: NaN, pitch: NaN, roll: NaN }
  // About the head's own axis, as the motion stage tells a turn.
  const turn = yaw * Math.cos(roll * RADIANS) - pitch * Math.sin(roll * RADIANS)
  return (interEyeDistance ?? NaN) / Math.cos(turn * RADIANS)
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
