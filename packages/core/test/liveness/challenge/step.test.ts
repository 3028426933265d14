import { describe, expect, it } from 'vitest'
import {
  ACTION_LIMIT_MS,
  type ChallengeEvent,
  type ChallengeState,
  GAP_LIMIT_MS,
  NEW_CHALLENGE,
  TOTAL_LIMIT_MS,
  challengeStep,
} from '../../../src/liveness/challenge/index.js'
import { actingFrom, askOneMore, begin, does, faces, hidden, moving, resting, reveal, rest, run, step, tick, waitingFrom } from './events.js'

const T = 1000
const waiting = waitingFrom([begin(T)])
const retrying = waitingFrom([begin(T), reveal(T, 'look-up'), rest(T), does(T + 500, 'turn-left', T)])
const acting = actingFrom([begin(T), reveal(T, 'turn-left')])
const ready = actingFrom([begin(T), reveal(T, 'turn-left'), rest(T)])
const readyAgain = actingFrom([begin(T), reveal(T, 'look-up'), rest(T), does(T + 500, 'turn-left', T), reveal(T + 500, 'turn-left'), rest(T + 500)])
const last = actingFrom([begin(T), ...step(T, 'look-up'), ...step(T + 1000, 'blink'), reveal(T + 2000, 'turn-left'), rest(T + 2000)])
const passed = run([begin(T), ...step(T, 'look-up'), ...step(T + 1000, 'blink'), ...step(T + 2000, 'turn-left')])
const failed = run([begin(T), hidden(T)])
const states = { idle: NEW_CHALLENGE, waiting, retrying, acting, ready, readyAgain, last, passed, failed }
type Name = keyof typeof states

const lastMs = (state: ChallengeState): number => ('lastMs' in state ? state.lastMs : T)

/** Every event of the table, at a time that suits the state. */
const EVENTS: Readonly<Record<string, (t: number) => ChallengeEvent>> = {
  begin: (t) => begin(t + 400),
  'begin at no time': () => begin(NaN),
  reveal: (t) => reveal(t + 400, 'move-back'),
  'reveal the last again': (t) => reveal(t + 400, 'look-up'),
  rest: (t) => rest(t + 400),
  moving: (t) => moving(t + 400),
  'does what is asked': (t) => does(t + 400, 'turn-left', t),
  'did it before': (t) => does(t + 400, 'turn-left', 0),
  'does it at once': (t) => does(t, 'turn-left', t),
  'does another': (t) => does(t + 400, 'turn-right', t),
  blinks: (t) => does(t + 400, 'blink', t),
  'no face': (t) => faces(t + 400, 0),
  'two faces': (t) => faces(t + 400, 2),
  tick: (t) => tick(t + 400),
  hidden: (t) => hidden(t + 400),
  'one more': (t) => askOneMore(t + 400),
  'time back': (t) => rest(t - 1),
  'far ahead': (t) => rest(t + GAP_LIMIT_MS + 1),
  'no time': () => rest(NaN),
}

// What comes of it: the phase, with the reason where it failed; `+` a completed step more, `!` a step failed that is replaced.
const TABLE: Readonly<Record<keyof typeof EVENTS, readonly string[]>> = {
  //                     idle                   waiting            retrying           acting             ready              readyAgain         last
  begin: ['waiting', 'out-of-order', 'out-of-order', 'out-of-order', 'out-of-order', 'out-of-order', 'out-of-order'],
  'begin at no time': ['clock-jumped', 'clock-jumped', 'clock-jumped', 'clock-jumped', 'clock-jumped', 'clock-jumped', 'clock-jumped'],
  reveal: ['out-of-order', 'acting', 'acting', 'out-of-order', 'out-of-order', 'out-of-order', 'out-of-order'],
  'reveal the last again': ['out-of-order', 'acting', 'misdrawn', 'out-of-order', 'out-of-order', 'out-of-order', 'out-of-order'],
  rest: ['idle', 'waiting', 'waiting', 'acting', 'acting', 'acting', 'acting'],
  moving: ['idle', 'waiting', 'waiting', 'acting', 'acting', 'acting', 'acting'],
  'does what is asked': ['idle', 'waiting!', 'early-action', 'waiting!', 'waiting+', 'waiting+', 'passed+'],
  'did it before': ['idle', 'waiting!', 'early-action', 'waiting!', 'waiting!', 'early-action', 'waiting!'],
  'does it at once': ['idle', 'waiting!', 'early-action', 'waiting!', 'waiting!', 'early-action', 'waiting!'],
  'does another': ['idle', 'waiting!', 'early-action', 'waiting!', 'waiting!', 'wrong-action', 'waiting!'],
  blinks: ['idle', 'waiting', 'waiting', 'acting', 'acting', 'acting', 'acting'],
  'no face': ['idle', 'waiting', 'waiting', 'acting', 'acting', 'acting', 'acting'],
  'two faces': ['idle', 'waiting', 'waiting', 'acting', 'acting', 'acting', 'acting'],
  tick: ['idle', 'waiting', 'waiting', 'acting', 'acting', 'acting', 'acting'],
  hidden: ['idle', 'page-hidden', 'page-hidden', 'page-hidden', 'page-hidden', 'page-hidden', 'page-hidden'],
  'one more': ['idle', 'waiting', 'waiting', 'acting', 'acting', 'acting', 'acting'],
  'time back': ['idle', 'clock-jumped', 'clock-jumped', 'clock-jumped', 'clock-jumped', 'clock-jumped', 'clock-jumped'],
  'far ahead': ['idle', 'clock-jumped', 'clock-jumped', 'clock-jumped', 'clock-jumped', 'clock-jumped', 'clock-jumped'],
  'no time': ['idle', 'clock-jumped', 'clock-jumped', 'clock-jumped', 'clock-jumped', 'clock-jumped', 'clock-jumped'],
}
const COLUMNS: readonly Name[] = ['idle', 'waiting', 'retrying', 'acting', 'ready', 'readyAgain', 'last']

