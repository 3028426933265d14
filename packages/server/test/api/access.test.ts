import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseOffices } from '../../src/place/index.js'
import * as store from '../../src/storage/index.js'
import { OfflineAttempt } from '../offline/offline-attempt.js'
import { ACTOR, Attempt, makeDevice, makeSubject, refusal, startBench, template, ADMITTED, type Ask, type Bench, type Tenant } from './bench.js'

const ROLES = ['agency', 'officer', 'regency', 'operator'] as const
const HEADERS = { 'x-lintas-actor': ACTOR }
/** What browsers send through a relay. */
const RELAYED = [
  ...['POST /v1/sessions/:sid/begin', 'POST /v1/sessions/:sid/steps/:n', 'POST /v1/packs', 'POST /v1/deferred'],
  ...['POST /v1/check-ins', 'POST /v1/enrolments'],
]
/** The relay of another tenant may say what it likes: its own subject is as good as this tenant's. */
const loginOn = (route: string): Record<string, string> => (RELAYED.includes(route) ? { 'x-lintas-subject': things.subjectId } : {})

/** Who may use what: the table of the decision. `*`: no key is asked for. */
const TABLE: Readonly<Record<string, string>> = {
  'POST /v1/sessions': 'agency',
  'POST /v1/sessions/:sid/begin': 'agency',
  'POST /v1/sessions/:sid/steps/:n': 'agency',
  'GET /v1/sessions/:sid/decision': 'agency',
  'GET /v1/sessions/:sid/findings': 'officer!',
  'POST /v1/sessions/:sid/hold': 'officer operator!',
  'DELETE /v1/sessions/:sid/hold': 'officer operator!',
  'POST /v1/sessions/:sid/appeal': 'agency officer',
  'DELETE /v1/sessions/:sid/appeal': 'officer!',
  'GET /v1/sessions/:sid/evidence': 'officer!',
  'GET /v1/sessions/:sid/evidence/:frame': 'officer!',
  'POST /v1/packs': 'agency',
  'POST /v1/deferred': 'agency',
  'POST /v1/check-ins': 'agency',
  'POST /v1/enrolments': 'agency',
  'GET /v1/enrolments': 'officer',
  'GET /v1/enrolments/:enrolmentId/portrait': 'officer!',
  'POST /v1/enrolments/:enrolmentId/approve': 'officer!',
  'POST /v1/enrolments/:enrolmentId/reject': 'officer!',
  'GET /v1/offices': 'agency officer',
  'GET /v1/offices/:office/code': 'agency officer',
  'POST /v1/subjects': 'agency',
  'GET /v1/subjects/:subjectId': 'agency',
  'DELETE /v1/subjects/:subjectId': 'agency',
  'POST /v1/subjects/:subjectId/consents': 'agency',
  'DELETE /v1/subjects/:subjectId/consents': 'agency',
  'GET /v1/subjects/:subjectId/devices': 'agency officer',
  'POST /v1/subjects/:subjectId/limits/clear': 'officer!',
  'POST /v1/devices/:thumbprint/bind': 'officer!',
  'POST /v1/devices/:thumbprint/revoke': 'officer!',
  'GET /v1/devices/kiosks': 'officer',
  'POST /v1/devices/:thumbprint/kiosk': 'officer!',
  'DELETE /v1/devices/:thumbprint/kiosk': 'officer!',
  'GET /v1/attendance': 'agency officer regency',
  'POST /v1/attendance/corrections': 'officer!',
  'POST /v1/attendance/attestations': 'officer!',
  'GET /v1/reviews': 'agency officer',
  'POST /v1/reviews/:sid/accept': 'officer!',
  'POST /v1/reviews/:sid/reject': 'officer!',
  'POST /v1/persons': 'regency!',
  'GET /v1/persons/:personId': 'regency',
  'POST /v1/persons/:personId/assignments': 'regency!',
  'GET /v1/duplicates': 'regency',
  'POST /v1/duplicates/:duplicateId/settle': 'regency!',
  'GET /v1/tenants': 'operator',
  'POST /v1/tenants': 'operator!',
  'GET /v1/tenants/:tenantId/keys': 'operator',
  'POST /v1/tenants/:tenantId/keys': 'operator!',
  'DELETE /v1/tenants/:tenantId/keys/:keyId': 'operator!',
  'PUT /v1/tenants/:tenantId/officers/:actor': 'operator!',
  'POST /v1/officers/passkeys/options': 'officer regency operator',
  'POST /v1/officers/passkeys': 'officer regency operator!',
  'GET /v1/officers/passkeys': 'officer regency operator',
  'DELETE /v1/officers/passkeys/:credentialId': 'operator!',
  'POST /v1/officers/assertions/options': 'officer regency',
  'GET /v1/reports/officers': 'agency regency operator',
  'GET /v1/subjects/:subjectId/officer-acts': 'agency',
  'GET /v1/ledger/head': 'agency officer operator',
  'GET /v1/keys': '*',
  'GET /v1/openapi.json': '*',
  'GET /health': '*',
  'GET /metrics': '*',
}

