import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { DeviceKey } from '@lintas/core/receipt'
import { OfflineAttempt } from '../offline/offline-attempt.js'
import { ADMITTED, Attempt, makeDevice, makeSubject, refusal, startBench, template, type Bench, type Tenant, type Told } from './bench.js'

// A transfer (mutasi) moves access, and old attendance stays. Days are the agencies' (WIB).
const HOUR = 3_600_000
const DAY = 24 * HOUR
/** 07:30 in Jakarta. */
const at = (day: string): number => Date.parse(`${day}T00:30:00Z`)
const LAST = '2026-03-31'
const FIRST = '2026-04-01'

let bench: Bench
let regency: Tenant
let old: Tenant
let fresh: Tenant
let personId: string
let number = 0
beforeAll(async () => {
  bench = await startBench({ deferred: 'admit' })
  regency = await bench.tenant('regency', 'regency')
  old = await bench.tenant('opd-old')
  fresh = await bench.tenant('opd-new')
})
afterAll(() => bench.close())
beforeEach(async () => {
  bench.verdict = ADMITTED
  bench.clock.now = at('2026-03-02')
  number += 1
  const { body } = await bench.ask('POST', '/v1/persons', { key: regency.keys.regency, json: { name: `Person ${number}` } })
  personId = String(body['personId'])
  expect((await assign(old, '2026-01-01')).status).toBe(201)
})

const assign = (agency: Tenant, startsOn: string): Promise<Told> =>
  bench.ask('POST', `/v1/persons/${personId}/assignments`, { key: regency.keys.regency, json: { agencyId: agency.id, startsOn } })

/** A subject of the person at an agency, with consent. */
async function subjectAt(agency: Tenant): Promise<string> {
  const key = agency.keys.agency
  const made = await bench.ask('POST', '/v1/subjects', { key, json: { personId } })
  expect(made.status).toBe(201)
  const subjectId = String(made.body['subjectId'])
  await bench.ask('POST', `/v1/subjects/${subjectId}/consents`, { key, json: { version: '1', text: 'I agree' } })
  return subjectId
}

async function enrol(agency: Tenant, subjectId: string, device: DeviceKey): Promise<void> {
  bench.verdict = { ...ADMITTED, template: template(subjectId) }
  const one = await new Attempt(bench, agency, device).run(subjectId, 'enrolment')
  expect((await one.submit(await one.bundle(), 'enrolments')).status).toBe(202)
  bench.verdict = ADMITTED
  const approved = await bench.ask('POST', `/v1/enrolments/${one.sid}/approve`, { key: agency.keys.officer, json: { seen: 'person' } })
  expect(approved.status).toBe(200)
}

/** Somebody who serves at the old agency and is enrolled there. */
async function serving(): Promise<{ subjectId: string; device: DeviceKey }> {
  const device = await makeDevice()
  const subjectId = await subjectAt(old)
  await enrol(old, subjectId, device)
  bench.clock.now += 2 * HOUR
  return { subjectId, device }
}

const checkIn = async (agency: Tenant, subjectId: string, device: DeviceKey): Promise<Told> => {
  const one = await new Attempt(bench, agency, device).run(subjectId)
  return await one.submit(await one.bundle())
}
const days = async (agency: Tenant): Promise<readonly { day: string; subjectId: string }[]> => {
  const told = await bench.ask('GET', '/v1/attendance?from=2026-03-01&to=2026-04-30', { key: agency.keys.officer })
  return told.body['days'] as { day: string; subjectId: string }[]
}
const attest = async (subjectId: string, occurredAt: string, officer = 'officer-1', agency = old): Promise<Told> =>
  await bench.ask('POST', '/v1/attendance/attestations', {
    key: await bench.keyOf(agency, officer),
    json: { subjectId, direction: 'arrival', occurredAt, reason: 'no network' },
  })

