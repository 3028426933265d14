import { expect, it } from 'vitest'
import * as api from '../../src/storage/index.js'
import { attendance, newSession, overEngines, steppedSession, type Bench } from './suite.js'

const DAY = 86_400_000
const bytes = new Uint8Array([1, 2, 3])
const reference = { ciphertext: bytes, keyId: 'Zm9yZ2V0LW1l', modelIds: ['m'], quality: 0.5, createdBy: 'operator' }
const request = { reason: 'consent withdrawn', erasedBy: 'officer' }

overEngines('keeping', (bench: Bench) => {
  const start = async () => {
    const tenantId = await bench.tenant()
    const run = <T>(work: (scope: api.Scope) => Promise<T>): Promise<T> => bench.storage.transact(tenantId, work)
    return { tenantId, subjectId: await bench.subject(tenantId), run }
  }
  /** A subject with something of every kind. */
  const populate = async ({ tenantId, subjectId, run }: Awaited<ReturnType<typeof start>>, sid: string) => {
    await steppedSession(bench, tenantId, subjectId, sid)
    await run(async (scope) => {
      await api.giveConsent(scope, subjectId, { version: '1', textSha256: 'a'.repeat(64) })
      const { referenceId } = (await api.addReference(scope, subjectId, reference))!
      await api.approveReference(scope, referenceId, ['officer'])
      await api.addReference(scope, subjectId, reference)
      for (const kind of ['replay', 'sealed'] as const) {
        await api.keepEvidence(scope, subjectId, { sid, class: kind, ciphertext: bytes, keyId: 'Zm9yZ2V0LW1l', keepMs: DAY })
      }
      await api.noteDevice(scope, subjectId, `device-${sid}`)
      await api.issuePack(scope, { subjectId, thumbprint: 'phone', day: '2026-03-02', lifetimeMs: DAY })
      await api.beginSession(scope, sid, { thumbprint: 'key', action: 'a', nonce: 'n' })
      await api.takeStep(scope, sid, { n: 2, thumbprint: 'key', nonce: 'n', commitment: 'c', openFrames: [] })
      await api.settleSession(scope, {
        ...{ sid, thumbprint: 'key', payloadSha256: 'p', outcome: 'admitted', assurance: 'a', counts: 'success', findings: 'score 0.9' },
        record: attendance(subjectId),
        conclude: () => Promise.resolve({ answer: '{}', decision: 'jws' }),
      })
    })
  }

  it('ends with the consent: the biometrics go, the subject and its attendance stay, and a new consent may follow', async () => {
    const at = await start()
    const { subjectId, run } = at
    await populate(at, 'sid-w')
    const withdraw = () => run((scope) => api.withdrawBiometrics(scope, subjectId, request))
    expect(await withdraw()).toMatchObject({ erased: { references: 2, evidence: 2, devices: 1, tombstone: { part: 'biometrics' } } })
    const told = (await run((scope) => api.exportSubject(scope, subjectId, 'officer')))!
    expect(told).toMatchObject({
      references: [],
      evidence: [],
      devices: [],
      steps: [],
      subject: { erasedAt: null },
      consents: [{ withdrawnAt: expect.any(Date) as Date }],
    })
    expect(JSON.stringify(told)).not.toMatch(/score 0\.9/u)
    expect(told.records).toHaveLength(1)
    expect(await run((scope) => api.hasPack(scope, { subjectId, thumbprint: 'phone', day: '2026-03-02' }))).toBe(false)
    expect(await run((scope) => api.verifyLedger(scope))).toMatchObject({ intact: true })
    // The officers' way stays open, and so does the way back.
    const occurredAt = new Date(bench.clock.now).toISOString()
    expect(
      await run((scope) => api.attestAttendance(scope, { subjectId, direction: 'departure', occurredAt, reason: 'no consent', officer: 'siti' })),
    ).toHaveProperty('head')
    expect(await run((scope) => api.giveConsent(scope, subjectId, { version: '1', textSha256: 'a'.repeat(64) }))).toBeDefined()
    bench.clock.now += 1_000
    await withdraw()
    expect(await run((scope) => api.listTombstones(scope))).toHaveLength(2)
    expect(await run((scope) => api.withdrawBiometrics(scope, 'nobody', request))).toEqual({ refused: 'not-found' })
  })

  it('is not cut short where a court wants it longer', async () => {
    const at = await start()
    await populate(at, 'sid-h')
    const [held] = await at.run((scope) => api.listEvidence(scope, at.subjectId, 'sealed'))
    await at.run((scope) => api.holdEvidence(scope, held!.evidenceId, 'appeal'))
    expect(await at.run((scope) => api.withdrawBiometrics(scope, at.subjectId, request))).toEqual({ refused: 'legal-hold' })
    bench.clock.now += 200 * DAY
    expect(await at.run((scope) => api.sweepAll(scope))).toMatchObject({ replay: 1, sealed: 0, findings: 0, steps: 0 })
  })

  it('is swept by class and time, and no day sooner', async () => {
    const at = await start()
    const { tenantId, subjectId, run } = at
    await populate(at, 'sid-s')
    await run(async (scope) => {
      const { referenceId } = (await api.addReference(scope, subjectId, reference))!
      await api.approveReference(scope, referenceId, ['officer'])
      await api.createSession(scope, newSession(subjectId, 'sid-open'))
    })
    const sweep = () => run((scope) => api.sweepAll(scope))
    const nothing = { replay: 0, sealed: 0, sessions: 0, nonces: 0, findings: 0, steps: 0, references: 0, lapsed: 0 }
    expect(await sweep()).toEqual(nothing)
    bench.clock.now += DAY + 1
    expect(await sweep()).toEqual({ ...nothing, replay: 1, sealed: 1 })
    bench.clock.now += DAY
    // Two of the pack, and the session that the approval counts as given up no more.
    expect(await sweep()).toEqual({ ...nothing, sessions: 1, nonces: 3 })
    bench.clock.now += 28 * DAY
    expect(await sweep()).toEqual({ ...nothing, references: 1, lapsed: 1 })
    bench.clock.now += 60 * DAY
    expect(await sweep()).toEqual({ ...nothing, findings: 1, steps: 1 })
    expect(await sweep()).toEqual(nothing)
    expect(await bench.storage.snapshot(tenantId, api.verifyLedger)).toMatchObject({ intact: true })
    expect(await run((scope) => api.activeReference(scope, subjectId))).toBeDefined()
  })

  it('ends an enrolment that nobody decides on: every trace of the face goes, and that there was one is known', async () => {
    const at = await start()
    const { tenantId, subjectId, run } = at
    const enrol = async (sid: string, of = subjectId): Promise<void> => {
      await steppedSession(bench, tenantId, of, sid)
      await run(async (scope) => {
        await api.addReference(scope, of, { ...reference, referenceId: sid })
        for (const kind of ['replay', 'sealed'] as const)
          await api.keepEvidence(scope, of, { sid, class: kind, ciphertext: bytes, keyId: 'k', keepMs: 365 * DAY })
        await api.settleSession(scope, {
          ...{ sid, thumbprint: 'key', payloadSha256: 'p', outcome: 'review', assurance: 'a', counts: 'success', findings: '{"score":1}' },
          conclude: () => Promise.resolve({ answer: '{}', decision: 'jws' }),
        })
      })
    }
    await enrol('sid-old')
    const regency = await bench.tenant()
    const pair = [
      { agencyId: tenantId, subjectId },
      { agencyId: 'zz', subjectId: 'zz' },
    ] as const
    await bench.storage.transact(regency, (scope) => api.flagDuplicate(scope, pair, 0.9))
    const others = [await bench.subject(tenantId), await bench.subject(tenantId)] as const
    await enrol('sid-held', others[0])
    const [held] = await run((scope) => api.listEvidence(scope, others[0], 'sealed'))
    await run((scope) => api.holdEvidence(scope, held!.evidenceId, 'appeal'))
    bench.clock.now += 10 * DAY
    await enrol('sid-young', others[1])
    bench.clock.now += 20 * DAY - 60_000
    const sweep = () => run((scope) => api.sweepAll(scope, { findingsDays: 3_650 }))
    expect(await sweep()).toMatchObject({ lapsed: 0 })
    expect(await run((scope) => api.hasLapsed(scope, 'sid-old'))).toBe(false)
    bench.clock.now += 120_000
    // Of two instances that sweep at once one does it.
    const swept = await Promise.all(bench.instances.map((one) => one.transact(tenantId, (scope) => api.sweepAll(scope, { findingsDays: 3_650 }))))
    expect(swept.map(({ lapsed }) => lapsed).sort()).toEqual([0, 0, 1])
    const told = (await run((scope) => api.exportSubject(scope, subjectId, 'officer')))!
    expect(told).toMatchObject({ references: [], evidence: [], steps: [], decisions: [{ sid: 'sid-old', findings: null }] })
    expect(told.audit).toContainEqual(expect.objectContaining({ actor: 'system', action: 'enrolment-lapsed', details: '{"enrolmentId":"sid-old"}' }))
    expect(await bench.storage.snapshot(regency, (scope) => api.listDuplicates(scope, { limit: 9 }))).toEqual([])
    expect(await run((scope) => api.pendingReferences(scope, { limit: 9 }))).toMatchObject([
      { referenceId: 'sid-held' },
      { referenceId: 'sid-young' },
    ])
    for (const [sid, lapsed] of Object.entries({ 'sid-old': true, 'sid-held': false, 'sid-young': false, nobody: false }))
      expect(await run((scope) => api.hasLapsed(scope, sid)), sid).toBe(lapsed)
    const list = (since: Date, after?: string) =>
      run((scope) => api.lapsedEnrolments(scope, { since, limit: 9, ...(after === undefined ? {} : { after }) }))
    const now = new Date(bench.clock.now)
    expect(await list(now)).toEqual([{ enrolmentId: 'sid-old', subjectId, lapsedAt: now }])
    expect([await list(now, 'sid-old'), await list(new Date(now.getTime() + 1))]).toEqual([[], []])
    // The way back is open.
    expect(await run((scope) => api.addReference(scope, subjectId, reference))).toBeDefined()
  })

  it('keeps the pairs of a face that is still enrolled when another enrolment of it lapses', async () => {
    const at = await start()
    await populate(at, 'sid-two')
    const regency = await bench.tenant()
    const pair = [
      { agencyId: at.tenantId, subjectId: at.subjectId },
      { agencyId: 'zz', subjectId: 'zz' },
    ] as const
    await bench.storage.transact(regency, (scope) => api.flagDuplicate(scope, pair, 0.9))
    bench.clock.now += 31 * DAY
    expect(await at.run((scope) => api.sweepAll(scope))).toMatchObject({ lapsed: 1 })
    expect(await bench.storage.snapshot(regency, (scope) => api.listDuplicates(scope, { limit: 9 }))).toHaveLength(1)
    expect(await at.run((scope) => api.activeReference(scope, at.subjectId))).toBeDefined()
  })

  it('tells a subject all that is held of it, in JSON, but no template, and notes who asked', async () => {
    const at = await start()
    const { subjectId, run } = at
    await populate(at, 'sid-e')
    const told = (await run((scope) => api.exportSubject(scope, subjectId, 'officer')))!
    const json = JSON.parse(JSON.stringify(told)) as Record<string, unknown[]>
    const counts = {
      consents: 1,
      references: 2,
      devices: 1,
      sessions: 1,
      steps: 1,
      decisions: 1,
      records: 1,
      attestations: 0,
      evidence: 2,
      tombstones: 0,
    }
    for (const [part, count] of Object.entries(counts)) expect(json[part], part).toHaveLength(count)
    expect(told.audit.map(({ action, actor }) => [action, actor])).toEqual([['subject-exported', 'officer']])
    expect(JSON.stringify(told)).not.toMatch(/ciphertext|tokenSha256|nonceSha256/u)
    expect(told.withheld.join()).toMatch(/templates/u)
    expect(await run((scope) => api.exportSubject(scope, 'nobody', 'officer'))).toBeUndefined()
  })

  it('is erased again after a backup was restored', async () => {
    const at = await start()
    const { tenantId, subjectId, run } = at
    await populate(at, 'sid-r')
    const later = await bench.subject(tenantId)
    const earlier = new Date(bench.clock.now + 1_000)
    // The tombstones were written after the backup, so here they come from outside alone.
    bench.clock.now += 2_000
    await run(async (scope) => {
      await api.addReference(scope, subjectId, { ...reference, referenceId: 'after-a-new-consent' })
    })
    const tombstone = (changes: Partial<api.Tombstone>): api.Tombstone => ({
      ...{ tenantId, subjectId, part: 'biometrics', erasedAt: earlier, reason: 'consent withdrawn', erasedBy: 'officer' },
      ...changes,
    })
    const reapply = (...tombstones: api.Tombstone[]) => api.reapplyErasures(bench.storage, tombstones)
    expect(await reapply(tombstone({}), tombstone({ subjectId: 'made-after-the-backup', part: 'subject' }))).toEqual({ done: 1, absent: 1, held: [] })
    expect((await run((scope) => api.listReferences(scope, subjectId))).map(({ referenceId }) => referenceId)).toEqual(['after-a-new-consent'])
    expect(await run((scope) => api.standingConsent(scope, subjectId))).toBeUndefined()
    expect(await run((scope) => api.listTombstones(scope))).toEqual([tombstone({})])
    const whole = [tombstone({ part: 'attendance', subjectId }), tombstone({ part: 'subject', subjectId: later })]
    expect(await reapply(...whole)).toEqual({ done: 2, absent: 0, held: [] })
    expect(await reapply(...whole)).toEqual({ done: 2, absent: 0, held: [] })
    expect(await run((scope) => api.listSubjects(scope, { limit: 9 }))).toEqual([])
    expect((await run((scope) => api.listRecords(scope, { subjectId, limit: 9 }))).map(({ record }) => record.kind)).toEqual(['erasure'])
    expect(await run((scope) => api.listTombstones(scope))).toHaveLength(3)
    expect(await bench.storage.snapshot(tenantId, api.verifyLedger)).toMatchObject({ intact: true, erased: 1 })
  })
})

