import { publicJwks, verifyDecision } from '@lintas/core/receipt'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import * as store from '../../src/storage/index.js'
import { ADMITTED, ISSUER, makeDevice, makeSubject, REFUSED, refusal, START, startBench, type Bench, type Tenant } from '../api/bench.js'
import { OfflineAttempt } from './offline-attempt.js'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
let bench: Bench
let tenant: Tenant
let tenants = 0
let subjectId: string
beforeAll(async () => {
  bench = await startBench({ deferred: 'admit' })
})
afterAll(() => bench.close())
beforeEach(async () => {
  tenants += 1
  tenant = await bench.tenant(`opd-${tenants}`)
  bench.verdict = ADMITTED
  bench.seen.length = 0
  // 07:30 in the tenant's zone, days apart.
  bench.clock.now = START + tenants * 30 * DAY_MS
  subjectId = await makeSubject(bench, tenant)
})

const attempt = async (device?: Awaited<ReturnType<typeof makeDevice>>): Promise<OfflineAttempt> =>
  new OfflineAttempt(bench, tenant, device ?? (await makeDevice()), subjectId)
const records = () => bench.storage.snapshot(tenant.id, (scope) => store.listRecords(scope, { limit: 100 }))
const begins = async (): Promise<number> => (await bench.storage.snapshot(tenant.id, (scope) => store.limitState(scope, subjectId))).begins.length
const openOf = ({ body }: { body: Readonly<Record<string, unknown>> }) => body['open'] as number[][]

describe('a pack', () => {
  it('is the day’s, and told again as it was', async () => {
    const one = await attempt()
    const pack = await one.pack()
    expect(pack).toMatchObject({ schema: 'lintas-pack/1', day: new Date(bench.clock.now + 7 * HOUR_MS).toISOString().slice(0, 10) })
    expect(new Set(pack.nonces).size).toBe(2)
    expect(pack.issuedAt).toBe(new Date(bench.clock.now).toISOString())
    bench.clock.now += HOUR_MS
    expect(await one.pack()).toEqual(pack)
    // Of another device, or of another day, it is another; the key stays.
    const other = await (await attempt()).pack()
    bench.clock.now += DAY_MS
    const tomorrow = await one.pack()
    expect(new Set([...pack.nonces, ...other.nonces, ...tomorrow.nonces]).size).toBe(6)
    expect([other.key, tomorrow.key]).toEqual([pack.key, pack.key])
    // Nobody finds it in the database.
    const kept = await bench.storage.snapshot(tenant.id, ({ transaction }) => transaction.rows('SELECT * FROM nonces'))
    expect(JSON.stringify(kept)).not.toContain(pack.nonces[0])
  })

  it('goes with the day of the tenant’s zone, not with UTC’s', async () => {
    const one = await attempt()
    bench.clock.now += 16 * HOUR_MS
    const { day } = await one.pack()
    bench.clock.now += HOUR_MS
    expect((await one.pack()).day > day).toBe(true)
  })

  it('is only for who may check in', async () => {
    const one = await attempt()
    expect(refusal(await one.askPack({ url: 'https://elsewhere.example/packs' }))).toEqual([422, 'receipt-claims'])
    expect(refusal(await one.askPack({ token: 'something else' }))).toEqual([422, 'receipt-claims'])
    const nobody = new OfflineAttempt(bench, tenant, one.device, 'nobody')
    expect(refusal(await nobody.askPack())).toEqual([404, 'not-found'])
    const unknown = new OfflineAttempt(bench, tenant, one.device, await makeSubject(bench, tenant, false))
    expect(refusal(await unknown.askPack())).toEqual([409, 'not-enrolled'])
    await bench.storage.transact(tenant.id, async (scope) => {
      await store.noteDevice(scope, subjectId, one.device.thumbprint)
      await store.revokeDevice(scope, one.device.thumbprint, 'officer-1')
    })
    expect(refusal(await one.askPack())).toEqual([409, 'device-revoked'])
    const others = new OfflineAttempt(bench, tenant, await makeDevice(), await makeSubject(bench, tenant))
    await bench.storage.transact(tenant.id, (scope) => store.noteDevice(scope, others.subjectId, others.device.thumbprint))
    expect(refusal(await (await attempt(others.device)).askPack())).toEqual([409, 'device-other-subject'])
    await bench.ask('DELETE', `/v1/subjects/${subjectId}/consents`, { key: tenant.keys.agency })
    expect(refusal(await (await attempt()).askPack())).toEqual([409, 'consent-missing'])
  })
})

