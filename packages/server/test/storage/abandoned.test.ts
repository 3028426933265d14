import { expect, it } from 'vitest'
import * as api from '../../src/storage/index.js'
import { newSession, overEngines, steppedSession, type Bench } from './suite.js'

const MINUTE = 60_000

async function begunSession({ storage }: Bench, tenantId: string, subjectId: string, sid: string): Promise<void> {
  await storage.transact(tenantId, async (scope) => {
    await api.createSession(scope, newSession(subjectId, sid))
    await api.beginSession(scope, sid, { thumbprint: 'key', action: 'blink', nonce: 'n' })
  })
}

const settlement = (sid: string, changes: Partial<api.Settlement> = {}): api.Settlement => ({
  ...{ sid, thumbprint: 'key', payloadSha256: 'payload', outcome: 'refused', assurance: 'server-verified', counts: 'failure' },
  conclude: () => Promise.resolve({ answer: '{}', decision: 'jws' }),
  ...changes,
})

overEngines('sessions that are given up', (bench) => {
  const start = async () => {
    const tenantId = await bench.tenant()
    const subjectId = await bench.subject(tenantId)
    const count = (sid = 'next', instance = 0) =>
      bench.instances[instance % 3]!.transact(tenantId, (scope) => api.countAbandoned(scope, subjectId, sid))
    const failures = async () => (await bench.storage.transact(tenantId, (scope) => api.limitState(scope, subjectId))).failures
    const stateOf = async (sid: string) => (await bench.storage.transact(tenantId, (scope) => api.findSession(scope, sid)))?.state
    return { tenantId, subjectId, count, failures, stateOf }
  }

  it('with steps open count once, and end: of six that look at once over three instances one counts', async () => {
    const { tenantId, subjectId, count, failures, stateOf } = await start()
    await begunSession(bench, tenantId, subjectId, 'sid')
    const counted = await Promise.all(Array.from({ length: 6 }, (_, index) => count(`next-${index}`, index)))
    expect(counted.toSorted((left, right) => left - right)).toEqual([0, 0, 0, 0, 0, 1])
    expect([await failures(), await stateOf('sid')]).toEqual([1, 'ended'])
    bench.clock.now += 1_000
    const taking = { n: 1, thumbprint: 'key', nonce: 'n', commitment: 'c', openFrames: [0] }
    expect(await bench.storage.transact(tenantId, (scope) => api.takeStep(scope, 'sid', taking))).toEqual({ refused: 'expired' })
  })

  it('are neither the one that begins, nor those that never began, nor those of others', async () => {
    const { tenantId, subjectId, count, failures, stateOf } = await start()
    const colleague = await bench.subject(tenantId)
    await begunSession(bench, tenantId, subjectId, 'sid')
    await begunSession(bench, tenantId, colleague, 'colleague')
    await bench.storage.transact(tenantId, (scope) => api.createSession(scope, newSession(subjectId, 'issued')))
    expect([await count('sid'), await failures()]).toEqual([0, 0])
    expect([await stateOf('sid'), await stateOf('colleague'), await stateOf('issued')]).toEqual(['begun', 'begun', 'issued'])
  })

  it('with all steps taken count when their time is over, once, and not before: their evidence may wait for the network', async () => {
    const { tenantId, subjectId, count, failures, stateOf } = await start()
    await steppedSession(bench, tenantId, subjectId, 'sid')
    // One step of three: it stands at its second.
    expect(await stateOf('sid')).toBe('stepped')
    bench.clock.now += 9 * MINUTE
    expect([await count(), await failures()]).toEqual([0, 0])
    bench.clock.now += MINUTE
    const counted = await Promise.all(Array.from({ length: 6 }, (_, index) => count(`next-${index}`, index)))
    expect(counted.filter((one) => one > 0)).toEqual([1])
    expect([await count(), await failures(), await stateOf('sid')]).toEqual([0, 1, 'stepped'])
  })

  it('and are decided after all count no second time; an admission ends the row', async () => {
    const { tenantId, subjectId, count, failures } = await start()
    const arrived: Record<string, Date> = {}
    for (const sid of ['refused', 'admitted']) {
      await steppedSession(bench, tenantId, subjectId, sid)
      arrived[sid] = new Date(bench.clock.now)
    }
    bench.clock.now += 11 * MINUTE
    expect([await count(), await failures()]).toEqual([2, 2])
    const settle = (sid: string, changes?: Partial<api.Settlement>) =>
      bench.storage.transact(tenantId, (scope) => api.settleSession(scope, { ...settlement(sid, changes), arrivedAt: arrived[sid]! }))
    expect((await settle('refused')).kind).toBe('settled')
    expect(await failures()).toBe(2)
    expect((await settle('admitted', { outcome: 'admitted', counts: 'success' })).kind).toBe('settled')
    expect([await failures(), await count()]).toEqual([0, 0])
  })

  it('are forgotten after a day’s sweep, and what was counted with them', async () => {
    const { tenantId, subjectId, count, failures } = await start()
    await steppedSession(bench, tenantId, subjectId, 'sid')
    bench.clock.now += 11 * MINUTE
    await count()
    bench.clock.now += 3 * 86_400_000
    await bench.storage.transact(tenantId, (scope) => api.sweepAll(scope))
    expect([await count(), await failures()]).toEqual([0, 1])
  })

  it('of somebody who is erased are nobody’s', async () => {
    const { tenantId, subjectId, count } = await start()
    await begunSession(bench, tenantId, subjectId, 'sid')
    await bench.storage.transact(tenantId, (scope) => api.eraseSubject(scope, subjectId, { reason: 'asked', erasedBy: 'officer' }))
    expect(await count()).toBe(0)
  })
})