/** Another tenant's things, of every kind that there is. */
interface Things {
  readonly subjectId: string
  readonly sid: string
  readonly open: Attempt
  readonly offline: { readonly packs: object; readonly deferred: object }
  readonly evidence: Uint8Array
  readonly enrolmentId: string
  readonly enrolment: Uint8Array
  readonly thumbprint: string
  readonly seq: number
  readonly keyId: string
  readonly personId: string
  readonly duplicateId: string
  readonly credentialId: string
  readonly office: string
}

let bench: Bench
let owner: Tenant
let other: Tenant
let things: Things
beforeAll(async () => {
  bench = await startBench({}, { offices: parseOffices('{"opd-1": {"hall": {"name": "Hall", "code": true}}}') })
  owner = await bench.tenant('opd-1')
  other = await bench.tenant('opd-2')
  things = await makeThings()
})
afterAll(() => bench.close())

async function makeThings(): Promise<Things> {
  const device = await makeDevice()
  const subjectId = await makeSubject(bench, owner)
  const one = await new Attempt(bench, owner, device).run(subjectId)
  const evidence = await one.bundle()
  await one.submit(evidence)
  bench.verdict = { ...ADMITTED, template: template(subjectId) }
  const enrolling = await new Attempt(bench, owner, device).run(subjectId, 'enrolment')
  const enrolment = await enrolling.bundle()
  await enrolling.submit(enrolment, 'enrolments')
  bench.verdict = ADMITTED
  const open = new Attempt(bench, owner, device)
  await open.issue(subjectId)
  await open.begin()
  bench.clock.now += 1_000
  const deferred = new OfflineAttempt(bench, owner, device, subjectId)
  const pack = await deferred.pack()
  await deferred.make(pack, pack.nonces[0]!)
  const record = { kind: 'attendance', subjectId, occurredAt: new Date(bench.clock.now).toISOString(), direction: 'arrival' } as const
  const made = await bench.storage.transact(owner.id, async (scope) => ({
    review: await store.addReview(scope, {
      ...{ record: { ...record, assurance: 'deferred', sid: one.sid }, thumbprint: device.thumbprint, flags: ['deferred'] },
    }),
    person: await store.createPerson(scope, { name: 'Somebody' }),
    keys: await store.listApiKeys(scope),
    records: await store.listRecords(scope, { limit: 1 }),
    passkey: await store.addPasskey(scope, {
      ...{ credentialId: 'credential-of-1', actor: ACTOR, publicKey: new Uint8Array(1), counter: 0, transports: [], createdBy: ACTOR, first: true },
    }),
    duplicate: await store.flagDuplicate(
      scope,
      [
        { agencyId: 'a', subjectId: 'a' },
        { agencyId: 'b', subjectId: 'b' },
      ],
      0.9,
    ),
  }))
  return {
    offline: { packs: await deferred.packRequest(), deferred: await deferred.request() },
    ...{ subjectId, sid: one.sid, open, evidence, enrolmentId: enrolling.sid, enrolment, thumbprint: device.thumbprint },
    ...{
      seq: made.records[0]!.seq,
      keyId: made.keys[0]!.keyId,
      personId: made.person!.personId,
      duplicateId: made.duplicate.duplicateId,
      credentialId: 'credential-of-1',
      office: 'hall',
    },
  }
}

