import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FRESH, judgeAbandoned, judgeLimit, LIMIT_POLICY, type LimitEvent, type LimitState } from '../../src/storage/limit-rules.js'
import { eraseSubject, limitState, noteAttempt } from '../../src/storage/index.js'
import { overEngines } from './suite.js'

const NOW = Date.parse('2026-03-02T00:30:00Z')
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const begins = (count: number, ago = 30 * MINUTE): number[] => Array.from({ length: count }, (_, index) => NOW - ago + index)

describe('limits, state by event', () => {
  const allowed = { allowed: true }
  const rows: [name: string, state: Partial<LimitState>, event: LimitEvent, verdict: object, after: Partial<LimitState>][] = [
    ['fresh', {}, 'begin', allowed, { begins: [NOW] }],
    ['fresh', {}, 'failure', allowed, { failures: 1, blockedUntil: null }],
    ['fresh', {}, 'success', allowed, { failures: 0 }],
    ['fresh', {}, 'clear', allowed, FRESH],
    ['nine begins', { begins: begins(9) }, 'begin', allowed, { begins: [...begins(9), NOW] }],
    [
      'ten begins',
      { begins: begins(10) },
      'begin',
      { allowed: false, reason: 'too-many-begins', retryAt: NOW + 30 * MINUTE },
      { begins: begins(10) },
    ],
    ['ten begins', { begins: begins(10) }, 'success', allowed, { begins: begins(10) }],
    ['ten begins', { begins: begins(10) }, 'clear', allowed, FRESH],
    ['ten begins an hour ago', { begins: begins(10, HOUR + 20) }, 'begin', allowed, { begins: [...begins(10, HOUR + 20), NOW] }],
    ['the first exactly an hour ago', { begins: [NOW - HOUR, ...begins(9)] }, 'begin', allowed, { begins: [NOW - HOUR, ...begins(9), NOW] }],
    ['39 begins today', { begins: begins(39, 3 * HOUR) }, 'begin', allowed, { begins: [...begins(39, 3 * HOUR), NOW] }],
    [
      '40 begins today',
      { begins: begins(40, 3 * HOUR) },
      'begin',
      { allowed: false, reason: 'too-many-begins', retryAt: NOW + 21 * HOUR },
      { begins: begins(40, 3 * HOUR) },
    ],
    [
      '40 begins today, ten of them this hour: the later of the two',
      { begins: [...begins(30, 3 * HOUR), ...begins(10)] },
      'begin',
      { allowed: false, reason: 'too-many-begins', retryAt: NOW + 21 * HOUR },
      {},
    ],
    [
      '40 begins, the first of them yesterday at this time',
      { begins: [NOW - DAY, ...begins(39, 3 * HOUR)] },
      'begin',
      allowed,
      { begins: [...begins(39, 3 * HOUR), NOW] },
    ],
    ['40 begins today', { begins: begins(40, 3 * HOUR) }, 'clear', allowed, FRESH],
    ['four failures', { failures: 4 }, 'begin', allowed, { failures: 4 }],
    ['four failures', { failures: 4 }, 'failure', allowed, { failures: 5, blockedUntil: NOW + MINUTE }],
    ['four failures', { failures: 4 }, 'success', allowed, { failures: 0, blockedUntil: null }],
    ['five failures', { failures: 5, blockedUntil: NOW + 1 }, 'begin', { allowed: false, reason: 'delayed', retryAt: NOW + 1 }, { begins: [] }],
    ['five failures, waited', { failures: 5, blockedUntil: NOW }, 'begin', allowed, { failures: 5 }],
    ['five failures, waited', { failures: 5, blockedUntil: NOW }, 'failure', allowed, { failures: 6, blockedUntil: NOW + 2 * MINUTE }],
    ['five failures', { failures: 5, blockedUntil: NOW + 1 }, 'clear', allowed, FRESH],
    ['eight failures', { failures: 8, blockedUntil: NOW }, 'failure', allowed, { failures: 9, blockedUntil: NOW + 16 * MINUTE }],
    ['ten failures', { failures: 10, blockedUntil: NOW - HOUR }, 'begin', { allowed: false, reason: 'assisted' }, { failures: 10 }],
    ['ten failures', { failures: 10, blockedUntil: null }, 'clear', allowed, FRESH],
    ['twenty failures', { failures: 20, blockedUntil: null }, 'failure', allowed, { failures: 21, blockedUntil: NOW + HOUR }],
  ]
  it.each(rows)('%s: %j, %s', (_name, state, event, verdict, after) => {
    const judged = judgeLimit({ ...FRESH, ...state }, event, NOW)
    expect(judged.verdict).toEqual(verdict)
    expect(judged.state).toMatchObject(after)
  })
})

