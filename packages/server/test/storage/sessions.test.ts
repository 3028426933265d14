import { describe, expect, it } from 'vitest'
import * as api from '../../src/storage/index.js'
import { refuseBegin, refuseDecision, refuseStep, type SessionStanding } from '../../src/storage/session-rules.js'
import { attendance, newSession, overEngines, START, steppedSession, type Bench } from './suite.js'

const NOW = new Date(START)
const ago = (ms: number): Date => new Date(START - ms)
const standing = (changes: Partial<SessionStanding> = {}): SessionStanding => ({
  ...{ state: 'begun', thumbprint: 'key', step: 2, nonceSha256: 'n', expiresAt: ago(-1), begunAt: ago(5_000), stepAt: ago(1_000) },
  ...changes,
})
const step = { n: 2, thumbprint: 'key', nonceSha256: 'n' }

describe('a session moves on', () => {
  it.each<[Partial<SessionStanding>, string | undefined]>([
    [{ state: 'issued' }, undefined],
    [{ state: 'issued', expiresAt: NOW }, 'expired'],
    [{ state: 'begun' }, 'already-begun'],
    [{ state: 'stepped' }, 'already-begun'],
    [{ state: 'decided' }, 'decided'],
  ])('begin of %j: %s', (changes, refusal) => expect(refuseBegin(standing(changes), NOW)).toBe(refusal))

  it.each<[Partial<SessionStanding>, Partial<typeof step>, string | undefined]>([
    [{}, {}, undefined],
    [{ state: 'issued', thumbprint: null }, {}, 'not-begun'],
    [{}, { thumbprint: 'other' }, 'wrong-device'],
    [{ state: 'decided' }, {}, 'decided'],
    [{ state: 'decided' }, { thumbprint: 'other' }, 'wrong-device'],
    [{ state: 'stepped' }, {}, 'wrong-step'],
    [{}, { n: 1 }, 'wrong-step'],
    [{}, { n: 3 }, 'wrong-step'],
    [{}, { nonceSha256: 'x' }, 'wrong-nonce'],
    [{ expiresAt: NOW }, {}, 'expired'],
    [{ begunAt: ago(120_001) }, {}, 'expired'],
    [{ begunAt: ago(120_000) }, {}, undefined],
    [{ stepAt: ago(299) }, {}, 'too-early'],
    [{ stepAt: ago(300) }, {}, undefined],
    [{ stepAt: ago(30_000) }, {}, undefined],
    [{ stepAt: ago(30_001) }, {}, 'too-late'],
  ])('step of %j with %j: %s', (changes, attempt, refusal) => expect(refuseStep(standing(changes), { ...step, ...attempt }, NOW)).toBe(refusal))

  it.each<[Partial<SessionStanding>, string, string | undefined]>([
    [{ state: 'stepped' }, 'key', undefined],
    [{ state: 'stepped' }, 'other', 'wrong-device'],
    [{ state: 'stepped', expiresAt: NOW }, 'key', 'expired'],
    [{ state: 'begun' }, 'key', 'not-ready'],
    [{ state: 'issued' }, 'key', 'not-begun'],
    [{ state: 'decided' }, 'key', 'decided'],
  ])('decision of %j by %s: %s', (changes, thumbprint, refusal) => expect(refuseDecision(standing(changes), thumbprint, NOW)).toBe(refusal))
})

const settlement = (subjectId: string, sid: string, changes: Partial<api.Settlement> = {}): api.Settlement => ({
  ...{ sid, thumbprint: 'key', payloadSha256: 'payload', outcome: 'accepted', assurance: 'server-verified', counts: 'success' },
  record: attendance(subjectId),
  conclude: (head) => Promise.resolve({ answer: '{"outcome":"accepted"}', decision: `jws of ${head?.seq ?? 'none'}` }),
  ...changes,
})

const times = <T>(bench: Bench, count: number, tenantId: string, work: (scope: api.Scope, index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => bench.instances[index % 3]!.transact(tenantId, (scope) => work(scope, index))))