const routes = (): readonly string[] => bench.routes.map(({ method, url }) => `${method} ${url}`)

describe('who may use a route', () => {
  it('stands in the table, for every route and no other', () => {
    expect([...routes()].sort()).toEqual(Object.keys(TABLE).sort())
    const told = bench.routes.map(({ method, url, access }) => {
      const roles = access === undefined ? '?' : access.roles === 'public' ? '*' : access.roles.join(' ')
      return [`${method} ${url}`, `${roles}${access?.actor === true ? '!' : ''}`]
    })
    expect(Object.fromEntries(told)).toEqual(TABLE)
  })

  it('is asked on every route, of every role', async () => {
    for (const [route, who] of Object.entries(TABLE)) {
      if (who === '*') continue
      const [method = '', url = ''] = route.split(' ')
      for (const key of [undefined, 'lintas1.opd-1.short', `lintas1.opd-1.${'x'.repeat(43)}`, `lintas1.nobody.${'x'.repeat(43)}`, 'Basic']) {
        const told = await bench.ask(method, url, { ...(key === undefined ? {} : { key }), json: method === 'GET' ? undefined : {} })
        expect([route, ...refusal(told)]).toEqual([route, 401, 'unauthorised'])
        expect(told.headers['www-authenticate']).toBe('Bearer')
      }
      for (const role of ROLES) {
        const may = who.replace('!', '').split(' ').includes(role)
        const told = await bench.ask(method, url, { key: owner.keys[role], headers: HEADERS })
        if (may) expect([route, role, told.status]).not.toEqual([route, role, 403])
        else expect([route, role, ...refusal(told)]).toEqual([route, role, 403, 'forbidden'])
      }
    }
  })

  it('is whose key it is: nobody acts in another’s name', async () => {
    for (const [route, who] of Object.entries(TABLE).filter(([, roles]) => roles.endsWith('!'))) {
      const [method = '', url = ''] = route.split(' ')
      const key = owner.keys[who.slice(0, -1).split(' ')[0] as store.ApiKeyRole]
      const json = method === 'GET' ? {} : { json: {} }
      const told = async (actor: string) => refusal(await bench.ask(method, url, { key, headers: { 'x-lintas-actor': actor }, ...json }))
      for (const actor of [' ', 'x'.repeat(201), '%', 'system', 'key:1']) expect([route, ...(await told(actor))]).toEqual([route, 400, 'actor'])
      for (const actor of ['officer-1', 'OFFICER-9']) expect([route, ...(await told(actor))]).toEqual([route, 403, 'actor'])
    }
  })

  it('is who a relay says is logged in, on every route that relays use', async () => {
    expect(bench.routes.filter(({ access }) => access?.relayed === true).map(({ method, url }) => `${method} ${url}`)).toEqual(RELAYED)
    for (const route of RELAYED) {
      const [method = '', url = ''] = route.split(' ')
      const told = async (subject?: string) => {
        const headers = subject === undefined ? {} : { 'x-lintas-subject': subject }
        return refusal(await bench.ask(method, url, { key: owner.keys.agency, json: {}, headers }))
      }
      for (const subject of [undefined, '', 'x'.repeat(201), '%', '%C3', '%0A', 'a%00b'])
        expect([route, ...(await told(subject))]).toEqual([route, 400, 'subject'])
      expect([route, (await told('Siti%20%C3%9C'))[1]]).not.toEqual([route, 'subject'])
      // Whoever has no key learns nothing of headers.
      expect(refusal(await bench.ask(method, url, { json: {} }))).toEqual([401, 'unauthorised'])
    }
  })

  it('shared, is shared by another officer’s own key', async () => {
    const agency = await bench.tenant('opd-3')
    const ask = async (second: string, route = '/v1/attendance/corrections') =>
      refusal(
        await bench.ask('POST', route, {
          ...{ key: owner.keys.officer, headers: { 'x-lintas-second': second } },
          json: { corrects: 1_000, reason: 'r', instead: null },
        }),
      )
    const revoked = await bench.keyOf(owner, 'officer-2')
    await bench.storage.transact(owner.id, async (scope) => {
      const last = (await store.listApiKeys(scope)).filter(({ actor }) => actor === 'officer-2').at(-1)!
      await store.revokeApiKey(scope, last.keyId)
    })
    const wrong = [
      ...['officer-2', 'x', `lintas1.opd-1.${'x'.repeat(43)}`, owner.keys.agency, owner.keys.operator, agency.keys.officer, revoked],
      ...[await bench.keyOf(agency, 'officer-2'), await bench.keyOf(owner, ACTOR), owner.keys.officer],
    ]
    for (const second of wrong) expect(await ask(second), second).toEqual([403, 'second'])
    expect(await ask(await bench.keyOf(owner, 'officer-2'))).toEqual([404, 'not-found'])
    expect(await ask(await bench.keyOf(owner, 'officer-2'), '/v1/devices/x/bind')).toEqual([400, 'second'])
  })

  it('is asked by backends: no answer is for a page of another origin, and none sets a cookie', async () => {
    const headers = { origin: 'https://elsewhere.example', cookie: 'session=1', 'access-control-request-method': 'POST' }
    const told = async (method: string, url: string, ask: Ask = {}) => {
      const answer = await bench.ask(method, url, { ...ask, headers: { ...ask.headers, ...headers } })
      const names = Object.keys(answer.headers).filter((name) => name.startsWith('access-control-') || name === 'set-cookie')
      expect([method, url, answer.status, names]).toEqual([method, url, answer.status, []])
      return answer.status
    }
    for (const [route, who] of Object.entries(TABLE)) {
      const [method = '', url = ''] = route.split(' ')
      // A preflight meets nothing: no page may ask at all.
      expect([route, await told('OPTIONS', url)]).toEqual([route, 404])
      await told(method, url)
      const role = who.replace('!', '').split(' ')[0] as store.ApiKeyRole
      if (who !== '*') await told(method, url, { key: owner.keys[role], ...(method === 'GET' ? {} : { json: {} }) })
    }
    await told('GET', '/v1/nothing')
    // And where it goes well.
    expect(await told('GET', `/v1/subjects/${things.subjectId}`, { key: owner.keys.agency })).toBe(200)
    expect(await told('GET', `/v1/sessions/${things.sid}/decision`, { key: owner.keys.agency })).toBe(200)
    expect(await told('GET', '/v1/keys')).toBe(200)
  })

  it('ends with the key', async () => {
    const made = await bench.ask('POST', '/v1/tenants/opd-1/keys', {
      key: owner.keys.operator,
      headers: HEADERS,
      json: { role: 'agency', label: 'one day' },
    })
    const { token, key } = made.body as { token: string; key: { keyId: string } }
    expect((await bench.ask('POST', '/v1/subjects', { key: token, json: {} })).status).toBe(201)
    const url = `/v1/tenants/opd-1/keys/${key.keyId}`
    expect((await bench.ask('DELETE', url, { key: owner.keys.operator, headers: HEADERS })).status).toBe(200)
    expect(refusal(await bench.ask('POST', '/v1/subjects', { key: token, json: {} }))).toEqual([401, 'unauthorised'])
    expect(refusal(await bench.ask('DELETE', url, { key: owner.keys.operator, headers: HEADERS }))).toEqual([404, 'not-found'])
  })
})

