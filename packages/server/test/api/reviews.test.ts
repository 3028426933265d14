import { publicJwks, verifyDecision, type DecisionClaims } from '@lintas/core/receipt'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createMetrics } from '../../src/api/metrics.js'
import type { CheckInPolicy } from '../../src/sessions/index.js'
import * as store from '../../src/storage/index.js'
import { otherBuild } from '../../src/verification/disagreement.js'
import { OfflineAttempt } from '../offline/offline-attempt.js'
import {
  ACTOR,
  ADMITTED,
  Attempt,
  ISSUER,
  makeDevice,
  makeSubject,
  PASSKEYS,
  refusal,
  REFUSED,
  START,
  startBench,
  type Bench,
  type Tenant,
} from './bench.js'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const OTHER_BUILD = otherBuild('0.1.0')
const POLICY: Partial<CheckInPolicy> = { provisional: 'review' }
let bench: Bench
let tenant: Tenant
let tenants = 0
let subjectId: string
beforeAll(async () => {
  bench = await startBench(POLICY)
}, 60_000)
afterAll(() => bench.close())
beforeEach(async () => {
  tenants += 1
  tenant = await bench.tenant(`opd-${tenants}`)
  bench.verdict = ADMITTED
  // 07:30 in the tenant's zone, days apart.
  bench.clock.now = START + tenants * 30 * DAY_MS
  subjectId = await makeSubject(bench, tenant)
})

type Device = Awaited<ReturnType<typeof makeDevice>>
/** A check-in of the subject on a device that nobody has bound. */
const checkIn = async (device?: Device, of = subjectId) => {
  const one = await new Attempt(bench, tenant, device ?? (await makeDevice())).run(of)
  const body = await one.bundle()
  const told = await one.submit(body)
  return { one, body, told, sid: one.sid }
}
const settle = async (sid: string, what: 'accept' | 'reject', actor = 'siti', json?: object, second?: string) =>
  await bench.ask('POST', `/v1/reviews/${sid}/${what}`, {
    key: await bench.keyOf(tenant, actor),
    ...(json === undefined && what === 'accept' ? {} : { json: json ?? { reason: 'on leave' } }),
    ...(second === undefined ? {} : { headers: { 'x-lintas-second': await bench.keyOf(tenant, second) } }),
  })
const list = async (query: string, key = tenant.keys.officer) => await bench.ask('GET', `/v1/reviews?${query}`, { key })
const waiting = async (): Promise<readonly { sid: string }[]> => (await list('state=waiting')).body['reviews'] as { sid: string }[]
const records = () => bench.storage.snapshot(tenant.id, (scope) => store.listRecords(scope, { limit: 100 }))
const decided = async (sid: string): Promise<DecisionClaims> => {
  const { body } = await bench.ask('GET', `/v1/sessions/${sid}/decision`, { key: tenant.keys.agency })
  const trust = { jwks: publicJwks([bench.serverKey]), issuer: ISSUER, audience: tenant.id }
  return (await verifyDecision(String(body['decision']), { ...trust, sid, sub: subjectId, purpose: 'check-in' })).claims
}
const intact = async () => expect(await bench.storage.snapshot(tenant.id, (scope) => store.verifyLedger(scope))).toMatchObject({ intact: true })

