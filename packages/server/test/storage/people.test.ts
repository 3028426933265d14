import { describe, expect, it } from 'vitest'
import * as api from '../../src/storage/index.js'
import type { Scope } from '../../src/storage/index.js'
import { attendance, newSession, overEngines, type Bench } from './suite.js'

const bytes = (...values: number[]): Uint8Array => new Uint8Array(values)
const reference = (changes: Partial<api.NewReference> = {}): api.NewReference => ({
  ...{ ciphertext: bytes(0, 1, 254, 255), keyId: 'k1', modelIds: ['facenet-128', 'compact, "512"'], quality: 0.5, createdBy: 'operator' },
  ...changes,
})

describe('a token', () => {
  it('names its tenant', () => {
    expect(api.tenantOfToken(`lintas1.opd-1.${'a'.repeat(43)}`)).toBe('opd-1')
    for (const text of [
      '',
      'lintas1.opd-1.short',
      `lintas1.OPD.${'a'.repeat(43)}`,
      `lintas1.opd-1.${'a'.repeat(43)}\n`,
      `lintas1..${'a'.repeat(43)}`,
    ]) {
      expect(api.tenantOfToken(text), text).toBeUndefined()
    }
  })
})

overEngines('people', (bench: Bench) => {
  const within = <T>(tenantId: string, work: (scope: Scope) => Promise<T>): Promise<T> => bench.storage.transact(tenantId, work)
  const start = async (): Promise<{ tenantId: string; subjectId: string; run: <T>(work: (scope: Scope) => Promise<T>) => Promise<T> }> => {
    const tenantId = await bench.tenant()
    return { tenantId, subjectId: await bench.subject(tenantId), run: (work) => within(tenantId, work) }
  }

  it('reach their agency by a key that is kept as a hash, noted when used and refused when revoked', async () => {
    const { tenantId, run } = await start()
    const { key, token } = await run((scope) => api.issueApiKey(scope, 'officer', 'front desk', ' siti '))
    expect(key).toMatchObject({ role: 'officer', label: 'front desk', actor: 'siti', lastUsedAt: null, revokedAt: null })
    expect(token.split('.')[2]).toHaveLength(43)
    const stored = await run((scope) => scope.transaction.rows('SELECT * FROM api_keys WHERE tenant_id = $1', [tenantId]))
    expect(JSON.stringify(stored)).not.toContain(token.split('.')[2])
    const used = new Date(bench.clock.now)
    expect(await run((scope) => api.authenticate(scope, token))).toMatchObject({ keyId: key.keyId, lastUsedAt: used })
    bench.clock.now += 1_000
    expect(await run((scope) => api.authenticate(scope, token))).toMatchObject({ lastUsedAt: used })
    bench.clock.now += 60_000
    expect(await run((scope) => api.authenticate(scope, token))).toMatchObject({ lastUsedAt: new Date(bench.clock.now) })
    const [last = ''] = token.slice(-1)
    expect(await run((scope) => api.authenticate(scope, token.slice(0, -1) + (last === 'A' ? 'B' : 'A')))).toBeUndefined()
    expect(await run((scope) => api.revokeApiKey(scope, key.keyId))).toBe(true)
    expect(await run((scope) => api.revokeApiKey(scope, key.keyId))).toBe(false)
    expect(await run((scope) => api.authenticate(scope, token))).toBeUndefined()
    expect(await run((scope) => api.listApiKeys(scope))).toMatchObject([{ revokedAt: new Date(bench.clock.now) }])
  })

  it('are told of all tenants only as the regency', async () => {
    const regency = `regency-${await bench.tenant()}`
    await within(regency, (scope) => api.createTenant(scope, { kind: 'regency', name: 'Tangerang', timeZone: 'Asia/Jakarta' }))
    expect(await within(regency, (scope) => api.createTenant(scope, { kind: 'regency', name: 'again', timeZone: 'Asia/Jakarta' }))).toBeUndefined()
    const tenants = await within(regency, (scope) => api.listTenants(scope))
    expect(tenants.length).toBeGreaterThan(1)
    expect(await within(regency, (scope) => api.findTenant(scope))).toMatchObject({ name: 'Tangerang' })
  })

  it('are assigned to one agency at a time', async () => {
    const { run } = await start()
    const { personId } = (await run((scope) => api.createPerson(scope, { nip: '198001012005011001', name: 'A' })))!
    expect(await run((scope) => api.createPerson(scope, { nip: '198001012005011001' }))).toBeUndefined()
    expect(await run((scope) => api.createPerson(scope, {}))).toMatchObject({ nip: null })
    await run((scope) => api.assignPerson(scope, personId, 'opd-a', '2026-01-01'))
    await run((scope) => api.assignPerson(scope, personId, 'opd-b', '2026-03-01'))
    expect(await run((scope) => api.assignPerson(scope, personId, 'opd-c', '2026-03-01'))).toBeUndefined()
    const on = async (day: string) => (await run((scope) => api.assignmentOn(scope, personId, day)))?.agencyId
    expect([await on('2025-12-31'), await on('2026-01-01'), await on('2026-02-28'), await on('2026-03-01')]).toEqual([
      undefined,
      'opd-a',
      'opd-a',
      'opd-b',
    ])
    const transfers = await Promise.all([1, 2, 3].map((number) => run((scope) => api.assignPerson(scope, personId, `opd-${number}`, '2026-05-01'))))
    expect(transfers.filter((one) => one !== undefined)).toHaveLength(1)
    expect((await run((scope) => api.listAssignments(scope, personId))).map(({ endsOn }) => endsOn)).toEqual(['2026-02-28', '2026-04-30', null])
    await run((scope) => api.forgetPerson(scope, personId))
    expect(await run((scope) => api.findPerson(scope, personId))).toMatchObject({ nip: null, name: null })
  })

  it('consent to one text at a time', async () => {
    const { subjectId, run } = await start()
    const give = (version: string) => run((scope) => api.giveConsent(scope, subjectId, { version, textSha256: version.repeat(64) }))
    await give('1')
    bench.clock.now += 1_000
    await Promise.all([give('2'), give('3')])
    const all = await run((scope) => api.listConsents(scope, subjectId))
    expect(all).toHaveLength(3)
    expect(all.filter(({ withdrawnAt }) => withdrawnAt === null)).toEqual([await run((scope) => api.standingConsent(scope, subjectId))])
    await run((scope) => api.withdrawConsent(scope, subjectId))
    expect(await run((scope) => api.standingConsent(scope, subjectId))).toBeUndefined()
  })

  it('are enrolled by somebody else than themselves, and one reference is active', async () => {
    const { subjectId, run } = await start()
    const add = async () => (await run((scope) => api.addReference(scope, subjectId, reference())))!.referenceId
    const approve = (id: string, ...approvers: string[]) => run((scope) => api.approveReference(scope, id, approvers))
    const first = await add()
    expect(await run((scope) => api.activeReference(scope, subjectId))).toBeUndefined()
    expect(await approve(first)).toBeUndefined()
    expect(await approve(first, 'operator')).toBeUndefined()
    expect(await approve(first, subjectId)).toBeUndefined()
    expect(await approve(first, 'officer', 'officer')).toBeUndefined()
    expect(await approve(first, 'officer')).toMatchObject({ state: 'active', approvedBy: ['officer'] })
    expect(await approve(first, 'officer')).toBeUndefined()
    const active = (await run((scope) => api.activeReference(scope, subjectId)))!
    expect([...active.ciphertext]).toEqual([0, 1, 254, 255])
    expect(active.modelIds).toEqual(['facenet-128', 'compact, "512"'])
    const second = await add()
    // Two officers at once: one approval, and never none or two active.
    expect((await Promise.all([approve(second, 'a'), approve(second, 'b')])).filter((one) => one !== undefined)).toHaveLength(1)
    expect((await run((scope) => api.listReferences(scope, subjectId))).map(({ state }) => state).sort()).toEqual(['active', 'superseded'])
    expect(await run((scope) => api.pageReferences(scope, { limit: 10 }))).toMatchObject([{ referenceId: second }])
    expect(await run((scope) => api.pageReferences(scope, { limit: 10, after: second }))).toEqual([])
    expect(await run((scope) => api.dropSuperseded(scope, subjectId))).toBe(1)
  })

  it('have their references put under another key, once', async () => {
    const { subjectId, run } = await start()
    const { referenceId } = (await run((scope) => api.addReference(scope, subjectId, reference())))!
    expect(await run((scope) => api.staleReferences(scope, 'k1', 10))).toEqual([])
    expect(await run((scope) => api.staleReferences(scope, 'k2', 10))).toMatchObject([{ referenceId }])
    const reseal = () => run((scope) => api.resealReference(scope, referenceId, 'k1', { ciphertext: bytes(9), keyId: 'k2' }))
    expect([await reseal(), await reseal()]).toEqual([true, false])
    expect(await run((scope) => api.staleReferences(scope, 'k2', 10))).toEqual([])
  })

  it('have evidence kept for a time, unless a court wants it longer', async () => {
    const { subjectId, run } = await start()
    const keep = (kind: 'replay' | 'sealed') =>
      run((scope) => api.keepEvidence(scope, subjectId, { sid: 's', class: kind, ciphertext: bytes(1), keyId: 'k', keepMs: 1_000 }))
    const held = (await keep('sealed'))!
    await keep('replay')
    await run((scope) => api.holdEvidence(scope, held.evidenceId, 'appeal 12/2026'))
    expect(await run((scope) => api.sweepEvidence(scope))).toBe(0)
    bench.clock.now += 1_001
    expect(await run((scope) => api.sweepEvidence(scope))).toBe(1)
    expect(await run((scope) => api.eraseSubject(scope, subjectId, { reason: 'r', erasedBy: 'o' }))).toEqual({ refused: 'legal-hold' })
    await run((scope) => api.holdEvidence(scope, held.evidenceId, null))
    expect(await run((scope) => api.sweepEvidence(scope))).toBe(1)
  })

  it('are erased whole: a tombstone without biometrics stays, and their attendance', async () => {
    const { tenantId, subjectId, run } = await start()
    const marker = 'Zm9yZ2V0LW1l'
    await run(async (scope) => {
      await api.giveConsent(scope, subjectId, { version: '1', textSha256: 'a'.repeat(64) })
      const added = (await api.addReference(scope, subjectId, reference({ keyId: marker })))!
      await api.approveReference(scope, added.referenceId, ['officer'])
      await api.keepEvidence(scope, subjectId, { sid: 's', class: 'replay', ciphertext: bytes(1), keyId: marker, keepMs: 1_000 })
      await api.createSession(scope, newSession(subjectId, 'sid'))
      await api.beginSession(scope, 'sid', { thumbprint: 'key', action: 'a', nonce: 'n' })
    })
    bench.clock.now += 1_000
    await run((scope) => api.takeStep(scope, 'sid', { n: 1, thumbprint: 'key', nonce: 'n', commitment: marker, openFrames: [1] }))
    await run((scope) =>
      api.settleSession(scope, {
        ...{ sid: 'sid', thumbprint: 'key', payloadSha256: 'p', outcome: 'accepted', assurance: 'a', counts: 'success', findings: marker },
        record: attendance(subjectId),
        conclude: () => Promise.resolve({ answer: '{}', decision: 'jws' }),
      }),
    )
    const erase = () => run((scope) => api.eraseSubject(scope, subjectId, { reason: 'consent withdrawn', erasedBy: 'officer' }))
    expect(await erase()).toMatchObject({ erased: { references: 1, evidence: 1, records: 0, tombstone: { subjectId } } })
    const tables = await run((scope) =>
      scope.transaction.rows("SELECT table_name AS name FROM information_schema.columns WHERE column_name = 'tenant_id'"),
    )
    for (const { name } of tables) {
      const rows = await run((scope) => scope.transaction.rows(`SELECT * FROM "${String(name)}" WHERE tenant_id = $1`, [tenantId]))
      expect(JSON.stringify(rows), String(name)).not.toContain(marker)
    }
    expect(await run((scope) => api.standingConsent(scope, subjectId))).toBeUndefined()
    expect(await run((scope) => api.listSubjects(scope, { limit: 10 }))).toEqual([])
    expect(await run((scope) => api.addReference(scope, subjectId, reference()))).toBeUndefined()
    expect(await run((scope) => api.giveConsent(scope, subjectId, { version: '1', textSha256: 'a'.repeat(64) }))).toBeUndefined()
    expect(await run((scope) => api.listRecords(scope, { limit: 10, subjectId }))).toHaveLength(1)
    expect(await run((scope) => api.verifyLedger(scope))).toMatchObject({ intact: true })
    // Done again after a restore, it does no harm and the tombstone stays as it was.
    const [tombstone] = await run((scope) => api.listTombstones(scope))
    bench.clock.now += 1_000
    expect(await erase()).toMatchObject({ erased: { references: 0, tombstone } })
    const acts = await run((scope) => api.listActs(scope, { from: new Date(0), until: new Date(bench.clock.now + 1), subjectId, limit: 10 }))
    expect(acts.map(({ action, actor }) => [action, actor])).toEqual([1, 2].map(() => ['subject-erased', 'officer']))
  })
})
