import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import * as store from '../../src/storage/index.js'
import { OfflineAttempt } from '../offline/offline-attempt.js'
import { ACTOR, ADMITTED, Attempt, makeDevice, makeSubject, REFUSED, refusal, START, startBench, template, type Bench, type Tenant } from './bench.js'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
let bench: Bench
let tenant: Tenant
let tenants = 0
let subjectId: string
beforeAll(async () => {
  bench = await startBench({ provisional: 'review', deferred: 'admit' })
}, 60_000)
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

const act = async (url: string, json: object = {}, actor = 'siti') => await bench.ask('POST', url, { key: await bench.keyOf(tenant, actor), json })
const clear = (actor?: string, json: object = { reason: 'a broken camera' }) => act(`/v1/subjects/${subjectId}/limits/clear`, json, actor)
const attest = () =>
  act('/v1/attendance/attestations', { subjectId, direction: 'arrival', occurredAt: new Date(bench.clock.now).toISOString(), reason: 'r' })
const state = () => bench.storage.snapshot(tenant.id, (scope) => store.limitState(scope, subjectId))
const begin = async (purpose = 'check-in', device?: Awaited<ReturnType<typeof makeDevice>>) => {
  const one = new Attempt(bench, tenant, device ?? (await makeDevice()))
  expect((await one.issue(subjectId, purpose)).status).toBe(201)
  return await one.begin()
}
/** Ten failures in a row, as if they had been waited out. */
const fail = async (count = 10) => {
  for (let nth = 0; nth < count; nth += 1) await bench.storage.transact(tenant.id, (scope) => store.noteAttempt(scope, subjectId, 'failure'))
}
const stuck = async () => {
  await fail()
  bench.clock.now += 2 * DAY_MS
  expect(refusal(await begin())).toEqual([429, 'assisted'])
}

describe('who failed ten times in a row', () => {
  it('stays with an officer however long they wait, for an enrolment too, until one attests', async () => {
    const device = await makeDevice()
    bench.verdict = REFUSED
    for (let count = 0; count < 10; count += 1) {
      const one = await new Attempt(bench, tenant, device).run(subjectId)
      expect((await one.submit(await one.bundle())).body).toMatchObject({ outcome: 'refused', next: count === 9 ? 'assisted' : 'again' })
      bench.clock.now += HOUR_MS
    }
    for (const days of [0, 1, 30]) {
      bench.clock.now += days * DAY_MS
      expect(refusal(await begin())).toEqual([429, 'assisted'])
      expect(refusal(await begin('enrolment'))).toEqual([429, 'assisted'])
    }
    expect((await attest()).status).toBe(201)
    expect(await state()).toEqual({ begins: [], failures: 0, blockedUntil: null })
    expect((await begin()).status).toBe(200)
  })

  it('comes back by an approved enrolment', async () => {
    bench.verdict = { ...ADMITTED, template: template(subjectId) }
    const one = await new Attempt(bench, tenant, await makeDevice()).run(subjectId, 'enrolment')
    expect((await one.submit(await one.bundle(), 'enrolments')).status).toBe(202)
    await stuck()
    expect((await act(`/v1/enrolments/${one.sid}/approve`, { seen: 'person' })).status).toBe(200)
    expect((await begin()).status).toBe(200)
  })

  it('comes back by a review that is accepted, not by one that is rejected', async () => {
    const devices = [await makeDevice(), await makeDevice()]
    const sids: string[] = []
    for (const device of devices) {
      const one = await new Attempt(bench, tenant, device).run(subjectId)
      expect((await one.submit(await one.bundle())).body).toMatchObject({ outcome: 'review' })
      sids.push(one.sid)
    }
    await stuck()
    expect((await act(`/v1/reviews/${sids[0]!}/reject`, { reason: 'on leave' })).status).toBe(200)
    expect(refusal(await begin('check-in', devices[0]))).toEqual([429, 'assisted'])
    expect((await act(`/v1/reviews/${sids[1]!}/accept`)).status).toBe(200)
    expect((await begin('check-in', devices[0])).status).toBe(200)
  })

  it('comes back by a device that an officer binds, once', async () => {
    const device = await makeDevice()
    const one = await new Attempt(bench, tenant, device).run(subjectId)
    await one.submit(await one.bundle())
    await stuck()
    const bind = () => act(`/v1/devices/${device.thumbprint}/bind`)
    expect((await bind()).status).toBe(200)
    expect((await begin('check-in', device)).status).toBe(200)
    // What is bound already is no act.
    await fail()
    expect((await bind()).status).toBe(200)
    expect(refusal(await begin('check-in', device))).toEqual([429, 'assisted'])
  })

  it('comes back by an officer who only says why, which the audit and the report have', async () => {
    await stuck()
    expect((await clear()).body).toEqual({ failures: 10 })
    expect((await begin()).status).toBe(200)
    const acts = await bench.storage.snapshot(tenant.id, (scope) =>
      store.listActs(scope, { from: new Date(0), until: new Date('2100-01-01'), subjectId, limit: 100 }),
    )
    const noted = acts.filter(({ action }) => action === 'limits-cleared')
    expect(noted.map(({ actor, details }) => [actor, JSON.parse(details) as unknown])).toEqual([
      ['siti', { failures: 10, reason: 'a broken camera' }],
    ])
    const month = new Date(bench.clock.now).toISOString().slice(0, 7)
    const report = await bench.ask('GET', `/v1/reports/officers?month=${month}`, { key: tenant.keys.agency })
    expect(report.body).toMatchObject({ reports: [{ officers: [{ officer: 'siti', acts: 1, limitsCleared: 1, devices: 0 }] }] })
  })

  it('is cleared by nobody who is the subject, or linked to them, and not without a reason', async () => {
    const link = { personId: null, subjectId }
    const linked = await bench.ask('PUT', `/v1/tenants/${tenant.id}/officers/agus`, { key: tenant.keys.operator, json: link })
    expect(linked.status).toBe(200)
    await stuck()
    expect(refusal(await clear('agus'))).toEqual([403, 'limits-own'])
    expect(refusal(await clear('siti', { reason: '  ' }))).toEqual([422, 'limits-reason'])
    expect(refusal(await clear('siti', {}))).toEqual([400, 'invalid'])
    expect(refusal(await act('/v1/subjects/nobody/limits/clear', { reason: 'r' }))).toEqual([404, 'not-found'])
    expect(refusal(await begin())).toEqual([429, 'assisted'])
  })
})