describe('a review', () => {
  it('waits with all that its record needs, and is listed: to the agency without what was found', async () => {
    const at = bench.clock.now
    const { told, sid, one } = await checkIn()
    expect([told.status, told.body]).toEqual([200, { outcome: 'review', next: 'wait' }])
    expect(await records()).toEqual([])
    const row = {
      sid,
      subjectId,
      state: 'waiting',
      at: expect.stringMatching(/T07:30:03\+07:00$/) as string,
      direction: 'arrival',
      assurance: 'server-verified',
    }
    const full = { ...row, flags: ['device-provisional'], thumbprint: one.device.thumbprint }
    expect((await list('state=waiting')).body).toEqual({ timeZone: 'Asia/Jakarta', reviews: [full] })
    expect((await list('state=waiting', tenant.keys.agency)).body).toEqual({ timeZone: 'Asia/Jakarta', reviews: [row] })
    expect((await list('state=settled')).body).toEqual({ timeZone: 'Asia/Jakarta', reviews: [] })
    const claims = await decided(sid)
    expect(claims).toMatchObject({ outcome: 'review', assurance: 'server-verified', at: at / 1_000 + 3 })
    expect(claims).not.toHaveProperty('settled')
    for (const role of ['regency', 'operator'] as const) expect(refusal(await list('state=waiting', tenant.keys[role]))).toEqual([403, 'forbidden'])
    for (const query of ['', 'state=all', 'state=waiting&from=2026-02-30', 'state=waiting&to=x', 'state=waiting&limit=0'])
      expect(refusal(await list(query)), query).toEqual([400, 'invalid'])
    for (const cursor of ['x', Buffer.from('[1,"a\\u0000"]').toString('base64url'), Buffer.from('[1e300,"a"]').toString('base64url')])
      expect(refusal(await list(`state=waiting&cursor=${cursor}`))).toEqual([400, 'cursor'])
  })

  it('does not wait for another build: that stands with the findings alone', async () => {
    bench.verdict = { ...ADMITTED, disagreement: [OTHER_BUILD] }
    const { sid } = await checkIn()
    expect((await list('state=waiting')).body).toMatchObject({ reviews: [{ sid, flags: ['device-provisional'] }] })
    const found = await bench.ask('GET', `/v1/sessions/${sid}/findings`, { key: tenant.keys.officer })
    expect(found.body).toMatchObject({ findings: { flags: ['device-provisional', `disagreement:${OTHER_BUILD}`] } })
    bench.verdict = { ...ADMITTED, disagreement: [OTHER_BUILD, 'quality: good there, not here'] }
    const both = await checkIn()
    expect((await list('state=waiting')).body['reviews']).toContainEqual(
      expect.objectContaining({ sid: both.sid, flags: ['device-provisional', 'disagreement'] }),
    )
  })

  it('and an attestation of one day and direction exclude each other', async () => {
    const attest = async (change: object = {}) => {
      const json = { subjectId, direction: 'arrival', occurredAt: new Date(bench.clock.now).toISOString(), reason: 'r', ...change }
      return await bench.ask('POST', '/v1/attendance/attestations', { key: await bench.keyOf(tenant, 'budi'), json })
    }
    const { sid } = await checkIn()
    const told = await attest()
    expect(refusal(told)).toEqual([409, 'attestation-review'])
    expect(told.body['detail']).toContain(sid)
    expect(await records()).toEqual([])
    expect((await attest({ direction: 'departure' })).status).toBe(201)
    // Who came before the officer's word was there is a departure, which the officer's word is already.
    const evening = await checkIn()
    expect(refusal(await settle(evening.sid, 'accept'))).toEqual([409, 'review-attested'])
    expect((await settle(sid, 'accept')).status).toBe(200)
    expect((await settle(evening.sid, 'reject')).status).toBe(200)
    expect(await records()).toHaveLength(2)
  })

  it('names what browser and server did not agree on as such: the words of it stand with the findings', async () => {
    bench.verdict = { ...ADMITTED, disagreement: ['quality: good there, not here'] }
    const { sid } = await checkIn()
    const { body, text } = await list('state=waiting')
    expect(body).toMatchObject({ reviews: [{ sid, flags: ['device-provisional', 'disagreement'] }] })
    expect(text).not.toContain('quality')
    const found = await bench.ask('GET', `/v1/sessions/${sid}/findings`, { key: tenant.keys.officer })
    expect(found.body).toMatchObject({ findings: { flags: ['device-provisional', 'disagreement:quality: good there, not here'] } })
  })

  it('that is accepted is recorded once, at the time of the check-in, and the agency and the subject are told', async () => {
    const at = bench.clock.now
    const { one, body, told, sid } = await checkIn()
    bench.clock.now += 5 * HOUR_MS
    const accepted = await settle(sid, 'accept', 'siti', { reason: 'her new phone' })
    expect([accepted.status, accepted.body]).toEqual([200, { state: 'accepted', seq: 1 }])
    expect((await settle(sid, 'accept', 'siti')).text).toBe(accepted.text)
    for (const [what, actor] of [
      ['reject', 'siti'],
      ['accept', 'budi'],
      ['reject', 'budi'],
    ] as const)
      expect(refusal(await settle(sid, what, actor))).toEqual([409, 'review-settled'])
    const [{ record } = { record: undefined }, ...more] = await records()
    expect(more).toEqual([])
    const occurredAt = new Date(at + 3_000).toISOString()
    const acceptedAt = new Date(bench.clock.now).toISOString()
    expect(record).toEqual({
      ...{ kind: 'attendance', subjectId, occurredAt, direction: 'arrival', assurance: 'server-verified', sid },
      ...{ authors: ['siti'], reason: 'her new phone', acceptedAt },
    })
    const head = await bench.storage.snapshot(tenant.id, (scope) => store.ledgerHead(scope))
    expect(await decided(sid)).toMatchObject({
      ...{ outcome: 'admitted', settled: 'officer', assurance: 'server-verified', at: at / 1_000 + 3, iat: bench.clock.now / 1_000, seq: 1 },
      head: Buffer.from(head!.rowSha256, 'hex').toString('base64url'),
    })
    // Who sends the same again gets what the browser was told then.
    expect((await one.submit(body)).text).toBe(told.text)
    const day = occurredAt.slice(0, 10)
    const days = await bench.ask('GET', `/v1/attendance?from=${day}&to=${day}`, { key: tenant.keys.agency })
    expect(days.body).toMatchObject({ days: [{ subjectId, records: 1, arrival: { assurance: 'server-verified', corrected: false, seq: 1 } }] })
    const acts = await bench.ask('GET', `/v1/subjects/${subjectId}/officer-acts`, { key: tenant.keys.agency })
    const act = { kind: 'acceptance', seq: 1, at: acceptedAt, officers: ['siti'], reason: 'her new phone', occurredAt, direction: 'arrival' }
    expect(acts.body).toEqual({ acts: [{ ...act, assurance: 'server-verified' }] })
    expect((await list('state=settled', tenant.keys.agency)).body).toMatchObject({
      reviews: [{ sid, state: 'accepted', officers: ['siti'], reason: 'her new phone', seq: 1 }],
    })
    expect(await waiting()).toEqual([])
    await intact()
  })

  it('that is rejected leaves no record, and the agency learns of it', async () => {
    const { sid } = await checkIn()
    expect(refusal(await settle(sid, 'reject', 'siti', {}))).toEqual([400, 'invalid'])
    expect(refusal(await settle(sid, 'reject', 'siti', { reason: ' ' }))).toEqual([422, 'review-reason'])
    expect((await settle(sid, 'reject')).body).toEqual({ state: 'rejected' })
    expect((await settle(sid, 'reject')).body).toEqual({ state: 'rejected' })
    expect(refusal(await settle(sid, 'accept'))).toEqual([409, 'review-settled'])
    expect(await records()).toEqual([])
    expect(await decided(sid)).toMatchObject({ outcome: 'refused', settled: 'officer', seq: 0 })
    expect((await list('state=settled')).body).toMatchObject({ reviews: [{ sid, state: 'rejected', officers: ['siti'], reason: 'on leave' }] })
  })

  it('is settled by officers, of the agency, and never by who checked in', async () => {
    const { sid } = await checkIn()
    for (const role of ['agency', 'regency', 'operator'] as const) {
      for (const what of ['accept', 'reject'])
        expect(refusal(await bench.ask('POST', `/v1/reviews/${sid}/${what}`, { key: tenant.keys[role], json: { reason: 'r' } }))).toEqual([
          403,
          'forbidden',
        ])
    }
    const other = await bench.tenant(`other-${tenants}`)
    expect(refusal(await bench.ask('POST', `/v1/reviews/${sid}/accept`, { key: other.keys.officer, json: {} }))).toEqual([404, 'not-found'])
    await bench.storage.transact(tenant.id, (scope) => store.linkOfficer(scope, { actor: 'wati', personId: null, subjectId, linkedBy: 'o' }))
    for (const what of ['accept', 'reject'] as const) {
      for (const actor of [subjectId, 'wati']) expect(refusal(await settle(sid, what, actor))).toEqual([403, 'review-authors'])
    }
    expect(refusal(await settle(sid, 'accept', 'siti', undefined, 'wati'))).toEqual([403, 'review-authors'])
    expect(refusal(await settle('n'.repeat(22), 'accept'))).toEqual([404, 'not-found'])
    // Nor is what was refused.
    bench.verdict = REFUSED
    expect(refusal(await settle((await checkIn()).sid, 'accept'))).toEqual([404, 'not-found'])
    expect([await records(), (await waiting()).length]).toEqual([[], 1])
  })

  it('answered by two officers at once is settled once', async () => {
    const { sid } = await checkIn()
    const told = await Promise.all(Array.from({ length: 8 }, (_, index) => settle(sid, 'accept', index % 2 === 0 ? 'siti' : 'budi')))
    expect(told.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 409, 409, 409, 409])
    expect(await records()).toHaveLength(1)
    await intact()
  })

  it('takes a second officer where an attestation would', async () => {
    const device = await makeDevice()
    const sids: string[] = []
    for (let count = 0; count < 3; count += 1) sids.push((await checkIn(device)).sid)
    sids.push((await checkIn(await makeDevice())).sid)
    for (const [index, sid] of sids.slice(0, 3).entries()) expect((await settle(sid, 'accept', `officer-${index}`)).status).toBe(200)
    const fourth = sids[3]!
    expect(refusal(await settle(fourth, 'accept', 'siti'))).toEqual([409, 'review-second-subject'])
    expect((await settle(fourth, 'accept', 'siti', undefined, 'budi')).status).toBe(200)
    expect((await records()).at(-1)!.record).toMatchObject({ authors: ['siti', 'budi'] })
    const month = new Date(bench.clock.now).toISOString().slice(0, 7)
    const { body } = await bench.ask('GET', `/v1/reports/officers?month=${month}`, { key: tenant.keys.agency })
    expect(body).toMatchObject({
      reports: [{ reviewsWaiting: 0, pairs: [{ officers: ['budi', 'siti'], acceptances: 1 }] }],
    })
    const [{ officers }] = body['reports'] as [{ officers: readonly { officer: string }[] }]
    expect(officers.find(({ officer }) => officer === 'siti')).toMatchObject({ acts: 1, acceptedWithSecond: 1, acceptedAlone: 0, reviewsRejected: 0 })
    expect(officers.find(({ officer }) => officer === 'officer-0')).toMatchObject({ acceptedAlone: 1 })
  })

  it('of a morning makes the evening a departure, whatever becomes of it', async () => {
    const device = await makeDevice()
    const morning = await checkIn(device)
    bench.clock.now += 9 * HOUR_MS
    const evening = await checkIn(device)
    expect((await settle(evening.sid, 'accept')).status).toBe(200)
    const day = new Date(bench.clock.now).toISOString().slice(0, 10)
    const days = async () => (await bench.ask('GET', `/v1/attendance?from=${day}&to=${day}`, { key: tenant.keys.agency })).body['days']
    const [before] = (await days()) as [object]
    expect(before).toMatchObject({ records: 1, departure: { seq: 1 } })
    expect(before).not.toHaveProperty('arrival')
    expect((await settle(morning.sid, 'accept')).status).toBe(200)
    expect(await days()).toMatchObject([{ records: 2, arrival: { seq: 2 }, departure: { seq: 1 } }])
  })

  it('is listed page by page, and by days of the tenant’s zone', async () => {
    const made: string[] = []
    for (let count = 0; count < 3; count += 1) {
      // On each day at 23:30 in Jakarta, which is 16:30 UTC.
      bench.clock.now = Date.parse(`${new Date(START + tenants * 30 * DAY_MS).toISOString().slice(0, 10)}T16:30:00Z`) + count * DAY_MS
      made.push((await checkIn(await makeDevice(), await makeSubject(bench, tenant))).sid)
    }
    const seen: string[] = []
    let cursor = ''
    for (let pages = 0; pages < 5; pages += 1) {
      const { body } = await list(`state=waiting&limit=1${cursor}`)
      seen.push(...(body['reviews'] as { sid: string }[]).map(({ sid }) => sid))
      if (body['next'] === undefined) break
      cursor = `&cursor=${body['next'] as string}`
    }
    expect(seen).toEqual(made)
    const day = new Date(bench.clock.now - DAY_MS).toISOString().slice(0, 10)
    expect((await list(`state=waiting&from=${day}&to=${day}`)).body).toMatchObject({ reviews: [{ sid: made[1] }] })
    expect((await list(`state=waiting&from=${day}&to=${day}`)).body['reviews']).toHaveLength(1)
  })

  it('outlives a withdrawn consent, and ends with its subject', async () => {
    const [first, second] = [await checkIn(), await checkIn()]
    expect((await bench.ask('DELETE', `/v1/subjects/${subjectId}/consents`, { key: tenant.keys.agency })).status).toBe(200)
    expect((await settle(first.sid, 'accept')).status).toBe(200)
    const { body } = await bench.ask('GET', `/v1/subjects/${subjectId}`, { key: tenant.keys.agency })
    expect((body['reviews'] as { sid: string; state: string }[]).map(({ state }) => state).sort()).toEqual(['accepted', 'waiting'])
    expect((await bench.ask('DELETE', `/v1/subjects/${subjectId}`, { key: tenant.keys.agency, json: { reason: 'left' } })).status).toBe(200)
    expect(refusal(await settle(second.sid, 'accept'))).toEqual([404, 'not-found'])
    expect(await waiting()).toEqual([])
    expect(await records()).toHaveLength(1)
    await intact()
  })
})

