import { describe, expect, it } from 'vitest'
import { LintasDecidedEvent } from '../src/events.js'
import { relayedTask } from '../src/relayed-task.js'
import type { RelayedOutcome } from '../src/state.js'
import { ADMITTED, FakePorts, settled } from './fakes.js'

const SID = 's'.repeat(22)
const OUTCOMES = ['admitted', 'refused', 'review', 'pending', 'waiting', 'again', 'something-newer'] as const
const answer = (outcome: (typeof OUTCOMES)[number]): RelayedOutcome => ({
  outcome: outcome as 'admitted',
  sid: SID,
  assurance: 'server-verified',
  at: '2026-11-24T00:31:00.000Z',
})
const task = (purpose: 'check-in' | 'enrolment'): ReturnType<typeof relayedTask> =>
  relayedTask({ ports: new FakePorts(), relay: '/r/', purpose, route: null })

describe('what a server answered', () => {
  it.each([
    ['check-in', ['admitted', 'refused', 'pending', 'refused', 'waiting', 'refused', 'refused']],
    ['enrolment', ['refused', 'refused', 'refused', 'pending', 'refused', 'refused', 'refused']],
  ] as const)('settles a session for a %s; what is unknown or not of its kind lets nobody pass', (purpose, states) => {
    expect(OUTCOMES.map((outcome) => task(purpose).settle(answer(outcome)))).toEqual(states)
  })

  it('is not what a browser decided by itself', () => {
    expect(task('check-in').settle(ADMITTED)).toBe('refused')
    expect(() => task('check-in').event(ADMITTED)).toThrow(TypeError)
  })

  it('is told without hint, scores or anything else that it may hold', () => {
    const event = task('check-in').event({ ...answer('refused'), hint: 'alone', enrolmentId: SID, score: 0.3 } as RelayedOutcome)
    expect(event).toBeInstanceOf(LintasDecidedEvent)
    const own = Object.fromEntries(Object.entries(event).filter(([key]) => key !== 'isTrusted'))
    expect(own).toEqual({ outcome: 'refused', sid: SID, assurance: 'server-verified' })
    expect([event.bubbles, event.composed]).toEqual([true, true])
  })
})

it('is run over the relay for its purpose, with the route that was chosen', async () => {
  const ports = new FakePorts()
  const analyser = ports.createAnalyser({ assets: '/lintas/' })
  const { signal } = new AbortController()
  const running = relayedTask({ ports, relay: '/r/', purpose: 'enrolment', route: 'no-turn' }).run(analyser, {} as HTMLVideoElement, { signal })
  expect(ports.relayed).toEqual([{ analyser, relay: '/r/' }])
  expect(ports.session.options).toEqual({ signal, purpose: 'enrolment', route: 'no-turn' })
  ports.finish({ outcome: 'pending', sid: SID, assurance: 'server-verified' })
  await settled()
  expect(await running).toMatchObject({ outcome: 'pending', sid: SID })
})
