import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseOffices } from '../../src/place/index.js'
import * as store from '../../src/storage/index.js'
import type { DeviceKey } from '@lintas/core/receipt'
import { ACTOR, ADMITTED, Attempt, expectStatus, makeDevice, makeSubject, refusal, START, startBench, type Bench, type Tenant } from './bench.js'

const FILE = {
  'opd-1': {
    hall: { name: 'Hall', egress: ['203.0.113.7'], code: true },
    annex: { name: 'Annex', egress: ['198.51.100.7'], code: true },
    field: { name: 'Field', code: true },
  },
}
let bench: Bench
let tenant: Tenant
let other: Tenant
beforeAll(async () => {
  bench = await startBench({ placeRequired: true }, { offices: parseOffices(JSON.stringify(FILE)) })
  tenant = await bench.tenant('opd-1')
  other = await bench.tenant('opd-2')
  bench.verdict = ADMITTED
})
afterAll(() => bench.close())

const codeOf = async (office: string, key = tenant.keys.officer): Promise<string> =>
  String((await bench.ask('GET', `/v1/offices/${office}/code`, { key })).body['code'])
const issue = (subjectId: string, place: unknown, headers: Record<string, string> = {}, key = tenant.keys.agency) =>
  bench.ask('POST', '/v1/sessions', { key, json: { subjectId, purpose: 'check-in', place }, headers })

type Headers = Record<string, string>
const HALL = { 'x-lintas-client-address': '203.0.113.7' }
const HOME = { 'x-lintas-client-address': '192.0.2.9' }

/** A session that is opened with this place, from there; nothing came after it. */
async function opened(place: unknown, headers: Headers = {}, device?: DeviceKey): Promise<{ subjectId: string; one: Attempt }> {
  const subjectId = await makeSubject(bench, tenant)
  const one = new Attempt(bench, tenant, device ?? (await makeDevice()))
  const told = await issue(subjectId, place, headers)
  ;[one.sid, one.token, one.subjectId] = [String(told.body['sid']), String(told.body['token']), subjectId]
  return { subjectId, one }
}

/** What becomes of a check-in that is opened with this place, from there; begins and ends there, or elsewhere. */
async function checkIn(place: unknown, headers: Headers = {}, begins = headers, ends = begins, device?: DeviceKey) {
  const { subjectId, one } = await opened(place, headers, device)
  expectStatus(await one.begin(undefined, begins), 200)
  for (let count = 0; count < 3; count += 1) await one.step()
  const { body } = await one.submit(await one.bundle(), 'check-ins', ends)
  return { subjectId, body, ...(await written(subjectId, one)) }
}

async function written(subjectId: string, one: Attempt): Promise<{ outcome: unknown; record: unknown; flags: unknown }> {
  return await bench.storage.snapshot(tenant.id, async (scope) => {
    const [record] = await store.listRecords(scope, { subjectId, limit: 1 })
    const { outcome, findings } = (await store.findDecision(scope, one.sid))!
    const { flags } = JSON.parse(findings!) as { flags: string[] }
    return { outcome, record: record?.record, flags: flags.filter((flag) => flag.startsWith('place')) }
  })
}

const kiosk = (method: string, thumbprint: string, key = tenant.keys.officer) => bench.ask(method, `/v1/devices/${thumbprint}/kiosk`, { key })

describe('the offices', () => {
  it('are told to their own agency, with what shows that somebody is there, and without an address', async () => {
    const own = [
      { office: 'hall', name: 'Hall', egress: true, code: true },
      { office: 'annex', name: 'Annex', egress: true, code: true },
      { office: 'field', name: 'Field', egress: false, code: true },
    ]
    for (const key of [tenant.keys.agency, tenant.keys.officer]) {
      const told = await bench.ask('GET', '/v1/offices', { key })
      expect([told.status, told.body]).toEqual([200, { offices: own }])
      expect(told.text).not.toMatch(/203\.0\.113|198\.51/u)
    }
    expect((await bench.ask('GET', '/v1/offices', { key: other.keys.officer })).body).toEqual({ offices: [] })
  })
})