describe('a deferred check-in', () => {
  it('is a review, and accepted it counts with its interval and as deferred', async () => {
    const one = new OfflineAttempt(bench, tenant, await makeDevice(), subjectId)
    const pack = await one.pack()
    const issuedAt = bench.clock.now
    await one.make(pack, pack.nonces[0]!)
    bench.clock.now += 2 * HOUR_MS
    const receivedAt = bench.clock.now
    const told = await one.submit(await one.bundle((await one.defer()).body['open'] as number[][]))
    expect(told.body).toEqual({ outcome: 'review', next: 'wait' })
    const { body } = await list('state=waiting')
    expect(body).toMatchObject({ reviews: [{ sid: one.sid, assurance: 'deferred', flags: ['device-provisional', 'deferred'] }] })
    expect((body['reviews'] as [{ notBefore: string }])[0].notBefore).toMatch(/T07:30:00\+07:00$/)
    bench.clock.now += DAY_MS
    expect((await settle(one.sid, 'accept')).status).toBe(200)
    expect((await records()).map(({ record }) => record)).toMatchObject([
      { assurance: 'deferred', notBefore: new Date(issuedAt).toISOString(), occurredAt: new Date(receivedAt).toISOString(), authors: ['siti'] },
    ])
    const claims = await decided(one.sid)
    expect(claims).toMatchObject({ outcome: 'admitted', settled: 'officer', assurance: 'deferred', interval: [issuedAt / 1_000, receivedAt / 1_000] })
    expect(claims).not.toHaveProperty('at')
    await intact()
  })
})