overEngines('sessions and nonces', (bench) => {
  it('bind to one of fifty keys that begin at once, and count them all', async () => {
    const tenantId = await bench.tenant()
    const subjectId = await bench.subject(tenantId)
    await bench.storage.transact(tenantId, (scope) => api.createSession(scope, newSession(subjectId, 'sid')))
    const moved = await times(bench, 50, tenantId, (scope, index) =>
      api.beginSession(scope, 'sid', { thumbprint: `key-${index}`, action: 'a', nonce: 'n' }),
    )
    const winners = moved.filter((one) => 'session' in one)
    expect(winners).toHaveLength(1)
    const session = await bench.storage.transact(tenantId, (scope) => api.findSession(scope, 'sid'))
    expect(session).toMatchObject({ state: 'begun', step: 1, beginAttempts: 50, thumbprint: winners[0]!.session.thumbprint })
  })

  it('let one of fifty take a step', async () => {
    const tenantId = await bench.tenant()
    const subjectId = await bench.subject(tenantId)
    await bench.storage.transact(tenantId, (scope) => api.createSession(scope, newSession(subjectId, 'sid')))
    await bench.storage.transact(tenantId, (scope) => api.beginSession(scope, 'sid', { thumbprint: 'key', action: 'a1', nonce: 'n1' }))
    for (let n = 1; n <= 3; n += 1) {
      bench.clock.now += 2_000
      const next = n === 3 ? {} : { next: { action: `a${n + 1}`, nonce: `n${n + 1}` } }
      const taking = { n, thumbprint: 'key', nonce: `n${n}`, commitment: `c${n}`, openFrames: [n, 5], ...next }
      const moved = await times(bench, 50, tenantId, (scope) => api.takeStep(scope, 'sid', taking))
      expect(moved.filter((one) => 'session' in one)).toHaveLength(1)
      expect(new Set(moved.flatMap((one) => ('refused' in one ? [one.refused] : [])))).toEqual(new Set(['wrong-step']))
    }
    const [session, steps] = await bench.storage.snapshot(
      tenantId,
      async (scope) => [await api.findSession(scope, 'sid'), await api.listSteps(scope, 'sid')] as const,
    )
    expect(session).toMatchObject({ state: 'stepped', steps: 3, nonceSha256: null })
    expect(steps.map(({ n, action, openFrames, commitment }) => [n, action, openFrames, commitment])).toEqual(
      [1, 2, 3].map((n) => [n, `a${n}`, [n, 5], `c${n}`]),
    )
  })

  it('settle once: repeats get the same answer, another payload or key conflicts', async () => {
    const tenantId = await bench.tenant()
    const subjectId = await bench.subject(tenantId)
    await steppedSession(bench, tenantId, subjectId, 'sid')
    const settled = await times(bench, 20, tenantId, (scope, index) =>
      api.settleSession(scope, settlement(subjectId, 'sid', { payloadSha256: index % 2 === 0 ? 'even' : 'odd' })),
    )
    const kinds = settled.map((one) => (one.kind === 'refused' ? one.reason : one.kind))
    expect(kinds.filter((kind) => kind === 'settled')).toHaveLength(1)
    expect(kinds.filter((kind) => kind === 'repeat')).toHaveLength(9)
    expect(kinds.filter((kind) => kind === 'conflict')).toHaveLength(10)
    expect(new Set(settled.flatMap((one) => (one.kind === 'refused' ? [] : [one.decision.decision])))).toEqual(new Set(['jws of 1']))
    const again = (changes: Partial<api.Submission>) =>
      bench.storage.transact(tenantId, (scope) => api.findRepeat(scope, { sid: 'sid', thumbprint: 'key', payloadSha256: 'even', ...changes }))
    const winner = settled.find((one) => one.kind === 'settled')!
    expect(winner.kind === 'settled' && (await again({ payloadSha256: winner.decision.payloadSha256 }))).toMatchObject({ kind: 'repeat' })
    expect(await again({ thumbprint: 'other' })).toEqual({ kind: 'refused', reason: 'conflict' })
    expect(await again({ sid: 'unknown' })).toBeUndefined()
    expect(await bench.storage.snapshot(tenantId, (scope) => api.ledgerHead(scope))).toMatchObject({ seq: 1 })
  })

  it('keep every finding that is added at once: each sees what the one before it wrote', async () => {
    const tenantId = await bench.tenant()
    const subjectId = await bench.subject(tenantId)
    await steppedSession(bench, tenantId, subjectId, 'sid')
    await bench.storage.transact(tenantId, (scope) => api.settleSession(scope, settlement(subjectId, 'sid', { findings: '{"kept":1,"found":[]}' })))
    const added = await times(bench, 12, tenantId, (scope, index) =>
      api.addFindings(scope, 'sid', ({ found }) => ({ found: [...(found as readonly number[]), index] })),
    )
    expect(added).toEqual(Array(12).fill(true))
    const { findings } = (await bench.storage.snapshot(tenantId, (scope) => api.findDecision(scope, 'sid')))!
    const { kept, found } = JSON.parse(findings!) as { kept: number; found: number[] }
    expect([kept, found.sort((left, right) => left - right)]).toEqual([1, Array.from({ length: 12 }, (_, index) => index)])
  })

  it('settle all or nothing', async () => {
    const tenantId = await bench.tenant()
    const subjectId = await bench.subject(tenantId)
    await steppedSession(bench, tenantId, subjectId, 'sid')
    const conclude = () => Promise.reject(new Error('no key to sign with'))
    const failed = bench.storage.transact(tenantId, (scope) =>
      api.settleSession(scope, settlement(subjectId, 'sid', { conclude, counts: 'failure' })),
    )
    await expect(failed).rejects.toThrow('no key to sign with')
    const left = await bench.storage.snapshot(tenantId, async (scope) => ({
      head: await api.ledgerHead(scope),
      limits: await api.limitState(scope, subjectId),
      decision: await api.findDecision(scope, 'sid'),
      session: await api.findSession(scope, 'sid'),
    }))
    expect(left).toMatchObject({ head: { seq: 0 }, limits: { failures: 0 }, decision: undefined, session: { state: 'stepped' } })
  })

  it('end with the erasure of their subject', async () => {
    const tenantId = await bench.tenant()
    const subjectId = await bench.subject(tenantId)
    await steppedSession(bench, tenantId, subjectId, 'sid')
    await bench.storage.transact(tenantId, (scope) => api.eraseSubject(scope, subjectId, { reason: 'r', erasedBy: 'o' }))
    const settled = await bench.storage.transact(tenantId, (scope) => api.settleSession(scope, settlement(subjectId, 'sid')))
    expect(settled).toEqual({ kind: 'refused', reason: 'expired' })
    expect(await bench.storage.transact(tenantId, (scope) => api.createSession(scope, newSession(subjectId, 'sid-2')))).toBeUndefined()
  })

  it('spend a nonce once, for what and whom they were issued, and in time', async () => {
    const tenantId = await bench.tenant()
    const issue = () =>
      bench.storage.transact(tenantId, (scope) => api.issueNonce(scope, { purpose: 'offline', binding: 'b', ordinal: 2, lifetimeMs: 1_000 }))
    const spend = (nonce: string, changes: object = {}) =>
      bench.storage.transact(tenantId, (scope) => api.spendNonce(scope, { purpose: 'offline', binding: 'b', nonce, ...changes }))
    const nonce = await issue()
    expect(await spend(nonce, { purpose: 'step' })).toEqual({ refused: 'unknown' })
    expect(await spend(nonce, { binding: 'other' })).toEqual({ refused: 'unknown' })
    expect(await spend(`${nonce}x`)).toEqual({ refused: 'unknown' })
    const spent = await times(bench, 50, tenantId, (scope) => api.spendNonce(scope, { purpose: 'offline', binding: 'b', nonce }))
    expect(spent.filter((one) => 'ordinal' in one)).toEqual([{ ordinal: 2 }])
    expect(spent.filter((one) => 'refused' in one && one.refused === 'used')).toHaveLength(49)
    const late = await issue()
    bench.clock.now += 1_000
    expect(await spend(late)).toEqual({ refused: 'expired' })
    expect(await bench.storage.transact(tenantId, (scope) => api.sweepNonces(scope, new Date(bench.clock.now + 1)))).toBe(2)
  })

  it('see a value of others once', async () => {
    const tenantId = await bench.tenant()
    const seen = await times(bench, 50, tenantId, (scope) => api.seeOnce(scope, { purpose: 'jti', value: 'x', keepMs: 1_000 }))
    expect(seen.filter(Boolean)).toHaveLength(1)
  })
})