describe('what was begun and given up', () => {
  const rows: [found: number, before: Partial<LimitState>, after: Partial<LimitState>][] = [
    [0, { failures: 3 }, { failures: 3, blockedUntil: null }],
    [1, {}, { failures: 1, blockedUntil: null }],
    [4, {}, { failures: 4, blockedUntil: null }],
    [1, { failures: 4 }, { failures: 5, blockedUntil: NOW + MINUTE }],
    // A broken network that comes back is a minute, not an officer.
    [9, {}, { failures: 5, blockedUntil: NOW + MINUTE }],
    [9, { failures: 3 }, { failures: 5, blockedUntil: NOW + MINUTE }],
    [3, { failures: 5, blockedUntil: NOW }, { failures: 6, blockedUntil: NOW + 2 * MINUTE }],
    [3, { failures: 9, blockedUntil: NOW }, { failures: 10, blockedUntil: NOW + 32 * MINUTE }],
  ]
  it.each(rows)('%i at once, after %j', (count, before, after) => {
    expect(judgeAbandoned({ ...FRESH, ...before }, count, NOW)).toEqual({ ...FRESH, ...before, ...after })
  })

  it('counts one by one as failures do, at once never more, and never leads past one more delay', () => {
    fc.assert(
      fc.property(fc.nat(12), fc.nat(12), (failures, count) => {
        const before = { ...FRESH, failures }
        const { failures: after } = judgeAbandoned(before, count, NOW)
        expect(after - failures).toBeLessThanOrEqual(count)
        expect(after).toBeLessThanOrEqual(Math.max(failures + 1, LIMIT_POLICY.freeFailures))
        if (count > 0) expect(after).toBeGreaterThan(failures)
        expect(judgeAbandoned(before, 1, NOW)).toEqual(judgeLimit(before, 'failure', NOW).state)
      }),
    )
  })
})

it('whatever happens when, no hour has more than ten begins, no day more than forty, and a refusal takes nothing', () => {
  const events = fc.array(fc.tuple(fc.constantFrom<LimitEvent>('begin', 'begin', 'begin', 'success'), fc.nat(40 * MINUTE)), { maxLength: 120 })
  fc.assert(
    fc.property(events, (happened) => {
      let [state, now]: [LimitState, number] = [FRESH, NOW]
      const passed: number[] = []
      for (const [event, later] of happened) {
        now += later
        const judged = judgeLimit(state, event, now)
        if (event === 'begin' && judged.verdict.allowed) passed.push(now)
        if (!judged.verdict.allowed && 'retryAt' in judged.verdict) {
          const { retryAt } = judged.verdict
          expect(judgeLimit(judged.state, 'begin', retryAt).verdict.allowed).toBe(true)
          expect(judgeLimit(judged.state, 'begin', retryAt - 1).verdict.allowed).toBe(false)
        }
        state = judged.state
      }
      for (const [spanMs, most] of [
        [HOUR, 10],
        [DAY, 40],
      ] as const)
        for (const end of passed) expect(passed.filter((at) => at > end - spanMs && at <= end).length).toBeLessThanOrEqual(most)
    }),
  )
})

overEngines('limits', (bench) => {
  it('let ten of forty begins pass that arrive at once, over all instances', async () => {
    const tenantId = await bench.tenant()
    const subjectId = await bench.subject(tenantId)
    const verdicts = await Promise.all(
      Array.from({ length: 40 }, (_, index) => bench.instances[index % 3]!.transact(tenantId, (scope) => noteAttempt(scope, subjectId, 'begin'))),
    )
    expect(verdicts.filter((verdict) => verdict?.allowed)).toHaveLength(10)
    expect((await bench.storage.transact(tenantId, (scope) => limitState(scope, subjectId))).begins).toHaveLength(10)
  })

  it('are read back as they were written', async () => {
    const tenantId = await bench.tenant()
    const subjectId = await bench.subject(tenantId)
    const note = (event: LimitEvent) => bench.storage.transact(tenantId, (scope) => noteAttempt(scope, subjectId, event))
    for (let count = 0; count < 5; count += 1) await note('failure')
    expect(await note('begin')).toEqual({ allowed: false, reason: 'delayed', retryAt: bench.clock.now + MINUTE })
    bench.clock.now += MINUTE
    expect(await note('begin')).toEqual({ allowed: true })
    await note('success')
    expect(await bench.storage.transact(tenantId, (scope) => limitState(scope, subjectId))).toEqual({
      begins: [bench.clock.now],
      failures: 0,
      blockedUntil: null,
    })
  })

  it('know nobody who is erased', async () => {
    const tenantId = await bench.tenant()
    const subjectId = await bench.subject(tenantId)
    await bench.storage.transact(tenantId, (scope) => eraseSubject(scope, subjectId, { reason: 'consent withdrawn', erasedBy: 'officer' }))
    expect(await bench.storage.transact(tenantId, (scope) => noteAttempt(scope, subjectId, 'begin'))).toBeUndefined()
  })
})
