import { describe, expect, it } from 'vitest'
import { FRESH, judgeLimit, type LimitEvent, type LimitState } from '../../src/storage/limit-rules.js'
import { eraseSubject, limitState, noteAttempt } from '../../src/storage/index.js'
import { overEngines } from './suite.js'

const NOW = Date.parse('2026-03-02T00:30:00Z')
const MINUTE = 60_000
const HOUR = 60 * MINUTE
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
    ['ten begins an hour ago', { begins: begins(10, HOUR + 20) }, 'begin', allowed, { begins: [NOW] }],
    ['the first exactly an hour ago', { begins: [NOW - HOUR, ...begins(9)] }, 'begin', allowed, { begins: [...begins(9), NOW] }],
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