/** What each route is asked for, of another tenant's things, and what comes of it: 404, or an answer that knows nothing of them. */
async function walk(): Promise<Readonly<Record<string, { url: string; ask: Ask; told: 404 | 403 | object }>>> {
  const { subjectId, sid, open, seq, enrolmentId, thumbprint } = things
  const of = (url: string, told: 404 | 403 | object, ask: Ask = {}) => ({ url, ask, told })
  const day = '2026-03-02'
  return {
    'POST /v1/sessions': of('/v1/sessions', 404, { json: { subjectId, purpose: 'check-in' } }),
    'POST /v1/sessions/:sid/begin': of(`/v1/sessions/${open.sid}/begin`, 404, { json: await open.proof() }),
    'POST /v1/sessions/:sid/steps/:n': of(`/v1/sessions/${open.sid}/steps/1`, 404, { json: { message: (await open.message()).message } }),
    'GET /v1/sessions/:sid/decision': of(`/v1/sessions/${sid}/decision`, 404),
    'GET /v1/sessions/:sid/findings': of(`/v1/sessions/${sid}/findings`, 404),
    'POST /v1/sessions/:sid/hold': of(`/v1/sessions/${sid}/hold`, 404, { json: { reason: 'r' } }),
    'DELETE /v1/sessions/:sid/hold': of(`/v1/sessions/${sid}/hold`, 404, { json: { reason: 'r' } }),
    'POST /v1/sessions/:sid/appeal': of(`/v1/sessions/${sid}/appeal`, 404, { json: { reason: 'r' } }),
    'DELETE /v1/sessions/:sid/appeal': of(`/v1/sessions/${sid}/appeal`, 404, { json: { reason: 'r' } }),
    'GET /v1/sessions/:sid/evidence': of(`/v1/sessions/${sid}/evidence`, 404),
    'GET /v1/sessions/:sid/evidence/:frame': of(`/v1/sessions/${sid}/evidence/0`, 404),
    'POST /v1/packs': of('/v1/packs', 404, { json: { subjectId, ...things.offline.packs } }),
    'POST /v1/deferred': of('/v1/deferred', 404, { json: things.offline.deferred }),
    'POST /v1/check-ins': of('/v1/check-ins', 404, { bytes: things.evidence }),
    'POST /v1/enrolments': of('/v1/enrolments', 404, { bytes: things.enrolment }),
    'GET /v1/enrolments': of('/v1/enrolments?state=pending', { enrolments: [] }),
    'GET /v1/enrolments/:enrolmentId/portrait': of(`/v1/enrolments/${enrolmentId}/portrait`, 404),
    'POST /v1/enrolments/:enrolmentId/approve': of(`/v1/enrolments/${enrolmentId}/approve`, 404, { json: { seen: 'person' } }),
    'POST /v1/enrolments/:enrolmentId/reject': of(`/v1/enrolments/${enrolmentId}/reject`, 404, { json: { reason: 'r' } }),
    'POST /v1/subjects': of('/v1/subjects', 404, { json: { personId: things.personId } }),
    'GET /v1/subjects/:subjectId': of(`/v1/subjects/${subjectId}`, 404),
    'DELETE /v1/subjects/:subjectId': of(`/v1/subjects/${subjectId}`, 404, { json: { reason: 'r' } }),
    'POST /v1/subjects/:subjectId/consents': of(`/v1/subjects/${subjectId}/consents`, 404, { json: { version: '1', text: 't' } }),
    'DELETE /v1/subjects/:subjectId/consents': of(`/v1/subjects/${subjectId}/consents`, 404),
    'GET /v1/subjects/:subjectId/devices': of(`/v1/subjects/${subjectId}/devices`, 404),
    'POST /v1/subjects/:subjectId/limits/clear': of(`/v1/subjects/${subjectId}/limits/clear`, 404, { json: { reason: 'r' } }),
    'POST /v1/devices/:thumbprint/bind': of(`/v1/devices/${thumbprint}/bind`, 404),
    'POST /v1/devices/:thumbprint/revoke': of(`/v1/devices/${thumbprint}/revoke`, 404),
    'GET /v1/devices/kiosks': of('/v1/devices/kiosks', { kiosks: [] }),
    'POST /v1/devices/:thumbprint/kiosk': of(`/v1/devices/${thumbprint}/kiosk`, 404),
    'DELETE /v1/devices/:thumbprint/kiosk': of(`/v1/devices/${thumbprint}/kiosk`, 404),
    'GET /v1/offices': of('/v1/offices', { offices: [] }),
    'GET /v1/offices/:office/code': of(`/v1/offices/${things.office}/code`, 404),
    'GET /v1/attendance': of(`/v1/attendance?from=${day}&to=${day}&subjectId=${subjectId}`, { timeZone: 'Asia/Jakarta', days: [] }),
    'POST /v1/attendance/corrections': of('/v1/attendance/corrections', 404, { json: { corrects: seq, reason: 'r', instead: null } }),
    'POST /v1/attendance/attestations': of('/v1/attendance/attestations', 404, {
      json: { subjectId, direction: 'arrival', occurredAt: '2026-03-02T00:00:00Z', reason: 'r' },
    }),
    'GET /v1/reviews': of('/v1/reviews?state=waiting', { reviews: [] }),
    'POST /v1/reviews/:sid/accept': of(`/v1/reviews/${sid}/accept`, 404, { json: {} }),
    'POST /v1/reviews/:sid/reject': of(`/v1/reviews/${sid}/reject`, 404, { json: { reason: 'r' } }),
    'POST /v1/persons': of('/v1/persons', {}, { json: {} }),
    'GET /v1/persons/:personId': of(`/v1/persons/${things.personId}`, 404),
    'POST /v1/persons/:personId/assignments': of(`/v1/persons/${things.personId}/assignments`, 404, { json: { agencyId: 'opd-2', startsOn: day } }),
    'GET /v1/duplicates': of('/v1/duplicates', { duplicates: [] }),
    'POST /v1/duplicates/:duplicateId/settle': of(`/v1/duplicates/${things.duplicateId}/settle`, 404, { json: { verdict: 'same' } }),
    'GET /v1/tenants': of('/v1/tenants', { tenants: [expect.objectContaining({ tenantId: 'opd-2' })] }),
    'POST /v1/tenants': of('/v1/tenants', 403, { json: { tenantId: 'opd-3', name: 'n' } }),
    'GET /v1/tenants/:tenantId/keys': of('/v1/tenants/opd-1/keys', 404),
    'POST /v1/tenants/:tenantId/keys': of('/v1/tenants/opd-1/keys', 404, { json: { role: 'agency', label: 'l' } }),
    'DELETE /v1/tenants/:tenantId/keys/:keyId': of(`/v1/tenants/opd-1/keys/${things.keyId}`, 404),
    'POST /v1/officers/passkeys/options': of('/v1/officers/passkeys/options', 404, { json: { tenantId: 'opd-1' } }),
    'POST /v1/officers/passkeys': of('/v1/officers/passkeys', 404, { json: { tenantId: 'opd-1', response: PASSKEY } }),
    'GET /v1/officers/passkeys': of(`/v1/officers/passkeys?tenantId=opd-1&actor=${ACTOR}`, 404),
    'DELETE /v1/officers/passkeys/:credentialId': of(`/v1/officers/passkeys/${things.credentialId}`, 404),
    // Nothing of anybody's is named; an officer without a passkey is told so.
    'POST /v1/officers/assertions/options': of(
      '/v1/officers/assertions/options',
      { code: 'passkey-none' },
      {
        json: { method: 'POST', path: '/v1/devices/x/bind', bodySha256: '0'.repeat(64) },
      },
    ),
    'GET /v1/reports/officers': of('/v1/reports/officers?month=2026-03&tenantId=opd-1', 404),
    'GET /v1/subjects/:subjectId/officer-acts': of(`/v1/subjects/${subjectId}/officer-acts`, 404),
    'PUT /v1/tenants/:tenantId/officers/:actor': of('/v1/tenants/opd-1/officers/o', 404, { json: { personId: null, subjectId: null } }),
    'GET /v1/ledger/head': of('/v1/ledger/head?tenantId=opd-1', 404),
  }
}

