import type { Action } from '../challenge/index.js'
import type { MotionSample } from '../sample.js'
import { NEW_EYES, watchEyes } from './eyes.js'
import { CLOSER, FORGET_MS, NEW_REST_MS, REST_DEG, REST_DISTANCE, REST_MOUTH, SETTLE_MS, STAY_MS, TURN_DEG } from './limits.js'
import { deviationOf, follow, isPlausible, readingOf, recentOf, stillRest } from './rest.js'
import { actionStrengths } from './strength.js'
import type { Deviation, EyeState, MotionState, Reading, Rest, Watched } from './types.js'

/** Nothing seen yet. */
export const NEW_MOTION: MotionState = { settled: false, phase: 'at-rest', recent: [], eyes: NEW_EYES }

/**
 * What a person does, after one more frame: a pure step over frames in the order of their times, at any rate from three a second.
 *
 * Rest is how this person keeps still before the camera; each action is told by how far it leads away from there, must show in two frames
 * running, and is told once: the person must come back to rest before the next. A blink is told when the eyes open again. A frame without
 * exactly one measurable face breaks off what was begun; a longer gap, a picture of another size or time that runs back forgets the person.
 */
export function watchMotion(before: MotionState, sample: MotionSample): Watched {
  const state = isContinued(before, sample) ? before : NEW_MOTION
  const reading = sample.faceCount === 1 ? readingOf(sample) : undefined
  if (reading === undefined) {
    // Faces that cannot be measured are as good as none.
    const faces = sample.faceCount > 1 ? sample.faceCount : 0
    return { state: { ...broken(state), phase: 'away' }, sees: { faces, neutral: false } }
  }
  const { width, height } = sample
  const moved = watchHead({ ...state, lastMs: sample.timestampMs, size: { width, height } }, reading, state.lastMs)
  return withEyes(moved, sample)
}

function isContinued({ lastMs, size }: MotionState, { timestampMs, width, height }: MotionSample): boolean {
  if (lastMs === undefined || size === undefined) return true
  return timestampMs >= lastMs && timestampMs - lastMs <= FORGET_MS && size.width === width && size.height === height
}

/** The same person, after a frame that shows nothing: what was begun is forgotten. */
function broken({ rising: _rising, acted: _acted, ...state }: MotionState): MotionState {
  return { ...state, recent: [], eyes: unread(state.eyes) }
}

/** Eyes that were not looked at for a while: their own opening is known, what they were doing is not. */
function unread({ seen }: EyeState): EyeState {
  return { seen, closed: false }
}

function watchHead(state: MotionState, reading: Reading, lastMs: number | undefined): Watched {
  const recent = recentOf(state.recent, reading, NEW_REST_MS)
  const rest = restOf(state, recent, reading)
  if (rest === undefined) return { state: { ...state, recent }, sees: { faces: 1, neutral: false } }
  const deviation = deviationOf(rest.rest, reading)
  const seen = { ...state, ...rest, recent }
  if (isRest(deviation)) {
    const followed = rest.settled ? follow(rest.rest, reading, reading.timestampMs - (lastMs ?? reading.timestampMs)) : rest.rest
    const { rising: _rising, acted: _acted, ...calm } = seen
    const next: MotionState = { ...calm, rest: followed, phase: 'at-rest', restMs: reading.timestampMs }
    return { state: next, sees: { faces: 1, neutral: rest.settled }, deviation }
  }
  return { ...away(seen, deviation, lastMs), deviation }
}

