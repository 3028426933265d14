import { verifyLedgerHead, publicJwks } from '@lintas/core/receipt'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as store from '../../src/storage/index.js'
import { ADMITTED, Attempt, ISSUER, makeDevice, makeSubject, refusal, REFUSED, startBench, template, type Bench, type Tenant } from './bench.js'

let bench: Bench
let tenant: Tenant
beforeAll(async () => {
  bench = await startBench()
  tenant = await bench.tenant('opd-1')
})
afterAll(() => bench.close())

const officer = async (actor: string, second?: string) => ({
  key: await bench.keyOf(tenant, actor),
  headers: second === undefined ? {} : { 'x-lintas-second': await bench.keyOf(tenant, second) },
})

describe('every fault', () => {
  it('is problem+json with a code, and names the field', async () => {
    const key = tenant.keys.agency
    const told = [
      await bench.ask('GET', '/v1/nothing'),
      await bench.ask('POST', '/v1/sessions', { key, json: { purpose: 'check-in' } }),
      await bench.ask('POST', '/v1/sessions', { key, json: { subjectId: 's', purpose: 'payroll' } }),
      await bench.ask('POST', '/v1/sessions', { key, json: { subjectId: 's', purpose: 'check-in', admin: true } }),
      await bench.ask('POST', '/v1/sessions', { key, json: 'text' }),
      await bench.ask('POST', '/v1/sessions', { key, headers: { 'content-type': 'text/plain' }, bytes: new Uint8Array(1) }),
      await bench.ask('POST', '/v1/subjects', { key, json: { subjectId: 'x'.repeat(200_000) } }),
      await bench.ask('GET', '/v1/attendance?from=2026-02-30&to=2026-03-01', { key }),
      await bench.ask('GET', '/v1/attendance?from=2026-03-02&to=2026-03-01', { key }),
      await bench.ask('GET', '/v1/attendance?from=2026-03-01&to=2026-03-01&cursor=bm90aGluZw', { key }),
      await bench.ask('POST', '/v1/subjects', { key, json: { subjectId: '198501012010011001' } }),
      await bench.ask('GET', '/v1/subjects/%00', { key }),
      await bench.ask('GET', '/v1/attendance?from=0000-01-01&to=0000-01-02', { key }),
    ]
    expect(told.map(refusal)).toEqual([
      ...[
        [404, 'not-found'],
        [400, 'invalid'],
        [400, 'invalid'],
        [400, 'invalid'],
        [400, 'invalid'],
        [415, 'content-type'],
      ],
      ...[
        [413, 'too-large'],
        [400, 'invalid'],
        [400, 'invalid'],
        [400, 'cursor'],
        [422, 'subject-nip'],
        [400, 'invalid'],
        [400, 'invalid'],
      ],
    ])
    for (const { headers, body, status } of told) {
      expect(headers['content-type']).toContain('application/problem+json')
      expect(body).toEqual({
        type: 'about:blank',
        title: expect.any(String) as string,
        status,
        code: expect.any(String) as string,
        detail: expect.any(String) as string,
      })
    }
    const details = told.map(({ body }) => String(body['detail']))
    expect(details[1]).toContain('body.subjectId')
    expect(details[2]).toContain('body.purpose')
    expect(details[3]).toContain('body.admin')
    expect(details[7]).toContain('querystring.from')
  })

  it('never is a failure of the server, whatever is sent', async () => {
    const values = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.integer(),
      fc.constant(null),
      fc.boolean(),
      fc.constant('2026-03-02'),
      fc.constant(' '),
    )
    const words = [
      'subjectId',
      'purpose',
      'token',
      'proof',
      'route',
      'target',
      'message',
      'reason',
      'second',
      'corrects',
      'instead',
      'seen',
      'version',
      'text',
    ]
    const bodies = fc.dictionary(fc.constantFrom(...words, 'occurredAt', 'direction', 'agencyId', 'startsOn', 'nip', 'role', 'label'), values)
    const routes = bench.routes.filter(({ access }) => access !== undefined && access.roles !== 'public')
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...routes),
        bodies,
        fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
        async ({ method, url, access }, json, id) => {
          const role = (access!.roles as store.ApiKeyRole[])[0]!
          const path = url.replace(/:\w+/g, () => encodeURIComponent(id.replace(/\p{Cs}/gu, '')))
          const body = method === 'GET' ? {} : { json }
          const told = await bench.ask(method, path, { key: tenant.keys[role], ...body })
          expect(told.status, `${method} ${path} ${JSON.stringify(json)} ${told.text}`).toBeLessThan(500)
        },
      ),
      { numRuns: 400 },
    )
  })
})