const PASSKEY = { id: 'x', rawId: 'x', type: 'public-key', response: { clientDataJSON: 'x', attestationObject: 'x' } }

/** What takes two officers is asked by two. */
const sharing = async (route: string): Promise<Record<string, string>> =>
  route === 'POST /v1/attendance/corrections' ? { 'x-lintas-second': await bench.keyOf(other, 'officer-2') } : {}

describe('no tenant sees another’s', () => {
  it('on any route, with another tenant’s key and everything it could know', async () => {
    const asked = await walk()
    expect(Object.keys(asked).sort()).toEqual(
      routes()
        .filter((route) => TABLE[route] !== '*')
        .sort(),
    )
    for (const [route, { url, ask, told }] of Object.entries(asked)) {
      const [method = ''] = route.split(' ')
      const roles = TABLE[route]!.replace('!', '').split(' ') as store.ApiKeyRole[]
      for (const role of roles) {
        const answer = await bench.ask(method, url, {
          ...{ ...ask, key: other.keys[role] },
          headers: { ...HEADERS, ...loginOn(route), ...(await sharing(route)) },
        })
        if (typeof told === 'number') expect([route, ...refusal(answer)]).toEqual([route, told, told === 404 ? 'not-found' : 'forbidden'])
        else expect([route, answer.body]).toEqual([route, expect.objectContaining(told)])
        expect(answer.text).not.toContain(things.subjectId)
      }
    }
  })

  it('and what does not exist is answered word for word as what is another’s', async () => {
    for (const [route, { url, ask, told }] of Object.entries(await walk())) {
      if (told !== 404 || !/:/.test(route)) continue
      const [method = ''] = route.split(' ')
      const role = TABLE[route]!.replace('!', '').split(' ')[0] as store.ApiKeyRole
      const asked = { ...ask, key: other.keys[role], headers: { ...HEADERS, ...loginOn(route) } }
      const ids = Object.values(things).filter((id) => typeof id === 'string')
      const nowhere = [...ids, things.open.sid].reduce((text, id) => text.replace(id, 'n'.repeat(22)), url).replace('opd-1', 'opd-9')
      expect(nowhere).not.toBe(url)
      expect((await bench.ask(method, nowhere, asked)).text).toBe((await bench.ask(method, url, asked)).text)
    }
  })

  it('while its owner finds all of it', async () => {
    const { subjectId, sid, enrolmentId } = things
    const found = [
      await bench.ask('GET', `/v1/sessions/${sid}/decision`, { key: owner.keys.agency }),
      await bench.ask('GET', `/v1/sessions/${sid}/findings`, { key: owner.keys.officer, headers: HEADERS }),
      await bench.ask('GET', `/v1/subjects/${subjectId}/devices`, { key: owner.keys.officer }),
      await bench.ask('GET', `/v1/persons/${things.personId}`, { key: owner.keys.regency }),
      await bench.ask('GET', '/v1/ledger/head', { key: owner.keys.operator }),
      await bench.ask('GET', `/v1/offices/${things.office}/code`, { key: owner.keys.agency }),
    ]
    expect(found.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200])
    const waiting = await bench.ask('GET', '/v1/reviews?state=waiting', { key: owner.keys.agency })
    expect(waiting.body).toMatchObject({ reviews: [{ sid, subjectId, state: 'waiting' }] })
    const pending = await bench.ask('GET', '/v1/enrolments?state=pending', { key: owner.keys.officer })
    expect(pending.body).toMatchObject({ enrolments: [{ enrolmentId, subjectId, possibleDuplicate: false }] })
    const days = await bench.ask('GET', '/v1/attendance?from=2026-03-02&to=2026-03-02', { key: owner.keys.agency })
    expect(days.body).toMatchObject({ days: [{ subjectId, arrival: { at: '2026-03-02T07:30:03+07:00' } }] })
    const acts = await bench.storage.snapshot(owner.id, (scope) =>
      store.listActs(scope, { from: new Date(0), until: new Date('2100-01-01'), subjectId, limit: 100 }),
    )
    expect(acts).toContainEqual(expect.objectContaining({ actor: 'officer-9', action: 'findings-seen' }))
  })
})