describe('the code of an office', () => {
  it('is told to the agency’s screens, with the time when it changes, and to no other tenant', async () => {
    const told = await bench.ask('GET', '/v1/offices/hall/code', { key: tenant.keys.officer })
    expect([told.status, told.body]).toEqual([200, { code: expect.stringMatching(/^\d{6}$/u) as string, validUntil: '2026-03-02T00:30:30.000Z' }])
    expect(told.headers['cache-control']).toBe('no-store')
    expect(await codeOf('hall', tenant.keys.agency)).toBe(told.body['code'])
    for (const [office, key] of [
      ['hall', other.keys.officer],
      ['nowhere', tenant.keys.officer],
    ] as const) {
      expect(refusal(await bench.ask('GET', `/v1/offices/${office}/code`, { key }))).toEqual([404, 'not-found'])
    }
  })
})

describe('a check-in where the policy wants a place', () => {
  it('is admitted with the code of the office, or from its address, and the record says what the place rests on', async () => {
    const code = await codeOf('annex')
    expect(await checkIn({ office: 'annex', code })).toMatchObject({ outcome: 'admitted', record: { place: 'annex', placeBy: 'code' } })
    for (const place of [{ office: 'hall' }, undefined]) {
      expect(await checkIn(place, HALL)).toMatchObject({ outcome: 'admitted', record: { place: 'hall', placeBy: 'egress' }, flags: [] })
    }
  })

  it('is for an officer where the place is only said', async () => {
    for (const place of ['GPS -8.1, 113.2', 'hall', { office: 'hall' }, { office: 'annex' }]) {
      const told = await checkIn(place, { 'x-lintas-client-address': '203.0.113.8' })
      expect(told, JSON.stringify(place)).toMatchObject({ outcome: 'review', record: undefined, flags: ['place-claimed'] })
    }
    expect(await checkIn(undefined)).toMatchObject({ outcome: 'review', flags: ['place-missing'] })
  })

  it('believes an address that comes with the agency’s key alone', async () => {
    // Other names that proxies and browsers use are nobody's word here.
    for (const name of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'x-client-ip']) {
      expect(await checkIn({ office: 'hall' }, { [name]: '203.0.113.7' }), name).toMatchObject({ outcome: 'review', flags: ['place-claimed'] })
    }
    const subjectId = await makeSubject(bench, tenant)
    const forged = { 'x-lintas-client-address': '203.0.113.7' }
    expect(refusal(await issue(subjectId, { office: 'hall' }, forged, other.keys.agency))).toEqual([422, 'place-office'])
    expect(refusal(await issue(subjectId, { office: 'hall' }, forged, tenant.keys.officer))).toEqual([403, 'forbidden'])
    expect((await bench.ask('POST', '/v1/sessions', { json: { subjectId, purpose: 'check-in' }, headers: forged })).status).toBe(401)
  })
})

