import {
  type ActingChallenge,
  type Action,
  type ChallengeEvent,
  type ChallengeState,
  type WaitingChallenge,
  NEW_CHALLENGE,
  challengeStep,
} from '../../../src/liveness/challenge/index.js'

export const begin = (timestampMs: number): ChallengeEvent => ({ type: 'begin', timestampMs })
export const reveal = (timestampMs: number, action: Action): ChallengeEvent => ({ type: 'reveal', timestampMs, action })
export const rest = (timestampMs: number): ChallengeEvent => ({ type: 'observe', timestampMs, sees: { faces: 1, neutral: true } })
export const moving = (timestampMs: number): ChallengeEvent => ({ type: 'observe', timestampMs, sees: { faces: 1, neutral: false } })
export const faces = (timestampMs: number, count: number): ChallengeEvent => ({
  type: 'observe',
  timestampMs,
  sees: { faces: count, neutral: false },
})
export const does = (timestampMs: number, action: Action, fromMs: number): ChallengeEvent => ({
  type: 'observe',
  timestampMs,
  sees: { faces: 1, neutral: false, performed: { action, fromMs } },
})
export const tick = (timestampMs: number): ChallengeEvent => ({ type: 'tick', timestampMs })
export const hidden = (timestampMs: number): ChallengeEvent => ({ type: 'hidden', timestampMs })
export const askOneMore = (timestampMs: number): ChallengeEvent => ({ type: 'ask-one-more', timestampMs })

/** An action as a person does it after the reveal at `fromMs`: a second of frames, 10 a second. */
export function step(fromMs: number, action: Action): ChallengeEvent[] {
  const at = (tenths: number): number => fromMs + tenths * 100
  return [reveal(at(0), action), rest(at(1)), rest(at(2)), moving(at(5)), does(at(7), action, at(2)), moving(at(9))]
}

export const run = (events: readonly ChallengeEvent[], from: ChallengeState = NEW_CHALLENGE): ChallengeState => events.reduce(challengeStep, from)

/** Frames of rest from `fromMs` for `forMs`, 10 a second. */
export const resting = (fromMs: number, forMs: number): ChallengeEvent[] =>
  Array.from({ length: forMs / 100 }, (_, index) => rest(fromMs + 100 * index))

export function waitingFrom(events: readonly ChallengeEvent[]): WaitingChallenge {
  const state = run(events)
  if (state.phase !== 'waiting') throw new Error(`${state.phase}, not waiting`)
  return state
}

export function actingFrom(events: readonly ChallengeEvent[]): ActingChallenge {
  const state = run(events)
  if (state.phase !== 'acting') throw new Error(`${state.phase}, not acting`)
  return state
}