describe('what was begun before an officer helped', () => {
  it('and given up is no failure of the new row, while what is given up after it is', async () => {
    const device = await makeDevice()
    for (let count = 0; count < 6; count += 1) {
      // Their steps are taken, their evidence never comes.
      await new Attempt(bench, tenant, device).run(subjectId)
    }
    expect((await begin()).status).toBe(200)
    await fail()
    expect((await clear()).status).toBe(200)
    bench.clock.now += HOUR_MS
    expect((await begin()).status).toBe(200)
    expect(await state()).toMatchObject({ failures: 0 })
    expect((await begin()).status).toBe(200)
    expect(await state()).toMatchObject({ failures: 1 })
  })

  it('goes on, and counts where it is refused', async () => {
    bench.verdict = REFUSED
    const one = await new Attempt(bench, tenant, await makeDevice()).run(subjectId)
    await fail()
    expect((await clear()).status).toBe(200)
    expect((await one.submit(await one.bundle())).body).toMatchObject({ outcome: 'refused', next: 'again' })
    expect(await state()).toMatchObject({ failures: 1 })
  })
})

describe('packs of fresh keys', () => {
  const offline = async () => new OfflineAttempt(bench, tenant, await makeDevice(), subjectId)

  it('are two a day, and four check-ins with them, each counted', async () => {
    bench.verdict = REFUSED
    const day = async () => {
      let verified = 0
      const told: (readonly [number, string])[] = []
      for (let key = 0; key < 4; key += 1) {
        const one = await offline()
        const answer = await one.askPack()
        told.push(answer.status === 200 ? [200, ''] : refusal(answer))
        if (answer.status !== 200) continue
        const pack = answer.body as unknown as Awaited<ReturnType<typeof one.pack>>
        for (const nonce of pack.nonces) {
          const made = await new OfflineAttempt(bench, tenant, one.device, subjectId).make(pack, nonce)
          const open = (await made.defer()).body['open'] as number[][]
          expect((await made.submit(await made.bundle(open))).body).toMatchObject({ outcome: 'refused' })
          verified += 1
        }
      }
      return { told, verified }
    }
    const two = [[200, ''], [200, ''], [409, 'pack-limit'], [409, 'pack-limit']] // prettier-ignore
    expect(await day()).toEqual({ told: two, verified: 4 })
    expect(await state()).toMatchObject({ failures: 4, begins: { length: 4 } })
    // From the fifth failure on a second key waits as a begin does, so there is one a day, until there is none.
    const waits = [429, 'attempts']
    const assisted = [429, 'assisted']
    for (const then of [waits, waits, assisted]) {
      bench.clock.now += DAY_MS
      expect(await day()).toEqual({ told: [[200, ''], then, then, then], verified: 2 })
    }
    bench.clock.now += DAY_MS
    expect(await day()).toEqual({ told: [assisted, assisted, assisted, assisted], verified: 0 })
    expect((await attest()).status).toBe(201)
    expect((await day()).verified).toBe(4)
  })

  it('that ask at once are two', async () => {
    const all = await Promise.all([1, 2, 3, 4, 5].map(async () => (await offline()).askPack()))
    expect(all.map(({ status }) => status).toSorted()).toEqual([200, 200, 409, 409, 409])
  })

  it('are not told to who may not begin, and none is counted; one that was told is told again and honoured', async () => {
    const one = await offline()
    const pack = await one.pack()
    for (let count = 0; count < 10; count += 1) await bench.storage.transact(tenant.id, (scope) => store.noteAttempt(scope, subjectId, 'begin'))
    const other = await (await offline()).askPack()
    expect([...refusal(other), other.headers['retry-after']]).toEqual([429, 'attempts', '3600'])
    expect((await state()).begins).toHaveLength(10)
    expect(await one.pack()).toEqual(pack)
    await fail()
    expect(refusal(await (await offline()).askPack())).toEqual([429, 'assisted'])
    expect(await one.pack()).toEqual(pack)
    await one.make(pack, pack.nonces[0]!)
    const open = (await one.defer()).body['open'] as number[][]
    // Counted, though nobody could begin now.
    expect((await state()).begins).toHaveLength(11)
    expect((await one.submit(await one.bundle(open))).body).toMatchObject({ outcome: 'review' })
  })
})

it('an officer’s key is asked for, with their own name', async () => {
  const url = `/v1/subjects/${subjectId}/limits/clear`
  const json = { reason: 'r' }
  expect(refusal(await bench.ask('POST', url, { key: tenant.keys.agency, json }))).toEqual([403, 'forbidden'])
  const headers = { 'x-lintas-actor': 'siti' }
  expect(refusal(await bench.ask('POST', url, { key: tenant.keys.officer, headers, json }))).toEqual([403, 'actor'])
  expect((await bench.ask('POST', url, { key: tenant.keys.officer, headers: { 'x-lintas-actor': ACTOR }, json })).body).toEqual({ failures: 0 })
})
