import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ACTIONS,
  type Action,
  type ChallengeEvent,
  type ChallengeState,
  NEW_CHALLENGE,
  challengeStep,
  showsShape,
} from '../../../src/liveness/challenge/index.js'
import { askOneMore, begin, does, faces, hidden, moving, rest, reveal, tick } from './events.js'

const action = fc.constantFrom(...ACTIONS)
const others: fc.Arbitrary<(t: number) => ChallengeEvent> = fc.oneof(
  action.map((what) => (t: number) => reveal(t, what)),
  { weight: 3, arbitrary: fc.constant(rest) },
  fc.constant(moving),
  fc.tuple(action, fc.nat(2000)).map(
    ([what, before]) =>
      (t: number) =>
        does(t, what, t - before),
  ),
  fc.nat(2).map((count) => (t: number) => faces(t, count)),
  fc.constantFrom(tick, askOneMore, tick, askOneMore, hidden, begin),
)
/** What an honest person's client sends for one action, so that random runs get far. */
const honest = action.map((what) =>
  [0, 1, 2].map((nth) => (t: number): ChallengeEvent => {
    if (nth === 0) return reveal(t, what)
    return nth === 1 ? rest(t) : does(t, what, t - 300)
  }),
)
const pause = fc.oneof({ weight: 20, arbitrary: fc.integer({ min: 300, max: 700 }) }, fc.integer({ min: -10, max: 3000 }))
const story = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: honest },
      others.map((other) => [other]),
    ),
    { maxLength: 12 },
  )
  .chain((parts) => fc.tuple(fc.constant(parts.flat()), fc.array(pause, { minLength: parts.flat().length, maxLength: parts.flat().length })))
  .map(([makers, pauses]) => {
    let t = 0
    return [begin(0), ...makers.map((make, nth) => make((t += pauses[nth] ?? 300)))]
  })

const walk = (events: readonly ChallengeEvent[]): ChallengeState[] => {
  const states: ChallengeState[] = [NEW_CHALLENGE]
  for (const event of events) states.push(challengeStep(states.at(-1) ?? NEW_CHALLENGE, event))
  return states
}

/** The reveals and completions in `events`, from the events alone. */
function completions(events: readonly ChallengeEvent[]): Action[] {
  const found: Action[] = []
  let shown: Extract<ChallengeEvent, { type: 'reveal' }> | undefined
  for (const event of events) {
    if (event.type === 'reveal') shown = event
    const performed = event.type === 'observe' ? event.sees.performed : undefined
    if (shown !== undefined && performed?.action === shown.action && performed.fromMs >= shown.timestampMs) {
      found.push(shown.action)
      shown = undefined
    }
  }
  return found
}

describe('whatever happens, a challenge', () => {
  it('does not leave passed or failed', () => {
    fc.assert(
      fc.property(story, (events) => {
        const states = walk(events)
        const end = states.findIndex(({ phase }) => phase === 'passed' || phase === 'failed')
        if (end >= 0) for (const state of states.slice(end)) expect(state).toBe(states[end])
      }),
    )
  })

  it('passes only after three completed actions that were shown before, one of them with shape', () => {
    let passes = 0
    fc.assert(
      fc.property(story, (events) => {
        const states = walk(events)
        const end = states.findIndex(({ phase }) => phase === 'passed')
        const state = states[end]
        if (state?.phase !== 'passed') return
        passes += 1
        const asked = events.slice(0, end).some(({ type }) => type === 'ask-one-more') ? 4 : 3
        expect(state.done).toHaveLength(asked)
        expect(state.done.some((step) => showsShape(step.action))).toBe(true)
        for (const step of state.done) {
          expect(step.fromMs).toBeGreaterThanOrEqual(step.revealedMs)
          expect(step.doneMs - step.revealedMs).toBeGreaterThanOrEqual(300)
        }
        const seen = completions(events.slice(0, end))
        expect(seen.length).toBeGreaterThanOrEqual(asked)
        let at = 0
        for (const step of state.done) at = seen.indexOf(step.action, at) + 1 || Infinity
        expect(at).toBeLessThanOrEqual(seen.length)
      }),
      { numRuns: 2000 },
    )
    expect(passes).toBeGreaterThan(20)
  })

  it('says the same whenever it takes place', () => {
    fc.assert(
      fc.property(story, fc.integer({ min: -1_000_000, max: 1_000_000 }), (events, shift) => {
        const later = events.map((event): ChallengeEvent => {
          const moved = { ...event, timestampMs: event.timestampMs + shift }
          if (moved.type !== 'observe' || moved.sees.performed === undefined) return moved
          return { ...moved, sees: { ...moved.sees, performed: { ...moved.sees.performed, fromMs: moved.sees.performed.fromMs + shift } } }
        })
        expect(walk(later).map(({ phase }) => phase)).toEqual(walk(events).map(({ phase }) => phase))
      }),
    )
  })

  it('leaves what it was given untouched', () => {
    fc.assert(
      fc.property(story, (events) => {
        let state: ChallengeState = NEW_CHALLENGE
        for (const event of events) {
          const before = structuredClone(state)
          const next = challengeStep(state, event)
          expect(state).toEqual(before)
          state = next
        }
      }),
    )
  })
})
