import { expect, it } from 'vitest'
import * as api from '../../src/storage/index.js'
import { overEngines, START, steppedSession, type Bench } from './suite.js'

const DAY = 86_400_000

overEngines('reviews', (bench: Bench) => {
  let sids = 0
  const start = async () => {
    const tenantId = await bench.tenant()
    const subjectId = await bench.subject(tenantId)
    const run = <T>(work: (scope: api.Scope) => Promise<T>): Promise<T> => bench.storage.transact(tenantId, work)
    /** A check-in that waits, made at `at`. */
    const review = async (change: { flags?: readonly string[]; thumbprint?: string; of?: string; at?: number } = {}): Promise<string> => {
      const { flags = ['deferred'], thumbprint = 'key', of = subjectId, at = START } = change
      const sid = `review-${(sids += 1)}`.padEnd(16, '0')
      await steppedSession(bench, tenantId, of, sid)
      const record: api.AttendanceRecord = {
        ...{ kind: 'attendance', subjectId: of, occurredAt: new Date(at).toISOString(), direction: 'arrival', assurance: 'deferred', sid },
        ...{ notBefore: new Date(at - 3_600_000).toISOString(), place: 'hall', placeBy: 'code' },
      }
      await run((scope) => api.addReview(scope, { record, thumbprint, flags }))
      return sid
    }
    const settle = (sid: string, change: Partial<api.ReviewAnswer> = {}, storage = bench.storage) =>
      storage.transact(tenantId, (scope) =>
        api.settleReview(scope, {
          sid,
          verdict: 'accepted',
          officer: 'siti',
          conclude: (_, head) => Promise.resolve(`jws ${head?.seq ?? 'none'}`),
          ...change,
        }),
      )
    const records = () => run((scope) => api.listRecords(scope, { limit: 99 }))
    return { tenantId, subjectId, run, review, settle, records }
  }

  it('that are accepted are recorded as the check-in was, once, with who accepted, and the ledger holds', async () => {
    const { tenantId, subjectId, review, settle, records } = await start()
    const sid = await review()
    bench.clock.now = START + 86_400_000
    const settled = await settle(sid, { reason: 'seen at work' })
    expect(settled).toMatchObject({ review: { state: 'accepted', settledBy: 'siti', second: null, decision: 'jws 1', ledgerSeq: 1 } })
    expect(await settle(sid)).toEqual(settled)
    expect(await records()).toEqual([
      {
        seq: 1,
        record: {
          ...{ kind: 'attendance', subjectId, occurredAt: new Date(START).toISOString(), direction: 'arrival', assurance: 'deferred', sid },
          ...{ notBefore: new Date(START - 3_600_000).toISOString(), place: 'hall', placeBy: 'code' },
          ...{ authors: ['siti'], reason: 'seen at work', acceptedAt: new Date(START + 86_400_000).toISOString() },
        },
      },
    ])
    expect(await settle(sid, { verdict: 'rejected', reason: 'no' })).toEqual({ refused: 'settled' })
    expect(await settle(sid, { officer: 'budi' })).toEqual({ refused: 'settled' })
    expect(await bench.storage.snapshot(tenantId, (scope) => api.verifyLedger(scope))).toMatchObject({ intact: true, head: { seq: 1 } })
    const acts = await bench.storage.snapshot(tenantId, (scope) =>
      api.listActs(scope, { from: new Date(0), until: new Date(bench.clock.now + 1), subjectId, limit: 9 }),
    )
    expect(acts.map(({ actor, action }) => [actor, action])).toEqual([['siti', 'review-accepted']])
  })

  it('that are rejected leave no record, and need a reason', async () => {
    const { review, settle, records } = await start()
    const sid = await review()
    for (const reason of [undefined, ' ']) {
      const why = reason === undefined ? {} : { reason }
      expect(await settle(sid, { verdict: 'rejected', ...why })).toEqual({ refused: 'reason' })
    }
    const rejected = await settle(sid, { verdict: 'rejected', reason: 'on leave' })
    expect(rejected).toMatchObject({ review: { state: 'rejected', reason: 'on leave', decision: 'jws none', ledgerSeq: null } })
    expect(await settle(sid, { verdict: 'rejected', reason: 'on leave' })).toEqual(rejected)
    expect(await settle(sid)).toEqual({ refused: 'settled' })
    expect(await records()).toEqual([])
  })

  it('are nobody’s own to settle, as far as is known', async () => {
    const { tenantId, subjectId, run, review, settle, records } = await start()
    const sid = await review()
    await run((scope) => api.linkOfficer(scope, { actor: 'wati', personId: null, subjectId, linkedBy: 'operator' }))
    for (const verdict of ['accepted', 'rejected'] as const) {
      for (const officer of [subjectId, 'wati', ' ']) expect(await settle(sid, { verdict, officer, reason: 'r' })).toEqual({ refused: 'authors' })
    }
    for (const second of [subjectId, 'wati', 'siti', ' ']) expect(await settle(sid, { second })).toEqual({ refused: 'authors' })
    expect(await settle('nowhere')).toEqual({ refused: 'not-found' })
    const elsewhere = await bench.tenant()
    const conclude = () => Promise.resolve('')
    const foreign = (scope: api.Scope) => api.settleReview(scope, { sid, verdict: 'accepted', officer: 'siti', conclude })
    expect(await bench.storage.transact(elsewhere, foreign)).toEqual({ refused: 'not-found' })
    expect([await records(), await bench.storage.snapshot(tenantId, api.countWaiting)]).toEqual([[], 1])
  })

  it('count with attestations: beyond three of a subject a month, or a part of an officer’s acts, it takes two', async () => {
    const { tenantId, subjectId, run, review, settle } = await start()
    const attest = (of: string, officer = 'siti') =>
      run((scope) =>
        api.attestAttendance(scope, { subjectId: of, direction: 'departure', occurredAt: new Date(START).toISOString(), reason: 'r', officer }),
      )
    expect(await attest(subjectId)).toHaveProperty('head')
    for (const officer of ['siti', 'budi']) expect(await settle(await review(), { officer })).toHaveProperty('review')
    const fourth = await review()
    expect(await settle(fourth, { officer: 'tono' })).toEqual({ refused: 'second-subject' })
    expect(await attest(subjectId, 'tono')).toEqual({ refused: 'second-subject' })
    expect(await settle(fourth, { officer: 'tono', second: 'budi' })).toHaveProperty('review')
    const other = await bench.subject(tenantId)
    expect(await settle(await review({ of: other }))).toHaveProperty('review')
    // Three alone are free; the fourth is more than a twentieth of what this officer did.
    expect(await settle(await review({ of: other }))).toEqual({ refused: 'second-share' })
    expect(await attest(other)).toEqual({ refused: 'second-share' })
    // A rejection takes one, always.
    expect(await settle(await review({ of: other }), { verdict: 'rejected', reason: 'r' })).toHaveProperty('review')
  })

  it('answered by many at once, over all instances, are settled once', async () => {
    const { tenantId, review, settle, records } = await start()
    const sid = await review()
    const told = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        settle(
          sid,
          index % 3 === 2 ? { officer: 'tono', verdict: 'rejected', reason: 'r' } : { officer: index % 3 === 0 ? 'siti' : 'budi' },
          bench.instances[index % 3],
        ),
      ),
    )
    const [review1] = told.flatMap((one) => ('review' in one ? [one.review] : []))
    expect(told.filter((one) => 'review' in one && one.review.settledBy !== review1!.settledBy)).toEqual([])
    expect(told.filter((one) => 'refused' in one)).toEqual(Array(8).fill({ refused: 'settled' }))
    expect(await records()).toHaveLength(review1!.state === 'accepted' ? 1 : 0)
    expect(await bench.storage.snapshot(tenantId, (scope) => api.verifyLedger(scope))).toMatchObject({ intact: true })
  })

  /** START is 07:30 in Jakarta. */
  const attestation = (subjectId: string, change: Partial<api.NewAttestation> = {}): api.NewAttestation => ({
    ...{ subjectId, direction: 'arrival', occurredAt: new Date(START).toISOString(), reason: 'r', officer: 'budi', ...change },
  })

  it('and attestations of one day and direction exclude each other: nobody arrives twice', async () => {
    const { tenantId, subjectId, run, review, settle, records } = await start()
    bench.clock.now = START + 3 * DAY
    const attest = (change?: Partial<api.NewAttestation>) => run((scope) => api.attestAttendance(scope, attestation(subjectId, change)))
    const [later, first] = [await review({ at: START + 60_000 }), await review()]
    for (const second of [{}, { second: 'siti' }]) expect(await attest(second)).toEqual({ refused: 'review', sid: first })
    // The last instant of the same day in Jakarta, and midnight.
    expect(await attest({ occurredAt: '2026-03-02T16:59:59.999Z' })).toEqual({ refused: 'review', sid: first })
    expect(await records()).toEqual([])
    expect(await attest({ occurredAt: '2026-03-02T17:00:00.000Z' })).toHaveProperty('head')
    expect(await attest({ direction: 'departure' })).toHaveProperty('head')
    expect(await settle(first, { second: 'budi' })).toHaveProperty('review')
    expect(await settle(later, { verdict: 'rejected', reason: 'the same arrival' })).toHaveProperty('review')
    expect(await attest({ second: 'siti' })).toEqual({ refused: 'review', sid: first })
    // Rejected, it bars nothing.
    const other = await bench.subject(tenantId)
    await settle(await review({ of: other }), { verdict: 'rejected', reason: 'r' })
    expect(await run((scope) => api.attestAttendance(scope, attestation(other)))).toHaveProperty('head')
  })

  it('are not accepted where an officer’s word of that day and direction counts', async () => {
    const { subjectId, run, review, settle, records } = await start()
    const attested = await run((scope) => api.attestAttendance(scope, attestation(subjectId)))
    if (!('head' in attested)) throw new Error('refused')
    const late = await review({ at: START + 60_000 })
    for (const second of [{}, { second: 'tono' }]) expect(await settle(late, second)).toEqual({ refused: 'attested' })
    expect(await records()).toHaveLength(1)
    expect(await settle(await review({ at: START + DAY }))).toHaveProperty('review')
    // What two people took back counts no longer.
    await run((scope) => api.correctRecord(scope, { corrects: attested.head.seq, reason: 'r', authors: ['siti', 'budi'], instead: null }))
    expect(await settle(late, { second: 'tono' })).toHaveProperty('review')
  })

  it('accepted and attested at once, over all instances, are one arrival', async () => {
    const { tenantId, run, review, settle } = await start()
    for (let round = 0; round < 6; round += 1) {
      const of = await bench.subject(tenantId)
      const sid = await review({ of })
      const attest = () =>
        bench.instances[round % 3]!.transact(tenantId, (scope) => api.attestAttendance(scope, attestation(of, { officer: `budi-${round}` })))
      const accept = () => settle(sid, { officer: `siti-${round}` }, bench.instances[(round + 1) % 3])
      const told = await Promise.all(round % 2 === 0 ? [accept(), attest()] : [attest(), accept()])
      expect(told.flatMap((one) => ('refused' in one ? [one] : []))).toEqual([{ refused: 'review', sid }])
      expect((await run((scope) => api.listRecords(scope, { subjectId: of, limit: 9 }))).map(({ record }) => record)).toMatchObject([{ sid }])
    }
  })

  it('are listed by the time of their check-ins, page by page', async () => {
    const { tenantId, review, settle } = await start()
    const made: string[] = []
    for (const at of [2, 0, 1, 1]) made.push(await review({ at: START + at * 1_000 }))
    const [last = '', first = '', ...middle] = made
    const list = (query: Partial<api.ReviewQuery>) =>
      bench.storage.snapshot(tenantId, (scope) => api.listReviews(scope, { settled: false, limit: 10, ...query }))
    const ordered = [first, ...middle.sort(), last]
    expect((await list({})).map(({ sid }) => sid)).toEqual(ordered)
    const page = await list({ limit: 2 })
    expect((await list({ limit: 2, after: page[1]! })).map(({ sid }) => sid)).toEqual(ordered.slice(2))
    const between = await list({ from: new Date(START + 1_000), until: new Date(START + 2_000) })
    expect(between.map(({ sid }) => sid)).toEqual(ordered.slice(1, 3))
    await settle(first)
    expect((await list({ settled: true })).map(({ sid }) => sid)).toEqual([first])
    expect(await bench.storage.snapshot(tenantId, api.countWaiting)).toBe(3)
  })

  it('wait on after a withdrawal, and go with the subject; those that count stay as attendance does', async () => {
    const { tenantId, subjectId, run, review, settle, records } = await start()
    const [accepted, waiting] = [await review(), await review()]
    await settle(accepted)
    await run((scope) => api.withdrawBiometrics(scope, subjectId, { reason: 'withdrawn', erasedBy: 'agency' }))
    expect(await bench.storage.snapshot(tenantId, api.countWaiting)).toBe(1)
    const third = await review({ flags: ['device-provisional'] })
    expect(await settle(third)).toHaveProperty('review')
    await run((scope) => api.eraseSubject(scope, subjectId, { reason: 'left', erasedBy: 'agency' }))
    expect(await settle(waiting)).toEqual({ refused: 'not-found' })
    const left = await run((scope) => api.exportSubject(scope, subjectId, 'agency'))
    expect(left!.reviews.map(({ sid, state }) => [sid, state])).toEqual([accepted, third].sort().map((sid) => [sid, 'accepted']))
    expect(await records()).toHaveLength(2)
    await run((scope) => api.eraseSubject(scope, subjectId, { reason: 'left', erasedBy: 'agency', attendance: true }))
    expect((await run((scope) => api.exportSubject(scope, subjectId, 'agency')))!.reviews).toEqual([])
    expect(await bench.storage.snapshot(tenantId, (scope) => api.verifyLedger(scope))).toMatchObject({ intact: true })
  })

  it('of a device are those of its subject', async () => {
    const { tenantId, subjectId, review } = await start()
    const own = [await review({ flags: ['device-provisional'] }), await review({ flags: ['device-provisional', 'deferred'] })]
    await review({ flags: ['device-provisional'], thumbprint: 'other' })
    await review({ flags: ['device-provisional'], of: await bench.subject(tenantId) })
    const found = await bench.storage.snapshot(tenantId, (scope) => api.waitingOnDevice(scope, 'key', subjectId))
    expect(found.map(({ sid }) => sid).sort()).toEqual(own.sort())
  })
})