describe('an enrolment', () => {
  const enrol = async (subjectId: string, headers: Record<string, string> = {}): Promise<Attempt & { told?: unknown }> => {
    bench.verdict = { ...ADMITTED, template: template(subjectId) }
    bench.clock.now += 3_600_000
    const one = await new Attempt(bench, tenant, await makeDevice()).run(subjectId, 'enrolment')
    const told = await one.submit(await one.bundle(), 'enrolments', headers)
    expect([told.status, told.body]).toEqual([202, { enrolmentId: one.sid, state: 'pending' }])
    bench.verdict = ADMITTED
    return one
  }
  const approve = async (id: string, actor: string, json: object, second?: string) =>
    await bench.ask('POST', `/v1/enrolments/${id}/approve`, { ...(await officer(actor, second)), json })

  it('waits for an officer, admits nobody meanwhile, and then does', async () => {
    const subjectId = await makeSubject(bench, tenant, false)
    const one = await enrol(subjectId)
    const again = new Attempt(bench, tenant, one.device)
    await again.issue(subjectId)
    expect(refusal(await again.begin())).toEqual([409, 'not-enrolled'])
    expect((await approve(one.sid, 'officer-1', { seen: 'person' })).body).toEqual({ state: 'active', incomplete: false })
    expect(refusal(await approve(one.sid, 'officer-2', { seen: 'person' }))).toEqual([409, 'enrolment-not-pending'])
    bench.clock.now += 3_600_000
    const checkIn = await new Attempt(bench, tenant, one.device).run(subjectId)
    expect((await checkIn.submit(await checkIn.bundle())).body).toMatchObject({ outcome: 'admitted' })
    expect(bench.seen.at(-1)!.reference).toEqual(template(subjectId))
    const opened = one.opened.map(({ step, index }) => [step, index])
    expect(opened).toEqual([
      [1, 4],
      [1, 7],
      [2, 4],
      [2, 7],
      [3, 4],
      [3, 7],
    ])
  })

  it('that is sent again gets the same answer and makes one reference', async () => {
    const subjectId = await makeSubject(bench, tenant, false)
    bench.verdict = { ...ADMITTED, template: template(subjectId) }
    const one = await new Attempt(bench, tenant, await makeDevice()).run(subjectId, 'enrolment')
    const body = await one.bundle()
    const told = await Promise.all([1, 2, 3].map(() => one.submit(body, 'enrolments')))
    expect(new Set(told.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    expect(await bench.storage.snapshot(tenant.id, (scope) => store.listReferences(scope, subjectId))).toHaveLength(1)
    bench.verdict = ADMITTED
  })

  it('is approved neither by its subject nor by who made it, and by two where only a photograph was seen', async () => {
    const subjectId = await makeSubject(bench, tenant, false)
    const one = await enrol(subjectId, { 'x-lintas-actor': 'colleague' })
    expect(refusal(await approve(one.sid, subjectId, { seen: 'person' }))).toEqual([403, 'approval-self'])
    expect(refusal(await approve(one.sid, 'colleague', { seen: 'person' }))).toEqual([403, 'approval-self'])
    expect(refusal(await approve(one.sid, 'officer-1', { seen: 'photograph' }, 'colleague'))).toEqual([403, 'approval-self'])
    expect(refusal(await approve(one.sid, 'officer-1', { seen: 'photograph' }))).toEqual([409, 'approval-second'])
    expect(refusal(await approve(one.sid, 'officer-1', { seen: 'photograph', second: 'officer-2' }))).toEqual([400, 'invalid'])
    expect((await approve(one.sid, 'officer-1', { seen: 'photograph' }, 'officer-2')).status).toBe(200)
  })

  it('of a possible duplicate shows that and no name, and takes two officers', async () => {
    const subjectId = await makeSubject(bench, tenant, false)
    Object.assign(bench.duplicates, { own: ['somebody-else'], elsewhere: 1 })
    const one = await enrol(subjectId)
    Object.assign(bench.duplicates, { own: [], elsewhere: 0 })
    const pending = await bench.ask('GET', '/v1/enrolments?state=pending', { key: tenant.keys.officer })
    expect((pending.body['enrolments'] as object[]).filter((each) => (each as { enrolmentId: string }).enrolmentId === one.sid)).toEqual([
      expect.objectContaining({ subjectId, possibleDuplicate: true }),
    ])
    expect(pending.text).not.toContain('somebody-else')
    expect(refusal(await approve(one.sid, 'officer-1', { seen: 'person' }))).toEqual([409, 'approval-second'])
    expect(
      (await bench.ask('POST', `/v1/enrolments/${one.sid}/reject`, { ...(await officer('officer-1')), json: { reason: 'twice' } })).body,
    ).toEqual({
      state: 'rejected',
    })
    expect(await bench.storage.snapshot(tenant.id, (scope) => store.listReferences(scope, subjectId))).toEqual([])
  })

  it('that nobody decides on lapses: it is told, approved by nobody, and the subject enrols again', async () => {
    const subjectId = await makeSubject(bench, tenant, false)
    const one = await enrol(subjectId)
    const portrait = () => bench.ask('GET', `/v1/enrolments/${one.sid}/portrait`, { key: tenant.keys.officer })
    expect((await portrait()).status).toBe(200)
    bench.clock.now += 30 * 86_400_000 + 1
    await bench.storage.transact(tenant.id, (scope) => store.sweepAll(scope))
    const listed = async (state: string) => {
      const { body } = await bench.ask('GET', `/v1/enrolments?state=${state}`, { key: tenant.keys.officer })
      return (body['enrolments'] as { enrolmentId: string }[]).filter(({ enrolmentId }) => enrolmentId === one.sid)
    }
    expect(await listed('pending')).toEqual([])
    expect(await listed('lapsed')).toEqual([{ enrolmentId: one.sid, subjectId, state: 'lapsed', lapsedAt: new Date(bench.clock.now).toISOString() }])
    expect((await portrait()).status).toBe(404)
    expect(refusal(await approve(one.sid, 'officer-1', { seen: 'person' }))).toEqual([409, 'enrolment-lapsed'])
    const reject = await bench.ask('POST', `/v1/enrolments/${one.sid}/reject`, { ...(await officer('officer-1')), json: { reason: 'late' } })
    expect(refusal(reject)).toEqual([409, 'enrolment-lapsed'])
    const again = await enrol(subjectId)
    expect((await approve(again.sid, 'officer-1', { seen: 'person' })).status).toBe(200)
  })

  it('that is refused says so, and leaves nothing to approve', async () => {
    const subjectId = await makeSubject(bench, tenant, false)
    bench.verdict = REFUSED
    const one = await new Attempt(bench, tenant, await makeDevice()).run(subjectId, 'enrolment')
    expect((await one.submit(await one.bundle(), 'enrolments')).body).toEqual({ outcome: 'refused', hint: 'look-straight', next: 'again' })
    expect(refusal(await approve(one.sid, 'officer-1', { seen: 'person' }))).toEqual([404, 'not-found'])
    bench.verdict = ADMITTED
  })

  it('on a colleague’s device is refused: a device has one subject', async () => {
    const device = (await enrol(await makeSubject(bench, tenant, false))).device
    const victim = await makeSubject(bench, tenant, false)
    bench.verdict = { ...ADMITTED, template: template(victim) }
    const one = await new Attempt(bench, tenant, device).run(victim, 'enrolment')
    expect((await one.submit(await one.bundle(), 'enrolments')).body).toEqual({ outcome: 'refused', next: 'assisted' })
    bench.verdict = ADMITTED
  })
})

describe('attendance over HTTP', () => {
  it('comes in pages that together are all, as JSON and as CSV', async () => {
    const opd = await bench.tenant('opd-pages')
    const subjects = await bench.storage.transact(opd.id, async (scope) => {
      const made: string[] = []
      for (let count = 0; count < 3; count += 1) made.push((await store.createSubject(scope)).subjectId)
      for (let day = 1; day <= 20; day += 1) {
        for (const subjectId of made) {
          const at = (hour: number): string => new Date(Date.UTC(2026, 0, day, hour)).toISOString()
          const record = { kind: 'attendance', subjectId, direction: 'arrival', assurance: 'server-verified', sid: `s-${day}` } as const
          await store.appendRecord(scope, { ...record, occurredAt: at(0) })
          await store.appendRecord(scope, { ...record, direction: 'departure', occurredAt: at(9) })
        }
      }
      return made.sort()
    })
    const expected = Array.from({ length: 20 }, (_, index) =>
      subjects.map((subjectId) => `2026-01-${String(index + 1).padStart(2, '0')} ${subjectId}`),
    ).flat()
    const found: string[] = []
    let cursor = ''
    do {
      const told = await bench.ask('GET', `/v1/attendance?from=2026-01-01&to=2026-01-31&limit=7${cursor}`, { key: opd.keys.officer })
      const { days, next } = told.body as { days: { day: string; subjectId: string }[]; next?: string }
      found.push(...days.map(({ day, subjectId }) => `${day} ${subjectId}`))
      cursor = next === undefined ? '' : `&cursor=${next}`
    } while (cursor !== '')
    expect(found).toEqual(expected)
    const csv: string[] = []
    let link = '/v1/attendance?from=2026-01-01&to=2026-01-31&limit=9&format=csv'
    do {
      const told = await bench.ask('GET', link, { key: opd.keys.agency })
      expect(told.headers['content-type']).toBe('text/csv; charset=utf-8; header=present')
      csv.push(...told.text.trimEnd().split('\r\n').slice(1))
      link = /^<(.*)>; rel="next"$/.exec(String(told.headers['link']))?.[1] ?? ''
    } while (link !== '')
    expect(csv.map((line) => line.split(',').slice(0, 2).join(' ').replace(" '", ' '))).toEqual(expected)
  })

  it('of another agency is the regency’s officers’ alone, and noted there', async () => {
    const opd = await bench.tenant('opd-read')
    const subjectId = await makeSubject(bench, opd)
    await bench.storage.transact(opd.id, (scope) =>
      store.appendRecord(scope, {
        ...{
          kind: 'attendance',
          subjectId,
          occurredAt: '2026-01-05T00:00:00.000Z',
          direction: 'arrival',
          assurance: 'server-verified',
          sid: 's-read',
        },
      }),
    )
    const kabupaten = await bench.tenant('kabupaten-2', 'regency')
    const ask = (key: string, of = opd.id, more = '') =>
      bench.ask('GET', `/v1/attendance?from=2026-01-01&to=2026-01-31&tenantId=${of}${more}`, { key })
    expect((await ask(kabupaten.keys.regency)).body).toMatchObject({ days: [{ day: '2026-01-05', subjectId }] })
    expect((await ask(kabupaten.keys.regency, opd.id, '&format=csv')).text).toContain(subjectId)
    expect((await ask(opd.keys.agency)).body).toMatchObject({ days: [{ subjectId }] })
    const { agency, officer: desk } = kabupaten.keys
    for (const key of [agency, desk, tenant.keys.agency, tenant.keys.officer, tenant.keys.regency])
      expect(refusal(await ask(key))).toEqual([404, 'not-found'])
    expect(refusal(await ask(kabupaten.keys.regency, 'opd-none'))).toEqual([404, 'not-found'])
    const acts = await bench.storage.snapshot(opd.id, (scope) =>
      store.listActs(scope, { from: new Date(0), until: new Date('2100-01-01'), limit: 99 }),
    )
    const read = acts.filter(({ action }) => action === 'attendance-exported').map(({ actor, details }) => [actor, details])
    expect(read).toEqual(Array(2).fill(['officer-9', '{"by":"kabupaten-2","from":"2026-01-01","to":"2026-01-31"}']))
  })

  it('shows a correction by two people and an attestation, and neither by the subject', async () => {
    const subjectId = await makeSubject(bench, tenant)
    const attest = async (actor: string, changes: object = {}) =>
      await bench.ask('POST', '/v1/attendance/attestations', {
        ...(await officer(actor)),
        json: { subjectId, direction: 'arrival', occurredAt: '2026-02-03T01:00:00Z', reason: 'no camera', ...changes },
      })
    expect(refusal(await attest(subjectId))).toEqual([403, 'attestation-authors'])
    expect(refusal(await attest('officer-1', { occurredAt: '2099-01-01T00:00:00Z' }))).toEqual([422, 'attestation-time'])
    const made = await attest('officer-1')
    expect(made.status).toBe(201)
    const correct = async (actor: string, second?: string, more: object = {}) =>
      await bench.ask('POST', '/v1/attendance/corrections', {
        ...(await officer(actor, second)),
        json: { corrects: made.body['seq'], reason: 'wrong hour', ...more, instead: { occurredAt: '2026-02-03T00:15:00Z', direction: 'arrival' } },
      })
    expect(refusal(await correct('officer-1'))).toEqual([409, 'correction-second'])
    expect(refusal(await correct('officer-1', undefined, { second: 'officer-2' }))).toEqual([400, 'invalid'])
    expect(refusal(await correct('officer-1', 'officer-1'))).toEqual([403, 'second'])
    expect(refusal(await correct('officer-1', subjectId))).toEqual([403, 'correction-authors'])
    expect((await correct('officer-1', 'officer-2')).status).toBe(201)
    const days = await bench.ask('GET', `/v1/attendance?from=2026-02-03&to=2026-02-03&subjectId=${subjectId}`, { key: tenant.keys.agency })
    expect(days.body).toMatchObject({
      days: [{ day: '2026-02-03', arrival: { at: '2026-02-03T07:15:00+07:00', assurance: 'officer-attested', corrected: true } }],
    })
  })
})

describe('for whoever runs the server', () => {
  it('the description is OpenAPI 3.1 and has every route', async () => {
    const { body } = await bench.ask('GET', '/v1/openapi.json')
    expect(body['openapi']).toBe('3.1.0')
    const paths = body['paths'] as Record<string, Record<string, { responses: Record<string, unknown>; security?: unknown }>>
    for (const { method, url, access } of bench.routes) {
      if (url === '/v1/openapi.json' || !url.startsWith('/v1/')) continue
      const described = paths[url.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]
      expect(described?.responses, `${method} ${url}`).toHaveProperty('4XX')
      if (access!.roles !== 'public') expect(described?.security, url).toEqual([{ key: [] }])
    }
  })

  it('health tells which part does not work', async () => {
    expect((await bench.ask('GET', '/health')).body).toEqual({ status: 'ok', database: 'ok', models: 'ok', verifier: 'ok' })
    const ill = await startBench({}, { health: { models: () => Promise.reject(new Error('gone')), verifier: () => Promise.resolve(false) } })
    expect((await ill.ask('GET', '/health')).body).toEqual({ status: 'failed', database: 'ok', models: 'failed', verifier: 'failed' })
    await ill.storage.close()
    const told = await ill.ask('GET', '/health')
    expect([told.status, told.body['database']]).toEqual([503, 'failed'])
    expect(refusal(await ill.ask('POST', '/v1/subjects', { key: `lintas1.opd-1.${'x'.repeat(43)}`, json: {} }))).toEqual([503, 'unavailable'])
    await ill.close()
  })

  it('metrics are for the operator, and tell of nobody', async () => {
    const subjectId = await makeSubject(bench, tenant)
    const one = await new Attempt(bench, tenant, await makeDevice()).run(subjectId)
    await one.submit(await one.bundle())
    expect(refusal(await bench.ask('GET', '/metrics'))).toEqual([401, 'unauthorised'])
    expect(refusal(await bench.ask('GET', '/metrics', { key: tenant.keys.agency }))).toEqual([401, 'unauthorised'])
    for (const key of [tenant.keys.operator, 'm'.repeat(40)]) {
      const { text, status } = await bench.ask('GET', '/metrics', { key })
      expect(status).toBe(200)
      expect(text).toMatch(/lintas_submissions_total\{purpose="check-in",outcome="admitted"\} \d/)
      expect(text).toContain('route="/v1/sessions/:sid/steps/:n"')
      for (const id of [subjectId, one.sid, tenant.id]) expect(text).not.toContain(id)
    }
  })

  it('the ledger’s head is signed, and its own agency may keep it', async () => {
    const { body } = await bench.ask('GET', '/v1/ledger/head', { key: tenant.keys.operator })
    for (const key of [tenant.keys.agency, tenant.keys.officer]) {
      const told = await bench.ask('GET', '/v1/ledger/head', { key })
      expect(told.body).toMatchObject({ tenantId: tenant.id, seq: body['seq'], rowSha256: body['rowSha256'] })
      const kept = await verifyLedgerHead(String(told.body['head']), { jwks: publicJwks([bench.serverKey]), issuer: ISSUER, tenant: tenant.id })
      expect(kept.claims).toMatchObject({ tid: tenant.id, seq: body['seq'] })
    }
    // Another's is nobody's but the regency's operator's: not of its backend either.
    const kabupaten = await bench.tenant('kabupaten', 'regency')
    const asked = async (key: string) => await bench.ask('GET', `/v1/ledger/head?tenantId=${tenant.id}`, { key })
    for (const key of [kabupaten.keys.agency, kabupaten.keys.officer]) expect(refusal(await asked(key))).toEqual([404, 'not-found'])
    expect((await asked(kabupaten.keys.operator)).body).toMatchObject({ tenantId: tenant.id, seq: body['seq'] })
    const { jwks } = { jwks: publicJwks([bench.serverKey]) }
    const { claims } = await verifyLedgerHead(String(body['head']), { jwks, issuer: ISSUER, tenant: tenant.id })
    expect(claims.seq).toBe(body['seq'])
    const keys = await bench.ask('GET', '/v1/keys')
    expect(keys.body).toEqual(jwks)
  })

  it('an operator of the regency makes agencies and their keys', async () => {
    const regency = await bench.tenant('regency', 'regency')
    const asked = { key: regency.keys.operator }
    const made = await bench.ask('POST', '/v1/tenants', { ...asked, json: { tenantId: 'opd-new', name: 'Dinas' } })
    expect(made.body).toMatchObject({ tenantId: 'opd-new', kind: 'agency', timeZone: 'Asia/Jakarta' })
    expect(refusal(await bench.ask('POST', '/v1/tenants', { ...asked, json: { tenantId: 'opd-new', name: 'Dinas' } }))).toEqual([
      409,
      'tenant-exists',
    ])
    expect(refusal(await bench.ask('POST', '/v1/tenants', { ...asked, json: { tenantId: 'opd-x', name: 'n', timeZone: 'Mars/Olympus' } }))).toEqual([
      400,
      'invalid',
    ])
    const { token } = (await bench.ask('POST', '/v1/tenants/opd-new/keys', { ...asked, json: { role: 'agency', label: 'app' } })).body
    const person = await bench.ask('POST', '/v1/persons', {
      key: regency.keys.regency,
      json: { name: 'Somebody' },
    })
    const personId = String(person.body['personId'])
    expect(refusal(await bench.ask('POST', '/v1/subjects', { key: String(token), json: { personId } }))).toEqual([404, 'not-found'])
    const assign = { key: regency.keys.regency, json: { agencyId: 'opd-new', startsOn: '2026-01-01' } }
    expect((await bench.ask('POST', `/v1/persons/${personId}/assignments`, assign)).status).toBe(201)
    expect((await bench.ask('POST', '/v1/subjects', { key: String(token), json: { personId } })).status).toBe(201)
  })
})