describe('a transfer', () => {
  it('moves access on its day: the old agency opens nothing, the new one enrols anew', async () => {
    const { subjectId, device } = await serving()
    expect((await assign(fresh, FIRST)).status).toBe(201)
    bench.clock.now = at(LAST)
    expect((await checkIn(old, subjectId, device)).body).toMatchObject({ outcome: 'admitted' })
    // The new agency cannot make a subject of them yet.
    expect(refusal(await bench.ask('POST', '/v1/subjects', { key: fresh.keys.agency, json: { personId } }))).toEqual([404, 'not-found'])
    bench.clock.now = at(FIRST)
    for (const purpose of ['check-in', 'enrolment'])
      expect(refusal(await new Attempt(bench, old, device).issue(subjectId, purpose)), purpose).toEqual([409, 'assignment-ended'])
    // Another subject id, no reference: the old one's stays where it is, and is compared with by nobody.
    const anew = await subjectAt(fresh)
    expect(anew).not.toBe(subjectId)
    const unenrolled = new Attempt(bench, fresh, await makeDevice())
    await unenrolled.issue(anew)
    expect(refusal(await unenrolled.begin())).toEqual([409, 'not-enrolled'])
    const phone = await makeDevice()
    await enrol(fresh, anew, phone)
    bench.clock.now += HOUR
    expect((await checkIn(fresh, anew, phone)).body).toMatchObject({ outcome: 'admitted' })
    expect(bench.seen.at(-1)!.reference!.subjectId).toBe(anew)
  })

  it('leaves old attendance where it was made, and shows neither agency the other’s', async () => {
    const { subjectId, device } = await serving()
    await checkIn(old, subjectId, device)
    await assign(fresh, FIRST)
    bench.clock.now = at(FIRST)
    const anew = await subjectAt(fresh)
    const phone = await makeDevice()
    await enrol(fresh, anew, phone)
    bench.clock.now += HOUR
    await checkIn(fresh, anew, phone)
    const [before, after] = [await days(old), await days(fresh)]
    expect(before).toContainEqual(expect.objectContaining({ day: '2026-03-02', subjectId }))
    expect(before.map((row) => row.subjectId)).not.toContain(anew)
    expect(after).toContainEqual(expect.objectContaining({ day: FIRST, subjectId: anew }))
    expect(after.map((row) => row.subjectId)).not.toContain(subjectId)
    const told = await bench.ask('GET', `/v1/subjects/${subjectId}`, { key: fresh.keys.agency })
    expect(refusal(told)).toEqual([404, 'not-found'])
    // What the old agency holds it still owes to its subject.
    expect((await bench.ask('GET', `/v1/subjects/${subjectId}`, { key: old.keys.agency })).status).toBe(200)
    expect((await bench.ask('DELETE', `/v1/subjects/${subjectId}/consents`, { key: old.keys.agency })).status).toBe(200)
  })

  it('breaks no session that was opened on the last day and goes on past midnight', async () => {
    const { subjectId, device } = await serving()
    await assign(fresh, FIRST)
    bench.clock.now = Date.parse(`${LAST}T16:59:00Z`)
    const one = new Attempt(bench, old, device)
    expect((await one.issue(subjectId)).status).toBe(201)
    bench.clock.now = Date.parse(`${LAST}T17:00:30Z`)
    expect((await one.begin()).status).toBe(200)
    for (let count = 0; count < 3; count += 1) expect((await one.step()).status).toBe(200)
    expect((await one.submit(await one.bundle())).body).toMatchObject({ outcome: 'admitted' })
    expect(refusal(await new Attempt(bench, old, device).issue(subjectId))).toEqual([409, 'assignment-ended'])
  })

  it('leaves an enrolment that waited at the old agency to be rejected', async () => {
    const subjectId = await subjectAt(old)
    bench.verdict = { ...ADMITTED, template: template(subjectId) }
    const one = await new Attempt(bench, old, await makeDevice()).run(subjectId, 'enrolment')
    await one.submit(await one.bundle(), 'enrolments')
    await assign(fresh, FIRST)
    bench.clock.now = at(FIRST)
    const decide = (what: string, json: object) => bench.ask('POST', `/v1/enrolments/${one.sid}/${what}`, { key: old.keys.officer, json })
    expect(refusal(await decide('approve', { seen: 'person' }))).toEqual([409, 'assignment-ended'])
    expect((await decide('reject', { reason: 'transferred' })).status).toBe(200)
  })

  it('that is entered while a session of its day is open ends that one', async () => {
    const { subjectId, device } = await serving()
    bench.clock.now = at(FIRST)
    const [open, done] = [new Attempt(bench, old, device), await new Attempt(bench, old, device).run(subjectId)]
    await open.issue(subjectId)
    await assign(fresh, FIRST)
    expect(refusal(await open.begin())).toEqual([409, 'assignment-ended'])
    const seen = bench.seen.length
    expect(refusal(await done.submit(await done.bundle()))).toEqual([409, 'assignment-ended'])
    expect(bench.seen).toHaveLength(seen)
  })

  it('refuses packs, and what was made with one of a day after it; what was made before still arrives', async () => {
    const { subjectId, device } = await serving()
    bench.clock.now = at(LAST)
    const inTime = new OfflineAttempt(bench, old, device, subjectId)
    const pack = await inTime.pack()
    bench.clock.now = at(FIRST)
    const late = new OfflineAttempt(bench, old, device, subjectId)
    const after = await late.pack()
    // Entered on the day itself, after both packs were told.
    await assign(fresh, FIRST)
    expect(refusal(await late.askPack())).toEqual([409, 'assignment-ended'])
    expect(refusal(await (await late.make(after, after.nonces[0]!)).defer())).toEqual([409, 'assignment-ended'])
    const told = await (await inTime.make(pack, pack.nonces[0]!)).defer()
    expect(told.status).toBe(200)
    const answer = await inTime.submit(await inTime.bundle(told.body['open'] as number[][]))
    // On which day of its interval it was made nobody knows: an officer decides.
    expect(answer.body).toMatchObject({ outcome: 'review' })
  })

  it('leaves officers the days that were theirs, and no others', async () => {
    const { subjectId } = await serving()
    await assign(fresh, FIRST)
    bench.clock.now = at('2026-04-10')
    const made = await attest(subjectId, `${LAST}T01:00:00Z`)
    expect(made.status).toBe(201)
    // Still the 31st in UTC, and the 1st in Jakarta.
    expect(refusal(await attest(subjectId, `${LAST}T17:00:00Z`))).toEqual([409, 'assignment-ended'])
    const correct = async (instead: object | null): Promise<Told> =>
      await bench.ask('POST', '/v1/attendance/corrections', {
        ...{ key: old.keys.officer, headers: { 'x-lintas-second': await bench.keyOf(old, 'officer-2') } },
        json: { corrects: made.body['seq'], reason: 'wrong hour', instead },
      })
    const moved = (occurredAt: string) => correct({ occurredAt, direction: 'arrival' })
    expect(refusal(await moved('2026-04-02T01:00:00Z'))).toEqual([409, 'assignment-ended'])
    expect((await moved('2026-03-30T01:00:00Z')).status).toBe(201)
    expect((await correct(null)).status).toBe(201)
  })

  it('that is to come admits nobody sooner, and a way back opens the old subject again', async () => {
    const { subjectId, device } = await serving()
    await assign(fresh, FIRST)
    await assign(old, '2026-05-01')
    bench.clock.now = at('2026-04-15')
    expect(refusal(await new Attempt(bench, old, device).issue(subjectId))).toEqual([409, 'assignment-ended'])
    bench.clock.now = at('2026-05-01')
    expect((await new Attempt(bench, old, device).issue(subjectId)).status).toBe(201)
    expect(refusal(await attest(subjectId, '2025-12-31T01:00:00Z'))).toEqual([409, 'assignment-not-begun'])
  })

  it('is nothing to subjects without a person', async () => {
    const subjectId = await makeSubject(bench, old)
    bench.clock.now += 400 * DAY
    expect((await checkIn(old, subjectId, await makeDevice())).body).toMatchObject({ outcome: 'admitted' })
  })

  it('of a regency that the server does not know admits nobody', async () => {
    const { subjectId, device } = await serving()
    const lost = await startBench({}, { storage: bench.storage, regencyOf: () => Promise.resolve('another') })
    const told = await lost.ask('POST', '/v1/sessions', { key: old.keys.agency, json: { subjectId, purpose: 'check-in' } })
    expect(refusal(told)).toEqual([409, 'assignment-ended'])
    await lost.close()
    expect((await new Attempt(bench, old, device).issue(subjectId)).status).toBe(201)
  })
})