function outcome(before: ChallengeState, after: ChallengeState): string {
  if (after.phase === 'failed') return after.reason
  const did = 'done' in after && 'done' in before && after.done.length > before.done.length ? '+' : ''
  const faulted = 'fault' in after && !('fault' in before) ? '!' : ''
  return `${after.phase}${did}${faulted}`
}

describe('the challenge, every state × every event', () => {
  const rows = Object.keys(EVENTS).flatMap((event) => COLUMNS.map((column, index) => [column, event, TABLE[event]?.[index]] as const))
  it.each(rows)('%s, %s: %s', (name, event, expected) => {
    const before = states[name]
    const make = EVENTS[event]
    if (make === undefined) throw new Error(event)
    expect(outcome(before, challengeStep(before, make(lastMs(before))))).toBe(expected)
  })

  it.each(Object.keys(EVENTS).flatMap((event) => (['passed', 'failed'] as const).map((name) => [name, event] as const)))(
    '%s stays as it is: %s',
    (name, event) => {
      expect(challengeStep(states[name], EVENTS[event]?.(T) ?? tick(T))).toBe(states[name])
    },
  )
})

describe('a challenge', () => {
  it('passes after three actions, each done after it was shown, and says when', () => {
    expect(passed).toMatchObject({ phase: 'passed' })
    expect(passed.phase === 'passed' && passed.done).toEqual([
      { action: 'look-up', revealedMs: T, fromMs: T + 200, doneMs: T + 700 },
      { action: 'blink', revealedMs: T + 1000, fromMs: T + 1200, doneMs: T + 1700 },
      { action: 'turn-left', revealedMs: T + 2000, fromMs: T + 2200, doneMs: T + 2700 },
    ])
  })

  it('asks for a fourth in poor light, whenever that was said, and never for a fifth', () => {
    const three = [...step(T, 'look-up'), ...step(T + 1000, 'blink'), ...step(T + 2000, 'turn-left')]
    for (const at of [0, 1, 5, 8, 16]) {
      const events = [begin(T), ...three]
      const before = events[at]
      if (before === undefined) throw new Error('no such event')
      events.splice(at + 1, 0, askOneMore(before.timestampMs), askOneMore(before.timestampMs))
      const state = waitingFrom(events)
      expect(state.done).toHaveLength(3)
      expect(run(step(T + 3000, 'open-mouth'), state)).toMatchObject({ phase: 'passed' })
    }
  })

  it('does not count a head that was turned when the action was shown until it came back', () => {
    const turned = [begin(T), reveal(T, 'turn-left'), moving(T + 100), moving(T + 900), rest(T + 1500)]
    expect(run([...turned, does(T + 2500, 'turn-left', T + 1600)])).toMatchObject({ phase: 'waiting', done: [{ action: 'turn-left' }] })
    expect(run([...turned, does(T + 2500, 'turn-left', T + 900)])).toMatchObject({ phase: 'waiting', done: [], fault: { reason: 'early-action' } })
  })

  it('lets nothing count that was begun before the face was lost', () => {
    const lost = [begin(T), reveal(T, 'turn-left'), rest(T + 100), faces(T + 500, 0)]
    expect(run([...lost, does(T + 600, 'turn-left', T + 100)])).toMatchObject({ done: [], fault: { reason: 'early-action' } })
    expect(run([...lost, rest(T + 600), does(T + 1500, 'turn-left', T + 600)])).toMatchObject({ done: [{ action: 'turn-left' }] })
  })

  it('replaces one failed step of the attempt, not one of each action', () => {
    const once = [begin(T), reveal(T, 'look-up'), rest(T), does(T + 500, 'look-down', T), ...step(T + 1000, 'turn-left')]
    expect(run(once)).toMatchObject({ phase: 'waiting', done: [{ action: 'turn-left' }], fault: { reason: 'wrong-action', action: 'look-up' } })
    const twice = [...once, reveal(T + 2000, 'look-up'), rest(T + 2000), does(T + 2500, 'look-down', T + 2000)]
    expect(run(twice)).toEqual({ phase: 'failed', reason: 'wrong-action', done: [expect.objectContaining({ action: 'turn-left' })] })
  })

  it('fails the step of who does not act in time, and counts nothing done too late', () => {
    const slow = [begin(T), reveal(T, 'look-up'), ...resting(T, ACTION_LIMIT_MS + 100)]
    expect(run([...slow, does(T + ACTION_LIMIT_MS, 'look-up', T + 100)])).toMatchObject({ done: [{ action: 'look-up' }] })
    expect(run([...slow, does(T + ACTION_LIMIT_MS + 1, 'look-up', T + 100)])).toMatchObject({
      phase: 'waiting',
      done: [],
      fault: { reason: 'action-time' },
    })
    const state = waitingFrom([...slow, tick(T + ACTION_LIMIT_MS + 1)])
    const again = [reveal(T + 16_000, 'blink'), ...resting(T + 16_000, ACTION_LIMIT_MS), rest(T + 16_000 + ACTION_LIMIT_MS + 1)]
    expect(run(again, state)).toMatchObject({ phase: 'failed', reason: 'action-time' })
  })

  it('ends when the whole takes too long, also while nobody reveals anything', () => {
    expect(run([begin(T), ...resting(T, TOTAL_LIMIT_MS), rest(T + TOTAL_LIMIT_MS)])).toMatchObject({ phase: 'waiting' })
    expect(run([begin(T), ...resting(T, TOTAL_LIMIT_MS), rest(T + TOTAL_LIMIT_MS + 1)])).toEqual({ phase: 'failed', reason: 'total-time', done: [] })
  })

  it.each([
    [0, 'face-lost'],
    [3, 'several-faces'],
  ] as const)('bears frames with %s faces for a moment, and no longer', (count, reason) => {
    for (const before of [[begin(T)], [begin(T), reveal(T, 'look-up'), rest(T)]]) {
      const away = [500, 1000, 1500].map((later) => faces(T + later, count))
      const state = run([...before, ...away])
      expect(state.phase).not.toBe('failed')
      expect(run([rest(T + 1600), faces(T + 3000, count)], state).phase).not.toBe('failed')
      expect(run([faces(T + 1501, count)], state)).toMatchObject({ phase: 'failed', reason })
    }
  })

  it('ends when no frame comes although time passes', () => {
    expect(run([begin(T), tick(T + 800), tick(T + 1500)])).toMatchObject({ phase: 'waiting' })
    expect(run([begin(T), tick(T + 800), tick(T + 1501)])).toMatchObject({ phase: 'failed', reason: 'face-lost' })
  })

  it.each([
    ['three without shape', [...step(T, 'blink'), ...step(T + 1000, 'open-mouth'), ...step(T + 2000, 'blink')]],
    ['the same twice in a row', [...step(T, 'look-up'), reveal(T + 1000, 'look-up')]],
    ['an action that does not exist', [reveal(T, 'smile' as 'blink')]],
  ])('refuses %s', (_, events) => {
    expect(run([begin(T), ...events])).toMatchObject({ phase: 'failed', reason: 'misdrawn' })
  })

  it('works at three frames a second', () => {
    const frames = [0, 333, 667, 1000, 1333, 1667]
    const three = (['turn-right', 'open-mouth', 'move-closer'] as const).flatMap((action, nth) => {
      const at = (index: number): number => T + 2000 * nth + (frames[index] ?? NaN)
      return [reveal(at(0), action), rest(at(1)), moving(at(2)), does(at(3), action, at(1)), moving(at(4)), rest(at(5))]
    })
    expect(run([begin(T), ...three])).toMatchObject({ phase: 'passed' })
  })
})
