import { expect, it } from 'vitest'
import * as api from '../../src/storage/index.js'
import { overEngines, START, type Bench } from './suite.js'

const DAY = 86_400_000

overEngines('officers', (bench: Bench) => {
  const start = async () => {
    const tenantId = await bench.tenant()
    const run = <T>(work: (scope: api.Scope) => Promise<T>): Promise<T> => bench.storage.transact(tenantId, work)
    const subjectId = await bench.subject(tenantId)
    const attest = (changes: Partial<api.NewAttestation> = {}) =>
      run((scope) =>
        api.attestAttendance(scope, {
          ...{ subjectId, direction: 'arrival', occurredAt: scope.now.toISOString(), reason: 'the camera is broken', officer: 'siti' },
          ...changes,
        }),
      )
    return { tenantId, subjectId, run, attest }
  }

  it('attest with their names in the ledger, never for themselves, and with a reason', async () => {
    const { tenantId, subjectId, run, attest } = await start()
    const made = await attest({ second: 'budi', occurredAt: new Date(bench.clock.now - 1_000).toISOString() })
    if (!('head' in made)) throw new Error('refused')
    expect((await run((scope) => api.findRecord(scope, made.head.seq)))?.record).toEqual({
      ...{ kind: 'attendance', subjectId, direction: 'arrival', assurance: 'officer-attested', sid: made.attestationId },
      occurredAt: new Date(bench.clock.now - 1_000).toISOString(),
      attestedAt: new Date(bench.clock.now).toISOString(),
      ...{ authors: ['siti', 'budi'], reason: 'the camera is broken' },
    })
    const acts = await run((scope) => api.listActs(scope, { from: new Date(0), until: new Date(bench.clock.now + 1), subjectId, limit: 9 }))
    expect(acts.map(({ actor }) => actor).sort()).toEqual(['budi', 'siti'])
    const refused: [changes: Partial<api.NewAttestation>, refusal: string][] = [
      [{ officer: subjectId }, 'authors'],
      [{ second: subjectId }, 'authors'],
      [{ second: 'siti' }, 'authors'],
      [{ officer: ' ' }, 'authors'],
      [{ actors: [subjectId] }, 'authors'],
      [{ reason: ' ' }, 'reason'],
      [{ occurredAt: new Date(bench.clock.now + 1).toISOString() }, 'time'],
      [{ occurredAt: 'yesterday' }, 'time'],
      [{ subjectId: 'nobody' }, 'not-found'],
    ]
    for (const [changes, refusal] of refused) expect(await attest(changes), refusal).toEqual({ refused: refusal })
    expect(await bench.storage.snapshot(tenantId, api.verifyLedger)).toMatchObject({ intact: true, head: { seq: 1 } })
    expect(await run((scope) => api.listAttestations(scope, { from: new Date(0), limit: 9 }))).toMatchObject([
      { officer: 'siti', second: 'budi', ledgerSeq: 1 },
    ])
  })

  it('need a second beyond three of one subject in a month of the tenant’s', async () => {
    const { attest } = await start()
    const before = bench.clock.now
    // 23:30 on the last of March in Jakarta, so that a month of UTC would go on.
    bench.clock.now = Date.parse('2026-03-31T16:30:00Z')
    for (const officer of ['siti', 'budi', 'wati']) expect(await attest({ officer })).toHaveProperty('head')
    expect(await attest({ officer: 'agus' })).toEqual({ refused: 'second-subject' })
    expect(await attest({ officer: 'agus', second: 'siti' })).toHaveProperty('head')
    bench.clock.now = Date.parse('2026-03-31T17:00:00Z')
    expect(await attest({ officer: 'agus' })).toHaveProperty('head')
    bench.clock.now = before + DAY
  })

  it('need a second where their word alone is more than a twentieth of what they do', async () => {
    const { tenantId, run, attest } = await start()
    const subjects = await Promise.all(Array.from({ length: 6 }, () => bench.subject(tenantId)))
    for (const subjectId of subjects.slice(0, 3)) expect(await attest({ subjectId })).toHaveProperty('head')
    const fourth = { subjectId: subjects[3]! }
    expect(await attest(fourth)).toEqual({ refused: 'second-share' })
    // Nothing but what is known as an officer’s work makes it a smaller part: not looking at things, not lodging appeals.
    await run(async (scope) => {
      for (const action of ['findings-seen', 'evidence-opened', 'appeal-lodged', 'subject-exported', 'limits-cleared', 'unheard-of']) {
        for (let count = 0; count < 80; count += 1) await api.noteAct(scope, { actor: 'siti', action })
      }
    })
    expect(await attest(fourth)).toEqual({ refused: 'second-share' })
    await run(async (scope) => {
      for (let count = 0; count < 76; count += 1) await api.noteAct(scope, { actor: 'siti', action: 'enrolment-approved' })
    })
    // Three attestations and 76 approvals; with this one the fourth of 80.
    expect(await attest(fourth)).toHaveProperty('head')
    expect(await attest({ subjectId: subjects[4]! })).toEqual({ refused: 'second-share' })
    expect(await attest({ subjectId: subjects[4]!, second: 'budi' })).toHaveProperty('head')
  })

  it('are counted right when they act at once, over all instances', async () => {
    const { tenantId, subjectId } = await start()
    const results = await Promise.all(
      Array.from({ length: 9 }, (_, index) =>
        bench.instances[index % 3]!.transact(tenantId, (scope) =>
          api.attestAttendance(scope, {
            ...{ subjectId, direction: 'arrival', occurredAt: new Date(START).toISOString(), reason: 'r', officer: `officer-${index % 2}` },
          }),
        ),
      ),
    )
    expect(results.filter((result) => 'head' in result)).toHaveLength(3)
  })

  it('of the regency review pairs that agencies are not told of', async () => {
    const [agency, other, regency] = [await bench.tenant(), await bench.tenant(), await bench.tenant()]
    const [mine, theirs] = [
      { agencyId: agency, subjectId: await bench.subject(agency) },
      { agencyId: other, subjectId: await bench.subject(other) },
    ]
    const run = <T>(work: (scope: api.Scope) => Promise<T>): Promise<T> => bench.storage.transact(regency, work)
    const flagged = await run((scope) => api.flagDuplicate(scope, [mine, theirs], 0.75))
    expect(await run((scope) => api.flagDuplicate(scope, [theirs, mine], 0.5))).toEqual(flagged)
    await expect(run((scope) => api.flagDuplicate(scope, [mine, mine], 1))).rejects.toThrow(TypeError)
    expect(flagged).toMatchObject({ state: 'open', score: 0.75 })
    expect([await run((scope) => api.awaitsReview(scope, mine)), await run((scope) => api.awaitsReview(scope, theirs))]).toEqual([true, true])
    expect(await bench.storage.transact(agency, (scope) => api.listDuplicates(scope, { limit: 9 }))).toEqual([])
    const settle = () => run((scope) => api.settleDuplicate(scope, flagged.duplicateId, 'different', 'officer'))
    expect(await settle()).toMatchObject({ state: 'different', settledBy: 'officer' })
    expect(await settle()).toBeUndefined()
    expect(await run((scope) => api.flagDuplicate(scope, [mine, theirs], 0.9))).toMatchObject({ state: 'different' })
    expect(await run((scope) => api.awaitsReview(scope, mine))).toBe(false)
    expect(await run((scope) => api.listDuplicates(scope, { state: 'open', limit: 9 }))).toEqual([])
    // What was found of a face goes with the face.
    await bench.storage.transact(other, (scope) => api.withdrawBiometrics(scope, theirs.subjectId, { reason: 'r', erasedBy: 'o' }))
    expect(await run((scope) => api.listDuplicates(scope, { limit: 9 }))).toEqual([])
  })
})