describe('binding a device', () => {
  const bind = async (device: Device, json?: object, actor = 'siti') =>
    await bench.ask('POST', `/v1/devices/${device.thumbprint}/bind`, {
      key: await bench.keyOf(tenant, actor),
      ...(json === undefined ? {} : { json }),
    })

  it('accepts what waited for nothing else, where it is asked for', async () => {
    const device = await makeDevice()
    bench.verdict = { ...ADMITTED, disagreement: [OTHER_BUILD] }
    const plain = [await checkIn(device), await checkIn(device)]
    bench.verdict = { ...ADMITTED, disagreement: [OTHER_BUILD, 'quality: good there, not here'] }
    const doubtful = await checkIn(device)
    bench.verdict = ADMITTED
    const elsewhere = await checkIn(await makeDevice())
    expect(refusal(await bind(device, { acceptReviews: true }, subjectId))).toEqual([403, 'device-own'])
    expect((await bind(device)).body).toEqual({ thumbprint: device.thumbprint, state: 'bound' })
    expect(await records()).toEqual([])
    const told = await bind(device, { acceptReviews: true })
    expect(told.body).toEqual({ thumbprint: device.thumbprint, state: 'bound', reviews: { accepted: 2, waiting: 1, attested: 0 } })
    expect((await records()).map(({ record }) => 'sid' in record && record.sid).sort()).toEqual(plain.map(({ sid }) => sid).sort())
    expect((await waiting()).map(({ sid }) => sid).sort()).toEqual([doubtful.sid, elsewhere.sid].sort())
    expect((await bind(device, { acceptReviews: true })).body).toMatchObject({ reviews: { accepted: 0, waiting: 1, attested: 0 } })
    // Bound, it is no reason any more.
    expect((await checkIn(device)).told.body).toMatchObject({ outcome: 'admitted' })
  })

  it('leaves, and tells, what an officer attested already', async () => {
    const device = await makeDevice()
    const json = { subjectId, direction: 'departure', occurredAt: new Date(bench.clock.now).toISOString(), reason: 'r' }
    const [morning, evening] = [await checkIn(device), await checkIn(device)]
    expect(refusal(await bench.ask('POST', '/v1/attendance/attestations', { key: await bench.keyOf(tenant, 'budi'), json }))).toEqual([
      409,
      'attestation-review',
    ])
    expect((await settle(evening.sid, 'reject')).status).toBe(200)
    expect((await bench.ask('POST', '/v1/attendance/attestations', { key: await bench.keyOf(tenant, 'budi'), json })).status).toBe(201)
    const again = await checkIn(device)
    expect((await bind(device, { acceptReviews: true })).body).toMatchObject({ reviews: { accepted: 1, waiting: 1, attested: 1 } })
    expect((await waiting()).map(({ sid }) => sid)).toEqual([again.sid])
    expect((await records()).map(({ record }) => 'sid' in record && record.sid)).toContain(morning.sid)
    expect(await records()).toHaveLength(2)
  })

  it('leaves what takes a second officer', async () => {
    const device = await makeDevice()
    for (let count = 0; count < 2; count += 1) await checkIn(device)
    for (let count = 0; count < 2; count += 1) {
      const json = { subjectId, direction: 'arrival', occurredAt: new Date(bench.clock.now - DAY_MS).toISOString(), reason: 'r' }
      expect((await bench.ask('POST', '/v1/attendance/attestations', { key: await bench.keyOf(tenant, 'budi'), json })).status).toBe(201)
    }
    const told = await bind(device, { acceptReviews: true })
    expect(told.body).toEqual({ thumbprint: device.thumbprint, state: 'bound', reviews: { accepted: 1, waiting: 1, attested: 0 } })
    const [left] = await waiting()
    expect((await settle(left!.sid, 'accept', 'siti', undefined, 'budi')).status).toBe(200)
  })
})

