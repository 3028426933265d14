import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import * as api from '../../src/storage/index.js'
import { overEngines, steppedSession, type Bench } from './suite.js'

// A hold that was answered keeps what it is about, whatever was looked at before it. PGlite does one transaction after another: there is nothing to race.
const DAY = 86_400_000
const bytes = new Uint8Array([1, 2, 3])

overEngines('holds against erasures and sweeps', (bench: Bench) => {
  const enrolled = async (sid: string, template = true) => {
    const tenantId = await bench.tenant()
    const subjectId = await bench.subject(tenantId)
    const by = (at: number) => {
      const storage = bench.instances[at]!
      return <T>(work: (scope: api.Scope) => Promise<T>): Promise<T> => storage.transact(tenantId, work)
    }
    const run = by(0)
    await steppedSession(bench, tenantId, subjectId, sid)
    await run(async (scope) => {
      await api.giveConsent(scope, subjectId, { version: '1', textSha256: 'a'.repeat(64) })
      const reference = { referenceId: sid, modelIds: ['m'], quality: 1, createdBy: 'o', ciphertext: bytes, keyId: 'k' }
      if (template) await api.addReference(scope, subjectId, reference)
      for (const kind of ['replay', 'sealed'] as const)
        await api.keepEvidence(scope, subjectId, { sid, class: kind, ciphertext: bytes, keyId: 'k', keepMs: 365 * DAY })
    })
    const kept = async () => (await run((scope) => api.exportSubject(scope, subjectId, 'o')))!
    return { subjectId, by, run, kept }
  }
  const court = { reason: 'court', until: null }
  const ask = (text: string) => bench.instances[2]!.snapshot('any', ({ transaction }) => transaction.rows(text))
  /** Waits until a transaction waits for another. */
  const blocked = async (): Promise<void> => {
    while ((await ask("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'")).length === 0) await sleep(10)
  }
  /** What `late` gives, that begins in the middle of `early` and has to wait for its end. */
  const overtaken = async <T>(early: (meanwhile: () => Promise<void>) => Promise<unknown>, late: () => Promise<T>): Promise<T> => {
    let result: Promise<T> | undefined
    await early(async () => {
      let settled = false
      result = late().finally(() => (settled = true))
      result.catch(() => undefined)
      await Promise.race([blocked(), result])
      expect(settled, 'it has to wait').toBe(false)
    })
    return await result!
  }

  it('an erasure that saw no hold is done before the hold, which then keeps nothing and says so', async () => {
    if (bench.kind !== 'postgres') return
    for (const change of ['hold', 'appeal'] as const) {
      const { subjectId, by } = await enrolled(`sid-${change}`)
      const erase = (meanwhile: () => Promise<void>) =>
        by(0)(async (scope) => {
          await api.lockSubject(scope, subjectId)
          await meanwhile()
          expect(await api.withdrawBiometrics(scope, subjectId, { reason: 'r', erasedBy: 'o' })).toMatchObject({ erased: { evidence: 2 } })
        })
      const appeal = { reason: 'me', until: new Date(bench.clock.now + DAY) }
      const late = () =>
        by(1)(async (scope) =>
          change === 'hold' ? await api.holdSession(scope, `sid-${change}`, court) : await api.appealSession(scope, `sid-${change}`, appeal),
        )
      expect(await overtaken(erase, late)).toBe(change === 'hold' ? 0 : false)
    }
  }, 60_000)

  it('an erasure that comes in the middle of a hold is refused', async () => {
    if (bench.kind !== 'postgres') return
    const { subjectId, by, kept } = await enrolled('sid-first')
    const hold = (meanwhile: () => Promise<void>) =>
      by(0)(async (scope) => {
        expect(await api.holdSession(scope, 'sid-first', court)).toBe(2)
        await meanwhile()
      })
    const request = { reason: 'r', erasedBy: 'o' }
    expect(await overtaken(hold, () => by(1)((scope) => api.eraseSubject(scope, subjectId, request)))).toEqual({ refused: 'legal-hold' })
    expect(await kept()).toMatchObject({ evidence: [{ legalHold: 'court' }, { legalHold: 'court' }], tombstones: [] })
  }, 60_000)

  it('an enrolment that the sweep chose does not lapse once it is held', async () => {
    if (bench.kind !== 'postgres') return
    const { by, run, kept } = await enrolled('sid-lapse')
    bench.clock.now += 31 * DAY
    const hold = (meanwhile: () => Promise<void>) =>
      by(0)(async (scope) => {
        expect(await api.holdSession(scope, 'sid-lapse', court)).toBe(2)
        await meanwhile()
      })
    const lapse = () => by(1)((scope) => api.lapseEnrolments(scope, new Date(bench.clock.now - 30 * DAY)))
    expect(await overtaken(hold, lapse)).toBe(0)
    expect(await kept()).toMatchObject({ references: [{ state: 'pending' }], evidence: [{ legalHold: 'court' }, { legalHold: 'court' }] })
    expect((await kept()).steps).toHaveLength(1)
    await run((scope) => api.holdSession(scope, 'sid-lapse', { endedFor: 'over' }))
    expect(await lapse()).toBe(1)
    expect(await kept()).toMatchObject({ references: [], evidence: [], steps: [] })
  }, 60_000)

  it.each(['hold', 'appeal'] as const)(
    'findings and commitments are not swept from under a new %s',
    async (change) => {
      if (bench.kind !== 'postgres') return
      const sid = `sid-found-${change}`
      const { by, run, kept } = await enrolled(sid, false)
      // As if it had taken its other steps.
      await run(({ transaction }) => transaction.rows("UPDATE sessions SET state = 'stepped' WHERE sid = $1", [sid]))
      await run((scope) =>
        api.settleSession(scope, {
          ...{ sid, thumbprint: 'key', payloadSha256: 'p', outcome: 'refused', assurance: 'a', counts: 'failure', findings: '{"score":1}' },
          conclude: () => Promise.resolve({ answer: '{}', decision: 'jws' }),
        }),
      )
      bench.clock.now += 2 * DAY
      const start = (meanwhile: () => Promise<void>) =>
        by(0)(async (scope) => {
          if (change === 'hold') await api.holdSession(scope, sid, court)
          else await api.appealSession(scope, sid, { reason: 'me', until: new Date(bench.clock.now + DAY) })
          await meanwhile()
        })
      const swept = await overtaken(start, () => by(1)((scope) => api.sweepAll(scope, { findingsDays: 1, expiredDays: 3_650 })))
      expect(swept).toMatchObject({ findings: 0, steps: 0, replay: 0, sealed: 0 })
      expect(await kept()).toMatchObject({ decisions: [{ findings: '{"score":1}' }] })
      expect((await kept()).steps).toHaveLength(1)
    },
    60_000,
  )
})
