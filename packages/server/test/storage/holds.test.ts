import { expect, it } from 'vitest'
import * as api from '../../src/storage/index.js'
import { overEngines, steppedSession, type Bench } from './suite.js'

const DAY = 86_400_000
const bytes = new Uint8Array([1, 2, 3])

overEngines('holds and appeals', (bench: Bench) => {
  const start = async (sid: string) => {
    const tenantId = await bench.tenant()
    const subjectId = await bench.subject(tenantId)
    const run = <T>(work: (scope: api.Scope) => Promise<T>): Promise<T> => bench.storage.transact(tenantId, work)
    await steppedSession(bench, tenantId, subjectId, sid)
    await run(async (scope) => {
      for (const kind of ['replay', 'sealed'] as const)
        await api.keepEvidence(scope, subjectId, { sid, class: kind, ciphertext: bytes, keyId: 'k', keepMs: DAY })
    })
    const kept = async () => ({
      replay: await run((scope) => api.keptEvidence(scope, sid, 'replay')),
      sealed: await run((scope) => api.keptEvidence(scope, sid, 'sealed')),
    })
    const sweep = () => run((scope) => api.sweepAll(scope, { expiredDays: 3_650 }))
    return { tenantId, subjectId, run, kept, sweep, in: (days: number) => new Date(bench.clock.now + days * DAY) }
  }

  it('keep a session’s evidence as long as they stand, and not a moment longer', async () => {
    const { run, kept, sweep, ...at } = await start('sid-hold')
    expect(await run((scope) => api.holdSession(scope, 'sid-hold', { reason: 'court', until: at.in(10) }))).toBe(2)
    expect(await run((scope) => api.holdSession(scope, 'sid-other', { reason: 'court', until: null }))).toBe(0)
    bench.clock.now += 10 * DAY - 1
    expect(await sweep()).toMatchObject({ replay: 0, sealed: 0 })
    expect(await kept()).toMatchObject({ replay: { legalHold: 'court' }, sealed: { legalHold: 'court' } })
    expect(await run((scope) => api.withdrawBiometrics(scope, at.subjectId, { reason: 'r', erasedBy: 'o' }))).toEqual({ refused: 'legal-hold' })
    bench.clock.now += 1
    // Before anybody swept.
    expect(await kept()).toEqual({ replay: undefined, sealed: undefined })
    expect(await run((scope) => api.dropEvidence(scope, 'sid-hold', 'replay'))).toBe(1)
    expect(await sweep()).toMatchObject({ replay: 0, sealed: 1 })
  })

  it('without an end stand until they are lifted, once', async () => {
    const { run, sweep } = await start('sid-lift')
    await run((scope) => api.holdSession(scope, 'sid-lift', { reason: 'court', until: null }))
    bench.clock.now += 4_000 * DAY
    expect(await sweep()).toMatchObject({ replay: 0, sealed: 0 })
    expect(await run((scope) => api.holdSession(scope, 'sid-lift', { endedFor: 'over' }))).toBe(2)
    expect(await run((scope) => api.holdSession(scope, 'sid-lift', { endedFor: 'over' }))).toBe(0)
    expect(await sweep()).toMatchObject({ replay: 1, sealed: 1 })
  })

  it('of an appeal concern what was sealed alone, and hold off no erasure', async () => {
    const { run, kept, sweep, ...at } = await start('sid-appeal')
    expect(await run((scope) => api.appealSession(scope, 'sid-appeal', { reason: 'me', until: at.in(5) }))).toBe(true)
    bench.clock.now += 2 * DAY
    expect(await sweep()).toMatchObject({ replay: 1, sealed: 0 })
    expect(await kept()).toMatchObject({ replay: undefined, sealed: { appeal: 'me' } })
    expect(await run((scope) => api.appealSession(scope, 'sid-appeal', { endedFor: 'seen' }))).toBe(true)
    expect(await kept()).toEqual({ replay: undefined, sealed: undefined })
    expect(await run((scope) => api.appealSession(scope, 'sid-appeal', { reason: 'again', until: at.in(9) }))).toBe(false)
    const other = await start('sid-erased')
    await other.run((scope) => api.appealSession(scope, 'sid-erased', { reason: 'me', until: other.in(5) }))
    expect(await other.run((scope) => api.withdrawBiometrics(scope, other.subjectId, { reason: 'r', erasedBy: 'o' }))).toMatchObject({
      erased: { evidence: 2 },
    })
  })
})

overEngines('texts of consents', (bench: Bench) => {
  it('are kept once a version and tenant, whoever comes first, and never change', async () => {
    const [tenantId, other] = [await bench.tenant(), await bench.tenant()]
    const keep = (version: string, text: string, of = tenantId, at = 0) =>
      bench.instances[at]!.transact(of, (scope) => api.keepConsentText(scope, { version, text }))
    const [first] = await Promise.all([0, 1, 2].map((at) => keep('1', 'I agree – “so” ✓\n', tenantId, at)))
    expect(first).toMatch(/^[0-9a-f]{64}$/u)
    expect(await keep('1', 'I agree – “so” ✓\n')).toBe(first)
    expect(await keep('1', 'I agree to more')).toBeUndefined()
    expect(await keep('2', 'I agree to more')).not.toBe(first)
    expect(await keep('1', 'Setuju', other)).toBeDefined()
    // Of two different texts at once one is the version's.
    const raced = await Promise.all([0, 1, 2].map((at) => keep('3', `text ${at}`, tenantId, at)))
    expect(raced.filter((hash) => hash !== undefined)).toHaveLength(1)
    const change = bench.storage.transact(tenantId, ({ transaction }) => transaction.exec("UPDATE consent_texts SET text = 'other'"))
    await expect(change).rejects.toThrow()
    const rows = await bench.storage.snapshot(tenantId, ({ transaction }) => transaction.rows("SELECT text FROM consent_texts WHERE text = 'other'"))
    expect(rows).toEqual([])
  })

  it('are exported with the consents; one from before texts were kept has none', async () => {
    const tenantId = await bench.tenant()
    const subjectId = await bench.subject(tenantId)
    const told = await bench.storage.transact(tenantId, async (scope) => {
      await api.giveConsent(scope, subjectId, { version: '1', textSha256: 'a'.repeat(64) })
      const textSha256 = (await api.keepConsentText(scope, { version: '1', text: 'as it is now' }))!
      await api.giveConsent({ ...scope, now: new Date(scope.now.getTime() + 1_000) }, subjectId, { version: '1', textSha256 })
      return await api.exportSubject(scope, subjectId, 'o')
    })
    expect(told!.consents.map(({ text }) => text)).toEqual([null, 'as it is now'])
  })
})