describe('whoever runs the server', () => {
  it('is told how many wait', async () => {
    const metrics = async () => (await bench.ask('GET', '/metrics', { key: 'm'.repeat(40) })).text
    const count = async () => Number(/^lintas_reviews_waiting (\d+)$/mu.exec(await metrics())![1])
    const before = await count()
    await checkIn()
    expect(await count()).toBe(before + 1)
    const month = new Date(bench.clock.now).toISOString().slice(0, 7)
    const { body } = await bench.ask('GET', `/v1/reports/officers?month=${month}`, { key: tenant.keys.agency })
    expect(body).toMatchObject({ reports: [{ tenantId: tenant.id, reviewsWaiting: 1, officers: [] }] })
  })

  it('is told that nobody knows where the database does not answer, and everything else all the same', async () => {
    const text = await createMetrics(undefined, undefined, () => Promise.reject(new Error('storage-unavailable'))).text()
    expect(text).toMatch(/^lintas_reviews_waiting Nan$/imu)
    expect(text).toContain('lintas_submissions_total')
  })

  it('may want a passkey of whoever settles', async () => {
    const strict = await startBench(POLICY, { passkeys: { ...PASSKEYS, required: true } })
    try {
      const agency = await strict.tenant('opd-1')
      for (const what of ['accept', 'reject'])
        expect(refusal(await strict.ask('POST', '/v1/reviews/x/' + what, { key: agency.keys.officer, json: { reason: ACTOR } }))).toEqual([
          403,
          'assertion',
        ])
    } finally {
      await strict.close()
    }
  })
})
