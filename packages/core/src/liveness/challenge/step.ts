import { type Action, ACTIONS, showsShape } from './actions.js'
import { ABSENCE_LIMIT_MS, ACTION_LIMIT_MS, GAP_LIMIT_MS, REACTION_MS, STEPS, TOTAL_LIMIT_MS } from './limits.js'
import type {
  ActingChallenge,
  ChallengeEvent,
  ChallengeReason,
  ChallengeState,
  FailedChallenge,
  Observed,
  StepFault,
  WaitingChallenge,
} from './types.js'

/** A challenge before it begins. */
export const NEW_CHALLENGE: ChallengeState = { phase: 'idle' }

/** More than this within {@link TOTAL_LIMIT_MS} nobody does without haste. */
const MOST_STEPS = 8

type Underway = WaitingChallenge | ActingChallenge

/**
 * The challenge after one more event: a pure step without a clock. `passed` and `failed` stay as they are whatever comes.
 *
 * An action counts when the person was seen neutral after it was revealed, left that rest and did what was asked. Another action, or one begun
 * before the reveal, fails the step; one failed step of an attempt is replaced, the second ends it. Blinks nobody asked for are no action:
 * everybody blinks. A frame without exactly one face breaks off what was begun; {@link ABSENCE_LIMIT_MS} of them end the attempt.
 */
export function challengeStep(state: ChallengeState, event: ChallengeEvent): ChallengeState {
  if (state.phase === 'passed' || state.phase === 'failed') return state
  if (state.phase === 'idle') return fromIdle(state, event)
  const { timestampMs } = event
  if (!(timestampMs >= state.lastMs && timestampMs - state.lastMs <= GAP_LIMIT_MS)) return failed(state, 'clock-jumped')
  if (timestampMs - state.beganMs > TOTAL_LIMIT_MS) return failed(state, 'total-time')
  return afterEvent({ ...state, lastMs: timestampMs }, event)
}

function fromIdle(state: ChallengeState, event: ChallengeEvent): ChallengeState {
  const { type, timestampMs } = event
  if (type === 'reveal') return { phase: 'failed', reason: 'out-of-order', done: [] }
  if (type !== 'begin') return state
  if (!Number.isFinite(timestampMs)) return { phase: 'failed', reason: 'clock-jumped', done: [] }
  const { steps = STEPS } = event
  if (!Number.isInteger(steps) || steps < STEPS || steps > MOST_STEPS) return { phase: 'failed', reason: 'misdrawn', done: [] }
  return { phase: 'waiting', needed: steps, done: [], beganMs: timestampMs, lastMs: timestampMs, lastFaceMs: timestampMs }
}

function afterEvent(state: Underway, event: ChallengeEvent): ChallengeState {
  switch (event.type) {
    case 'hidden':
      return failed(state, 'page-hidden')
    case 'ask-one-more':
      return inTime(state.oneMore ? state : { ...state, needed: state.needed + 1, oneMore: true })
    case 'tick':
      return isAbsent(state) ? failed(state, 'face-lost') : inTime(state)
    case 'observe':
      return observed(state, event.sees)
    case 'reveal':
      return revealed(state, event.action)
    default:
      return failed(state, 'out-of-order')
  }
}

function revealed(state: Underway, action: Action): ChallengeState {
  if (state.phase === 'acting') return failed(state, 'out-of-order')
  if (!ACTIONS.includes(action) || action === state.last) return failed(state, 'misdrawn')
  return { ...state, phase: 'acting', action, last: action, revealedMs: state.lastMs }
}

function observed(state: Underway, sees: Observed): ChallengeState {
  if (sees.faces !== 1) {
    if (isAbsent(state)) return failed(state, sees.faces > 1 ? 'several-faces' : 'face-lost')
    return inTime(state.phase === 'acting' ? fromRest(state) : state)
  }
  const seen = { ...state, lastFaceMs: state.lastMs }
  const late = inTime(seen)
  if (late !== seen) return late
  if (sees.performed !== undefined) return performed(seen, sees.performed)
  if (seen.phase === 'acting' && seen.neutralMs === undefined && sees.neutral) return { ...seen, neutralMs: seen.lastMs }
  return seen
}

function performed(state: Underway, { action, fromMs }: NonNullable<Observed['performed']>): ChallengeState {
  const asked = state.phase === 'acting' ? state : undefined
  const inOrder = asked?.neutralMs !== undefined && fromMs >= asked.neutralMs && asked.lastMs - asked.revealedMs >= REACTION_MS
  if (action === 'blink' && !(inOrder && asked.action === 'blink')) return state
  if (!inOrder) return stepFailed(state, 'early-action')
  if (action !== asked.action) return stepFailed(state, 'wrong-action')
  return completed(asked, fromMs)
}

function completed({ action, revealedMs, neutralMs: _, ...progress }: ActingChallenge, fromMs: number): ChallengeState {
  const done = [...progress.done, { action, revealedMs, fromMs, doneMs: progress.lastMs }]
  if (done.length < progress.needed) return { ...progress, phase: 'waiting', done }
  if (!done.some((step) => showsShape(step.action))) return failed(progress, 'misdrawn')
  return { ...progress, phase: 'passed', done }
}

function stepFailed(state: Underway, reason: StepFault): ChallengeState {
  if (state.fault !== undefined) return failed(state, reason)
  if (state.phase === 'waiting') return { ...state, fault: { reason } }
  const { action, revealedMs: _revealed, neutralMs: _neutral, ...progress } = state
  return { ...progress, phase: 'waiting', fault: { reason, action } }
}

function inTime(state: Underway): ChallengeState {
  const late = state.phase === 'acting' && state.lastMs - state.revealedMs > ACTION_LIMIT_MS
  return late ? stepFailed(state, 'action-time') : state
}

function isAbsent({ lastMs, lastFaceMs }: Underway): boolean {
  return lastMs - lastFaceMs > ABSENCE_LIMIT_MS
}

/** The person must be seen neutral again. */
function fromRest({ neutralMs: _, ...state }: ActingChallenge): ActingChallenge {
  return state
}

function failed({ done }: Pick<Underway, 'done'>, reason: ChallengeReason): FailedChallenge {
  return { phase: 'failed', reason, done }
}