describe('a place that the office’s address shows', () => {
  it.each<[at: string, begins: Headers, ends: Headers]>([
    ['begin', HOME, HALL],
    ['begin', HOME, HOME],
    ['begin', {}, HALL],
    ['check-in', HALL, HOME],
    ['check-in', HALL, {}],
    ['check-in', HALL, { 'x-forwarded-for': '203.0.113.7' }],
    // Of another office: this one is not shown.
    ['check-in', HALL, { 'x-lintas-client-address': '198.51.100.7' }],
  ])('is somebody’s word once the browser is elsewhere, or nobody says where, at its %s: %j, %j', async (at, begins, ends) => {
    for (const place of [{ office: 'hall' }, undefined]) {
      const told = await checkIn(place, HALL, begins, ends)
      expect(told.body).toEqual({ outcome: 'review', next: 'wait' })
      expect(told).toMatchObject({ record: undefined, flags: ['place-claimed', `place-lost:${at}`] })
    }
  })

  it('is recorded as a claim where the policy wants none, and the officer is told', async () => {
    const lax = await startBench({}, { offices: parseOffices(JSON.stringify(FILE)) })
    const [strict, strictTenant] = [bench, tenant]
    try {
      ;[bench, tenant] = [lax, await lax.tenant('opd-1')]
      const told = await checkIn({ office: 'hall' }, HALL, HALL, HOME)
      const record = { place: 'hall', placeBy: 'claim' }
      expect(told).toMatchObject({ outcome: 'admitted', record, flags: ['place-lost:check-in'] })
    } finally {
      ;[bench, tenant] = [strict, strictTenant]
      await lax.close()
    }
  })

  it('is decided once: whoever asks again, from wherever, gets the same answer', async () => {
    for (const [first, again, outcome] of [
      [HALL, HOME, 'admitted'],
      [HOME, HALL, 'review'],
    ] as const) {
      const { subjectId, one } = await opened({ office: 'hall' }, HALL)
      const proof = await one.proof()
      const began = await one.begin(proof, HALL)
      expect((await one.begin(proof, HOME)).text).toBe(began.text)
      for (let count = 0; count < 3; count += 1) await one.step()
      const bundle = await one.bundle()
      const told = await one.submit(bundle, 'check-ins', first)
      expect((await one.submit(bundle, 'check-ins', again)).text).toBe(told.text)
      expect(await written(subjectId, one)).toMatchObject({ outcome })
    }
  })

  it('is decided once for evidence that comes twice at the same time, from two places', async () => {
    const { subjectId, one } = await opened({ office: 'hall' }, HALL)
    await one.begin(undefined, HALL)
    for (let count = 0; count < 3; count += 1) await one.step()
    const bundle = await one.bundle()
    const told = await Promise.all([HOME, HALL, HOME].map((from) => one.submit(bundle, 'check-ins', from)))
    expect(new Set(told.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    expect(told[0]!.body['outcome']).toBe((await written(subjectId, one)).outcome)
  })

  it('that nobody had room to decide on is looked at with the evidence that comes again', async () => {
    const { subjectId, one } = await opened({ office: 'hall' }, HALL)
    await one.begin(undefined, HALL)
    for (let count = 0; count < 3; count += 1) await one.step()
    const bundle = await one.bundle()
    bench.verdict = Object.assign(new Error('no room'), { code: 'busy' })
    expect(refusal(await one.submit(bundle, 'check-ins', HALL))).toEqual([503, 'busy'])
    bench.verdict = ADMITTED
    expectStatus(await one.submit(bundle, 'check-ins', HOME), 200)
    expect(await written(subjectId, one)).toMatchObject({ outcome: 'review', flags: ['place-claimed', 'place-lost:check-in'] })
  })

  it('is not asked for again where the code was typed, or a kiosk is used', async () => {
    const code = await codeOf('hall')
    expect(await checkIn({ office: 'hall', code }, HALL, HOME)).toMatchObject({ outcome: 'admitted', record: { placeBy: 'code' }, flags: [] })
    const device = await makeDevice()
    await checkIn({ office: 'hall' }, HALL, HALL, HALL, device)
    expectStatus(await kiosk('POST', device.thumbprint), 200)
    const place = { place: `kiosk:${device.thumbprint}`, placeBy: 'kiosk' }
    expect(await checkIn({ office: 'hall' }, HALL, HOME, HOME, device)).toMatchObject({ outcome: 'admitted', record: place, flags: [] })
  })
})

describe('a kiosk', () => {
  it('is the key that the session began with, and no other that a kiosk has', async () => {
    const tablet = await makeDevice()
    await checkIn({ office: 'hall' }, HALL, HALL, HALL, tablet)
    expectStatus(await kiosk('POST', tablet.thumbprint), 200)
    // Begun with another key, the kiosk's can sign neither a step nor the evidence.
    const { subjectId, one } = await opened(undefined)
    await one.begin()
    bench.clock.now += 1_000
    expect(refusal(await one.send(1, (await one.message({}, tablet)).message))).toEqual([401, 'receipt-signature'])
    for (let count = 0; count < 3; count += 1) await one.step()
    expect(refusal(await one.submit(await one.bundle({ device: tablet })))).toEqual([401, 'receipt-signature'])
    expectStatus(await one.submit(await one.bundle()), 200)
    expect(await written(subjectId, one)).toMatchObject({ outcome: 'review', flags: ['place-missing'] })
  })

  it('is an officer’s to make and to take back, never of their own device, and every act has its actor', async () => {
    const tablet = await makeDevice()
    const { subjectId } = await checkIn({ office: 'hall' }, HALL, HALL, HALL, tablet)
    expect(refusal(await kiosk('POST', 'n'.repeat(43)))).toEqual([404, 'not-found'])
    expect(refusal(await kiosk('DELETE', tablet.thumbprint))).toEqual([409, 'device-not-kiosk'])
    expect(refusal(await kiosk('POST', tablet.thumbprint, await bench.keyOf(tenant, subjectId)))).toEqual([403, 'device-own'])
    expect(refusal(await kiosk('POST', tablet.thumbprint, tenant.keys.agency))).toEqual([403, 'forbidden'])
    for (const _again of [1, 2]) expect((await kiosk('POST', tablet.thumbprint)).body).toEqual({ thumbprint: tablet.thumbprint, kiosk: true })
    const { body } = await bench.ask('GET', '/v1/devices/kiosks', { key: tenant.keys.officer })
    const listed = (body['kiosks'] as { thumbprint: string }[]).find(({ thumbprint }) => thumbprint === tablet.thumbprint)
    expect(listed).toEqual({ thumbprint: tablet.thumbprint, state: 'bound', uses: 1, markedBy: ACTOR, markedAt: expect.any(String) as string })
    expect((await kiosk('DELETE', tablet.thumbprint)).body).toEqual({ thumbprint: tablet.thumbprint, kiosk: false })
    expect(refusal(await kiosk('DELETE', tablet.thumbprint))).toEqual([404, 'not-found'])
    expect(await checkIn({ office: 'hall' }, HOME, HOME, HOME, tablet)).toMatchObject({ outcome: 'review', flags: ['place-claimed'] })
    await bench.ask('POST', `/v1/devices/${tablet.thumbprint}/revoke`, { key: tenant.keys.officer })
    for (const method of ['POST', 'DELETE']) expect(refusal(await kiosk(method, tablet.thumbprint))).toEqual([409, 'device-revoked'])
    const acts = await bench.storage.snapshot(tenant.id, (scope) =>
      store.listActs(scope, { from: new Date(0), until: new Date('2100-01-01'), limit: 999 }),
    )
    const own = acts.filter(({ details }) => details.includes(tablet.thumbprint)).map(({ actor, action }) => [actor, action])
    expect(own.slice(0, 2).sort()).toEqual([
      [ACTOR, 'device-kiosk'],
      [ACTOR, 'device-kiosk-ended'],
    ])
  })

  it('that is said is none', async () => {
    const device = await makeDevice()
    expect(await checkIn(`kiosk:${device.thumbprint}`, {}, {}, {}, device)).toMatchObject({ outcome: 'review', flags: ['place-claimed'] })
  })
})

describe('a code that is not right', () => {
  it('opens no session: another office’s, one of before, one of another tenant', async () => {
    bench.clock.now = START + 86_400_000
    const subjectId = await makeSubject(bench, tenant)
    const [hall, annex] = [await codeOf('hall'), await codeOf('annex')]
    expect(refusal(await issue(subjectId, { office: 'hall', code: annex }))).toEqual([422, 'place-code'])
    bench.clock.now += 30_000
    expect((await issue(subjectId, { office: 'hall', code: hall })).status).toBe(201)
    bench.clock.now += 30_000
    expect(refusal(await issue(subjectId, { office: 'hall', code: hall }))).toEqual([422, 'place-code'])
    expect(refusal(await issue(subjectId, { office: 'nowhere' }))).toEqual([422, 'place-office'])
    const stranger = await makeSubject(bench, other)
    expect(refusal(await issue(stranger, { office: 'hall', code: hall }, {}, other.keys.agency))).toEqual([422, 'place-office'])
    for (const place of [
      { office: 'hall', code: '12345' },
      { office: 'hall', code: 123456 },
      { office: 'hall', by: 'code' },
      { code: hall },
      7,
      [],
    ]) {
      expect((await issue(subjectId, place)).status, JSON.stringify(place)).toBe(400)
    }
  })

  it('counts as an attempt, so that nobody tries them all, at once or one by one', async () => {
    bench.clock.now = START + 2 * 86_400_000
    const subjectId = await makeSubject(bench, tenant)
    const right = await codeOf('hall')
    const wrong = Array.from({ length: 14 }, (_, index) => String((Number(right) + 1 + index) % 1e6).padStart(6, '0'))
    const told = await Promise.all(wrong.map((code) => issue(subjectId, { office: 'hall', code })))
    expect(told.filter(({ status }) => status === 422)).toHaveLength(10)
    expect(told.filter(({ status }) => status === 429)).toHaveLength(4)
    // Now even the right one is not looked at.
    expect(refusal(await issue(subjectId, { office: 'hall', code: right }))).toEqual([429, 'attempts'])
    expect((await issue(subjectId, { office: 'hall' })).status).toBe(201)
  })
})