describe('a check-in without a network', () => {
  it('is verified with the actions that the nonce draws, and recorded with its interval', async () => {
    const one = await attempt()
    const pack = await one.pack()
    const issuedAt = bench.clock.now
    await one.make(pack, pack.nonces[0]!)
    bench.clock.now += 5 * HOUR_MS
    const told = await one.defer()
    expect([told.status, told.body['sid']]).toEqual([200, one.sid])
    const receivedAt = bench.clock.now
    // Whoever takes long between the two messages moves no interval.
    bench.clock.now += HOUR_MS
    const bundle = await one.bundle(openOf(told))
    const answer = await one.submit(bundle)
    expect([answer.status, answer.body]).toEqual([200, { outcome: 'admitted', next: 'done' }])
    const [seen] = bench.seen
    expect(seen).toMatchObject({ sid: one.sid, deferred: true, route: 'standard' })
    expect(seen!.steps.map(({ action }) => action)).toEqual(await one.actions())
    expect(seen!.steps.map(({ openedAt, takenAt }) => [openedAt.getTime(), takenAt.getTime()])).toEqual(
      one.messages.map(() => [issuedAt, receivedAt]),
    )
    expect(seen!.bundle.series.map((bytes) => Buffer.from(bytes).toString())).toEqual(one.series.map((bytes) => Buffer.from(bytes).toString()))
    const [{ record } = { record: undefined }] = await records()
    expect(record).toMatchObject({
      ...{ kind: 'attendance', subjectId, assurance: 'deferred', direction: 'arrival', sid: one.sid },
      ...{ notBefore: new Date(issuedAt).toISOString(), occurredAt: new Date(receivedAt).toISOString() },
    })
    const { claims } = await verifyDecision(String((await one.decision()).body['decision']), {
      ...{ jwks: publicJwks([bench.serverKey]), issuer: ISSUER, audience: tenant.id, sid: one.sid, sub: subjectId, purpose: 'check-in' as const },
    })
    expect(claims).toMatchObject({ outcome: 'admitted', assurance: 'deferred', interval: [issuedAt / 1_000, receivedAt / 1_000] })
    expect(claims).not.toHaveProperty('at')
  })

  it('is for an officer where the policy says nothing, and never recorded twice', async () => {
    const careful = await startBench({}, {})
    try {
      careful.clock.now = bench.clock.now
      const agency = await careful.tenant('opd-1')
      const who = await makeSubject(careful, agency)
      const one = new OfflineAttempt(careful, agency, await makeDevice(), who)
      const pack = await one.pack()
      await one.make(pack, pack.nonces[0]!)
      const bundle = await one.bundle(openOf(await one.defer()))
      const answers = await Promise.all(Array.from({ length: 5 }, () => one.submit(bundle)))
      expect(new Set(answers.map(({ text }) => text))).toEqual(new Set(['{"outcome":"review","next":"wait"}']))
      expect((await careful.ask('GET', `/v1/sessions/${one.sid}/decision`, { key: agency.keys.agency })).status).toBe(200)
    } finally {
      await careful.close()
    }
  })

  it('sent again at every message gets the same answers, and is recorded once', async () => {
    const one = await attempt()
    const pack = await one.pack()
    await one.make(pack, pack.nonces[0]!)
    const told = await Promise.all(Array.from({ length: 5 }, () => one.defer()))
    expect(new Set(told.map(({ text }) => text)).size).toBe(1)
    expect(await begins()).toBe(1)
    const bundle = await one.bundle(openOf(told[0]!))
    const answers = await Promise.all(Array.from({ length: 5 }, () => one.submit(bundle)))
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`))).toEqual(new Set(['200 {"outcome":"admitted","next":"done"}']))
    expect((await one.defer()).text).toBe(told[0]!.text)
    expect(await records()).toHaveLength(1)
  })

  it('is refused as any other, counted, and kept sealed for an appeal', async () => {
    bench.verdict = REFUSED
    const one = await attempt()
    const pack = await one.pack()
    await one.make(pack, pack.nonces[0]!)
    const answer = await one.submit(await one.bundle(openOf(await one.defer())))
    expect(answer.body).toEqual({ outcome: 'refused', hint: 'look-straight', next: 'again' })
    expect(await records()).toEqual([])
    expect(await bench.storage.snapshot(tenant.id, (scope) => store.listEvidence(scope, subjectId, 'sealed'))).toHaveLength(1)
  })

  it('in the dark or with an action that was not done is as long as it must be', async () => {
    const one = await attempt()
    const pack = await one.pack()
    await one.make(pack, pack.nonces[0]!, 3, { dark: true })
    expect(refusal(await one.defer())).toEqual([422, 'deferred-steps'])
    const other = await (await attempt(one.device)).make(pack, pack.nonces[0]!, 4, { dark: true })
    expect((await other.defer()).status).toBe(200)
    const short = await (await attempt(one.device)).make(pack, pack.nonces[1]!, 2)
    expect(refusal(await short.defer())).toEqual([422, 'deferred-steps'])
    const long = await (await attempt(one.device)).make(pack, pack.nonces[1]!, 4)
    expect(refusal(await long.defer())).toEqual([422, 'deferred-steps'])
    expect(await begins()).toBe(1)
  })
})

describe('a nonce', () => {
  it('that was skipped counts as an attempt, and can be used no more', async () => {
    const one = await attempt()
    const pack = await one.pack()
    await one.make(pack, pack.nonces[1]!)
    expect((await one.defer()).status).toBe(200)
    expect(await begins()).toBe(2)
    const late = await (await attempt(one.device)).make(pack, pack.nonces[0]!)
    expect(refusal(await late.defer())).toEqual([409, 'pack-used'])
  })

  it('is good for one check-in: other steps with it are refused', async () => {
    const one = await attempt()
    const pack = await one.pack()
    await one.make(pack, pack.nonces[0]!)
    expect((await one.defer()).status).toBe(200)
    const again = await (await attempt(one.device)).make(pack, pack.nonces[0]!)
    expect(refusal(await again.defer())).toEqual([409, 'pack-used'])
    expect(refusal(await one.defer({ route: 'no-mouth' }))).toEqual([409, 'pack-used'])
  })

  it('of another key, another subject, another tenant, or nobody’s, is none', async () => {
    const one = await attempt()
    const pack = await one.pack()
    const thief = await (await attempt()).make(pack, pack.nonces[0]!)
    expect(refusal(await thief.defer())).toEqual([404, 'pack-unknown'])
    const colleague = new OfflineAttempt(bench, tenant, one.device, await makeSubject(bench, tenant))
    await colleague.make(pack, pack.nonces[0]!)
    expect(refusal(await colleague.defer())).toEqual([404, 'pack-unknown'])
    expect(refusal(await (await attempt(one.device)).make(pack, 'n'.repeat(43)).then((made) => made.defer()))).toEqual([404, 'pack-unknown'])
    await one.make(pack, pack.nonces[0]!)
    const other = await bench.tenant(`other-${tenants}`)
    expect(refusal(await one.defer({}, other))).toEqual([404, 'not-found'])
    // Nor where the relay says that somebody else is logged in.
    expect(refusal(await one.defer({}, tenant, { 'x-lintas-subject': colleague.subjectId }))).toEqual([404, 'not-found'])
    expect((await one.defer()).status).toBe(200)
    // Used, it is still nobody else's.
    expect(refusal(await thief.defer())).toEqual([404, 'pack-unknown'])
  })

  it('arrives up to seven days after its day, and is then for an officer, whatever the device’s clock says', async () => {
    const one = await attempt()
    const pack = await one.pack()
    await one.make(pack, pack.nonces[0]!)
    bench.clock.now += 7 * DAY_MS
    // A clock that was set back to the pack's own morning.
    const answer = await one.submit(await one.bundle(openOf(await one.defer()), { startedAt: pack.issuedAt }))
    expect(answer.body).toEqual({ outcome: 'review', next: 'wait' })
    expect(await records()).toEqual([])
    await one.make(pack, pack.nonces[1]!)
  })

  it('later than that is refused', async () => {
    const one = await attempt()
    const pack = await one.pack()
    await one.make(pack, pack.nonces[0]!)
    bench.clock.now += 8 * DAY_MS
    expect(refusal(await one.defer())).toEqual([410, 'pack-expired'])
  })

  it('of yesterday is refused once one of today was used', async () => {
    const one = await attempt()
    const yesterday = await one.pack()
    bench.clock.now += DAY_MS
    const today = await one.pack()
    await one.make(today, today.nonces[0]!)
    expect((await one.defer()).status).toBe(200)
    const late = await (await attempt(one.device)).make(yesterday, yesterday.nonces[0]!)
    expect(refusal(await late.defer())).toEqual([409, 'pack-overtaken'])
  })

  it('ends with the consent', async () => {
    const one = await attempt()
    const pack = await one.pack()
    await one.make(pack, pack.nonces[0]!)
    await bench.ask('DELETE', `/v1/subjects/${subjectId}/consents`, { key: tenant.keys.agency })
    expect(refusal(await one.defer())).toEqual([404, 'pack-unknown'])
  })
})

describe('sealed evidence', () => {
  it('opens only as what it is, where it belongs', async () => {
    const one = await attempt()
    const pack = await one.pack()
    await one.make(pack, pack.nonces[0]!)
    const open = openOf(await one.defer())
    const bundle = await one.bundle(open)
    expect(refusal(await one.submit(bundle, 'application/vnd.lintas.evidence'))).toEqual([422, 'evidence-malformed'])
    const fewer = await one.bundle(open.map((indices, at) => (at === 0 ? [] : indices)))
    expect(refusal(await one.submit(fewer))).toEqual([422, 'evidence-commitment'])
    const exchanged = await one.bundle(open.map((indices) => indices.map((index) => (index + 1) % 8)))
    expect(refusal(await one.submit(exchanged))).toEqual([422, 'evidence-malformed'])
    const altered = bundle.slice()
    altered[altered.length - 1]! ^= 1
    expect(refusal(await one.submit(altered))).toEqual([422, 'evidence-malformed'])
    const other = await bench.tenant(`other-${tenants}`)
    expect(refusal(await one.submit(bundle, undefined, other))).toEqual([404, 'not-found'])
    expect((await one.submit(bundle)).body).toMatchObject({ outcome: 'admitted' })
  })

  it('whose key nobody here could open is not taken, and spends nothing', async () => {
    const one = await attempt()
    const pack = await one.pack()
    const foreign = { ...pack, key: (await one.pack()).key }
    await one.make(foreign, pack.nonces[0]!)
    const other = await (await attempt(one.device)).make(pack, pack.nonces[1]!)
    const contentKey = (await other.request())['contentKey']
    expect(refusal(await one.defer({ contentKey }))).toEqual([422, 'evidence-malformed'])
    expect(await begins()).toBe(0)
    expect((await one.defer()).status).toBe(200)
  })
})