overEngines('offline packs', (bench: Bench) => {
  const start = async () => {
    const tenantId = await bench.tenant()
    const run = <T>(work: (scope: api.Scope) => Promise<T>): Promise<T> => bench.storage.transact(tenantId, work)
    const subjectId = await bench.subject(tenantId)
    const pack = { subjectId, thumbprint: 'phone', day: '2026-03-02' }
    const issued = await run((scope) => api.issuePack(scope, { ...pack, lifetimeMs: DAY }))
    if (!('nonces' in issued)) throw new Error('refused')
    const spend = (nonce: string, changes: Partial<api.PackPlace> = {}) => run((scope) => api.spendPack(scope, { ...pack, ...changes, nonce }))
    const attempts = async () => (await run((scope) => api.limitState(scope, subjectId))).begins.length
    return { tenantId, run, subjectId, pack, nonces: issued.nonces, spend, attempts }
  }

  it('hold two nonces of a subject, key and day, told once', async () => {
    const { tenantId, run, pack, nonces } = await start()
    expect(new Set(nonces).size).toBe(2)
    const again = await Promise.all(
      [0, 1, 2].map((index) => bench.instances[index]!.transact(tenantId, (scope) => api.issuePack(scope, { ...pack, lifetimeMs: DAY }))),
    )
    expect(again).toEqual([0, 1, 2].map(() => ({ refused: 'issued' })))
    expect(await run((scope) => api.issuePack(scope, { ...pack, day: '2026-03-03', lifetimeMs: DAY }))).toHaveProperty('nonces')
    expect(await run((scope) => api.issuePack(scope, { ...pack, subjectId: 'nobody', lifetimeMs: DAY }))).toEqual({ refused: 'not-found' })
  })

  it('are told again to whoever can make them again', async () => {
    const { run, pack } = await start()
    const again = { ...pack, day: '2026-03-04', lifetimeMs: DAY, values: ['a'.repeat(43), 'b'.repeat(43)] }
    const issuedAt = new Date(bench.clock.now)
    const issued = { nonces: again.values, issuedAt }
    expect(await run((scope) => api.issuePack(scope, again))).toEqual(issued)
    bench.clock.now += 1_000
    expect(await run((scope) => api.issuePack(scope, again))).toEqual(issued)
    expect(await run((scope) => api.issuePack(scope, { ...again, values: [...again.values].reverse() }))).toEqual({ refused: 'issued' })
  })

  it('of an earlier day are of no use once one of a later day was used', async () => {
    const { run, pack, nonces, spend } = await start()
    const later = await run((scope) => api.issuePack(scope, { ...pack, day: '2026-03-03', lifetimeMs: DAY }))
    if (!('nonces' in later)) throw new Error('refused')
    expect(await spend(nonces[0]!)).toMatchObject({ ordinal: 1 })
    expect(await spend(later.nonces[0]!, { day: '2026-03-03' })).toMatchObject({ ordinal: 1 })
    expect(await spend(nonces[1]!)).toEqual({ refused: 'overtaken' })
  })

  it('are used in order, each an attempt', async () => {
    const { nonces, spend, attempts } = await start()
    const issuedAt = new Date(bench.clock.now)
    expect(await spend(nonces[0]!)).toMatchObject({ ordinal: 1, issuedAt, skipped: 0 })
    expect(await spend(nonces[0]!)).toEqual({ refused: 'used' })
    expect(await spend(nonces[1]!)).toMatchObject({ ordinal: 2, issuedAt, skipped: 0 })
    expect(await attempts()).toBe(2)
  })

  it('count a gap as an attempt, and never go back to it', async () => {
    const { nonces, spend, attempts } = await start()
    expect(await spend(nonces[1]!)).toMatchObject({ ordinal: 2, skipped: 1 })
    expect(await spend(nonces[0]!)).toEqual({ refused: 'used' })
    expect(await attempts()).toBe(2)
  })

  it('are of no use to another subject, key or day, nor too late', async () => {
    const { tenantId, nonces, spend } = await start()
    const other = await bench.subject(tenantId)
    for (const changes of [{ subjectId: other }, { thumbprint: 'other' }, { day: '2026-03-03' }]) {
      expect(await spend(nonces[0]!, changes)).toEqual({ refused: 'unknown' })
    }
    expect(await spend('made up')).toEqual({ refused: 'unknown' })
    bench.clock.now += DAY
    expect(await spend(nonces[0]!)).toEqual({ refused: 'expired' })
  })

  it('go to one of many who spend at once', async () => {
    const { tenantId, pack, nonces } = await start()
    const spent = await Promise.all(
      Array.from({ length: 9 }, (_, index) =>
        bench.instances[index % 3]!.transact(tenantId, (scope) => api.spendPack(scope, { ...pack, nonce: nonces[index % 2]! })),
      ),
    )
    const good = spent.filter((one) => 'ordinal' in one)
    expect(good.length).toBeGreaterThanOrEqual(1)
    expect(good.length).toBeLessThanOrEqual(2)
    expect(good.reduce((sum, one) => sum + ('skipped' in one ? one.skipped + 1 : 0), 0)).toBe(2)
  })
})