/** Rest as it stands with this frame: settled once the person has kept still, and anew where they came to stay elsewhere. */
function restOf(state: MotionState, recent: readonly Reading[], reading: Reading): { rest: Rest; settled: boolean } | undefined {
  const stillFor = (forMs: number): Rest | undefined => stillRest(recentOf(recent.slice(0, -1), reading, forMs), forMs)
  if (state.rest !== undefined && state.settled) {
    const beside = stillFor(state.phase === 'away' ? SETTLE_MS : STAY_MS)
    const arrived =
      beside !== undefined && isBeside(state.phase, deviationOf(state.rest, { ...reading, ...beside, mouth: reading.mouth })) ? beside : undefined
    return { rest: arrived ?? stillFor(NEW_REST_MS) ?? state.rest, settled: true }
  }
  // Far from where the person was first seen, stillness may as well be an action that is held.
  const still = stillFor(state.rest === undefined || isRest(deviationOf(state.rest, reading)) ? SETTLE_MS : STAY_MS)
  if (still !== undefined) return { rest: still, settled: true }
  const first = state.rest ?? (isPlausible(reading) ? reading : undefined)
  // A mouth more closed than any before is how it rests: it is seldom seen open for long without having been closed.
  return first && { rest: { ...first, mouth: Math.min(first.mouth, reading.mouth) }, settled: false }
}

/** Who moved seldom comes back to the same distance, and people shift in their chair: too little for an action is another rest. */
function isBeside(phase: MotionState['phase'], deviation: Deviation): boolean {
  if (phase === 'at-rest') return actionOf(deviation) === undefined
  const { turn, look, distance, mouth } = deviation
  return Math.hypot(turn, look) <= REST_DEG && mouth <= REST_MOUTH && distance > CLOSER && distance < 1 / CLOSER
}

function isRest({ turn, look, distance, mouth }: Deviation): boolean {
  return Math.hypot(turn, look) <= REST_DEG && Math.abs(Math.log(distance)) <= REST_DISTANCE && mouth <= REST_MOUTH
}

function away(state: MotionState, deviation: Deviation, lastMs: number | undefined): Omit<Watched, 'deviation'> {
  const sees = { faces: 1, neutral: false }
  const { rising, ...calm } = passedRest(state, deviation, lastMs)
  const shown = calm.phase === 'at-rest' ? actionOf(deviation) : undefined
  if (shown === undefined || calm.restMs === undefined) return { state: calm, sees }
  if (shown !== rising) return { state: { ...calm, rising: shown }, sees }
  return { state: { ...calm, phase: 'away', acted: shown }, sees: { ...sees, performed: { action: shown, fromMs: calm.restMs } } }
}

const OPPOSITE: Partial<Readonly<Record<Action, (deviation: Deviation) => number>>> = {
  'turn-left': ({ turn }) => -turn,
  'turn-right': ({ turn }) => turn,
  'look-up': ({ look }) => -look,
  'look-down': ({ look }) => look,
}

/** A head that turned to one side and is on the other was at rest in between, though a slow camera saw it in no frame. */
function passedRest(state: MotionState, deviation: Deviation, lastMs: number | undefined): MotionState {
  const { acted, ...others } = state
  const beyond = acted === undefined ? undefined : OPPOSITE[acted]?.(deviation)
  if (state.phase === 'at-rest' || beyond === undefined || beyond <= 0 || lastMs === undefined) return state
  return { ...others, phase: 'at-rest', restMs: lastMs }
}

/** The action that this deviation shows most clearly. */
function actionOf(deviation: Deviation): Action | undefined {
  const [action, strength] = actionStrengths(deviation).reduce((best, one) => (one[1] > best[1] ? one : best))
  return strength >= 1 ? action : undefined
}

/** Eyes tell something while the head is near rest: who looks down lowers the lids. */
function withEyes(watched: Watched, { timestampMs, eyeOpening }: MotionSample): Watched {
  const { state, sees, deviation } = watched
  const measured = eyeOpening !== undefined && eyeOpening.right >= 0 && eyeOpening.left >= 0
  const near = deviation !== undefined && Math.hypot(deviation.turn, deviation.look) <= TURN_DEG
  if (!measured || !near || sees.performed !== undefined) return { ...watched, state: { ...state, eyes: unread(state.eyes) } }
  const eyes = watchEyes(state.eyes, timestampMs, eyeOpening)
  const performed = eyes.blinkFromMs === undefined ? undefined : ({ action: 'blink', fromMs: eyes.blinkFromMs } as const)
  return { ...watched, state: { ...state, eyes: eyes.state }, sees: performed === undefined ? sees : { ...sees, performed } }
}
