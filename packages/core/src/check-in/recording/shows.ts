import { actionStrength, type Action, type DoneStep } from '../../liveness/index.js'
import type { SeenFrame } from './types.js'
import type { Candidate } from './candidates.js'

/** Beyond this turn from the camera other eyes find other landmarks, degrees. */
const LEGIBLE_DEG = 30

/** A frame that shows an action lies within this of the one that completed it, milliseconds. */
const NEAR_DONE_MS = 700

/** Clear enough: beyond this share of an action's limit no frame is better than another. */
const CLEAR = 1.5

/** How clearly a frame shows `action`: of a blink how far both eyes are closed, else how far beyond the action's limit the person is. */
export function strengthOf(action: Action, { sample, watched }: SeenFrame): number {
  if (action === 'blink') return sample.eyeOpening === undefined ? -Infinity : -Math.max(sample.eyeOpening.right, sample.eyeOpening.left)
  return (watched.deviation && actionStrength(action, watched.deviation)) ?? -Infinity
}

/** Whether a head may be read from this side. */
export function isLegible({ sample: { pose } }: SeenFrame): boolean {
  return pose !== undefined && Math.abs(pose.yaw) <= LEGIBLE_DEG && Math.abs(pose.pitch) <= LEGIBLE_DEG
}

/** The candidate that shows best that `step` was done; where none does, the one nearest to its end. Undefined for no candidates. */
export function showsBest(candidates: readonly Candidate[], step: DoneStep): Candidate | undefined {
  const found = step.action === 'blink' ? mostClosed(candidates, step) : clearest(candidates, step)
  return found ?? best(candidates, () => 0, step)
}

function mostClosed(candidates: readonly Candidate[], step: DoneStep): Candidate | undefined {
  const during = candidates.filter(({ frame: { timestampMs }, strength }) => {
    return timestampMs >= step.fromMs && timestampMs <= step.doneMs && strength > -Infinity
  })
  return best(during, ({ strength }) => strength, step)
}

function clearest(candidates: readonly Candidate[], step: DoneStep): Candidate | undefined {
  const showing = candidates.filter(({ frame, strength }) => strength >= 1 && Math.abs(frame.timestampMs - step.doneMs) <= NEAR_DONE_MS)
  const legible = showing.filter((candidate) => candidate.legible)
  return best(legible.length > 0 ? legible : showing, ({ strength }) => Math.min(strength, CLEAR), step)
}

/** The one with the highest score; of equals the nearest to the step's end. */
function best(candidates: readonly Candidate[], scoreOf: (candidate: Candidate) => number, { doneMs }: DoneStep): Candidate | undefined {
  const away = ({ frame }: Candidate): number => Math.abs(frame.timestampMs - doneMs)
  return [...candidates].sort((one, other) => scoreOf(other) - scoreOf(one) || away(one) - away(other))[0]
}
