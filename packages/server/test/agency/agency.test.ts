import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateServerKey } from '@lintas/core/receipt'
import Fastify, { type FastifyInstance, type InjectOptions, type LightMyRequestResponse } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDemoAgency, type DemoAgency } from '../../src/agency/index.js'
import { FakeLintas, PORTRAIT } from './fake-lintas.js'

const SID = 's'.repeat(22)
const HOST = 'localhost:8080'
const TRUST = { issuer: 'lintas', audience: 'demo' }

let folder: string
let lintas: FakeLintas
let agency: DemoAgency
let app: FastifyInstance
let cookie: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lintas-agency-'))
  lintas = await FakeLintas.open()
  cookie = ''
  await restart()
})
afterEach(async () => {
  await app.close()
  await rm(folder, { recursive: true, force: true })
})

async function restart(): Promise<void> {
  agency = await openDemoAgency({ client: lintas.client, trust: TRUST, folder })
  app = Fastify()
  await app.register(agency.plugin, { prefix: '/demo' })
}

/** A request of the agency's own page, with the browser's cookies. */
async function ask(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  payload?: object,
  headers: InjectOptions['headers'] = { origin: `http://${HOST}` },
): Promise<LightMyRequestResponse> {
  const response = await app.inject({
    ...{ method, url: `/demo${path}`, headers: { host: HOST, cookie, ...headers } },
    ...(payload === undefined ? {} : { payload }),
  })
  const set = response.headers['set-cookie']
  if (typeof set === 'string')
    cookie = [...cookie.split('; ').filter((one) => !one.startsWith(set.split('=')[0] ?? '')), set.split(';')[0]].join('; ')
  return response
}
const code = (response: LightMyRequestResponse): unknown => response.json<{ readonly code: string }>().code
const login = (employee = 'pegawai-1'): Promise<LightMyRequestResponse> => ask('POST', '/login', { employee })

describe('a login', () => {
  it('makes a subject the first time, the same ever after, over restarts too, and of two tabs at once one', async () => {
    await Promise.all([login(), login()])
    await login('pegawai-2')
    await app.close()
    await restart()
    await login()
    expect(lintas.subjects).toEqual(['subject-1', 'subject-2'])
    expect(await agency.subjectOn({ headers: { cookie } })).toBe('subject-1')
  })

  it('ends with the logout, and is not for somebody who does not work here', async () => {
    await login()
    expect((await ask('GET', '/me')).json()).toMatchObject({ employee: 'pegawai-1', consented: false, enrolled: false, pending: false })
    await ask('POST', '/logout')
    expect((await ask('GET', '/me')).json()).not.toHaveProperty('employee')
    expect((await login('pegawai-99')).statusCode).toBe(400)
    expect(await agency.subjectOn({ headers: {} })).toBeUndefined()
  })

  it.each([
    ['GET', '/attendance'],
    ['GET', `/receipts/check-in/${SID}`],
    ['POST', '/consent'],
    ['DELETE', '/face'],
    ['GET', '/officer/waiting'],
    ['GET', `/officer/enrolments/${SID}/portrait`],
    ['POST', `/officer/enrolments/${SID}/approve`],
    ['POST', `/officer/enrolments/${SID}/reject`],
    ['POST', `/officer/devices/${'t'.repeat(43)}/bind`],
    ['POST', `/officer/reviews/${SID}/accept`],
    ['POST', `/officer/reviews/${SID}/reject`],
  ] as const)('is needed for %s %s, and an employee’s does for no officer', async (method, path) => {
    const payload = path === '/consent' ? { version: '1', text: 'x' } : { second: false }
    const given = method === 'POST' ? payload : undefined
    expect((await ask(method, path, given)).statusCode).toBe(401)
    await login()
    const { requests } = lintas
    const before = requests.filter(({ as }) => as === 'officer').length
    if (path.startsWith('/officer')) expect((await ask(method, path, given)).statusCode).toBe(401)
    expect(requests.filter(({ as }) => as === 'officer')).toHaveLength(before)
  })
})

it.each([
  ['no origin', undefined],
  ['another site', 'https://elsewhere.example'],
  ['another port', 'http://localhost:8081'],
  ['null', 'null'],
])('changes nothing for a page of %s', async (_whose, origin) => {
  const response = await ask('POST', '/login', { employee: 'pegawai-1' }, origin === undefined ? {} : { origin })
  expect([response.statusCode, code(response), lintas.requests]).toEqual([403, 'foreign-origin', []])
})

describe('a receipt', () => {
  beforeEach(async () => {
    await login()
  })

  it('is what the server signed for this agency, this session and this employee', async () => {
    await lintas.decide(SID, 'subject-1')
    const response = await ask('GET', `/receipts/check-in/${SID}`)
    expect(response.json()).toMatchObject({ claims: { outcome: 'admitted', assurance: 'server-verified', sid: SID, sub: 'subject-1' } })
    expect(response.headers['cache-control']).toBe('no-store')
  })

  it.each([
    ['a colleague’s', { sub: 'subject-2' }],
    ['another session’s', { sid: 'x'.repeat(22) }],
    ['another agency’s', { aud: 'dinas-lain' }],
    ['another server’s', { iss: 'elsewhere' }],
    ['an enrolment’s', { purpose: 'enrolment' }],
  ] as const)('is not %s', async (_whose, changed) => {
    await lintas.decide(SID, 'subject-1', changed)
    const response = await ask('GET', `/receipts/check-in/${SID}`)
    expect([response.statusCode, code(response)]).toEqual([502, 'receipt-claims'])
    expect(response.body).not.toContain('admitted')
  })

  it('is not signed by anybody else, and is not there before it is decided', async () => {
    await lintas.decide(SID, 'subject-1', {}, await generateServerKey())
    const forged = await ask('GET', `/receipts/check-in/${SID}`)
    expect([forged.statusCode, code(forged)]).toEqual([502, 'receipt-key-unknown'])
    const none = await ask('GET', `/receipts/check-in/${'n'.repeat(22)}`)
    expect([none.statusCode, code(none)]).toEqual([404, 'not-found'])
  })
})

describe('the officer', () => {
  beforeEach(async () => {
    await login()
    lintas.references.push({ enrolmentId: 'e-1', subjectId: 'subject-1', state: 'pending', possibleDuplicate: true, incomplete: true })
    await ask('POST', '/officer/login')
  })

  it('sees who waits, by the agency’s own numbers, and approves, with a second one where one face may be two people’s', async () => {
    const waiting = (await ask('GET', '/officer/waiting')).json<{ enrolments: object[] }>()
    expect(waiting.enrolments).toMatchObject([{ employee: 'pegawai-1', enrolmentId: 'e-1', possibleDuplicate: true, incomplete: true }])
    const alone = await ask('POST', '/officer/enrolments/e-1/approve', { second: false })
    expect([alone.statusCode, code(alone)]).toEqual([409, 'approval-second'])
    expect((await ask('POST', '/officer/enrolments/e-1/approve', { second: true })).statusCode).toBe(204)
    expect(lintas.requests.at(-1)).toMatchObject({ as: 'officer', actor: 'petugas-demo-1', second: 'petugas-demo-2', body: { seen: 'person' } })
    expect((await ask('GET', '/me')).json()).toMatchObject({ enrolled: true, pending: false })
  })

  it('sees whose face waits, as themself and in no cache, until it is decided on', async () => {
    const seen = await ask('GET', '/officer/enrolments/e-1/portrait')
    expect([seen.statusCode, seen.headers['content-type'], seen.headers['cache-control']]).toEqual([200, 'image/jpeg', 'no-store'])
    expect(new Uint8Array(seen.rawPayload)).toEqual(PORTRAIT)
    expect(lintas.requests.at(-1)).toMatchObject({ as: 'officer', actor: 'petugas-demo-1', path: '/v1/enrolments/e-1/portrait' })
    lintas.references[0]!.state = 'active'
    const gone = await ask('GET', '/officer/enrolments/e-1/portrait')
    expect([gone.statusCode, code(gone), gone.headers['cache-control']]).toEqual([404, 'not-found', 'no-store'])
    lintas.answer = { status: 200, body: {} }
    const none = await ask('GET', '/officer/enrolments/e-1/portrait')
    expect([none.statusCode, code(none)]).toEqual([502, 'lintas'])
  })

  it('settles check-ins that wait, by the agency’s own numbers, and with a second one where one alone may not', async () => {
    const review = { at: '2026-11-24T09:00:00+07:00', notBefore: '2026-11-24T07:30:00+07:00', direction: 'arrival', flags: ['deferred'] }
    const made = (sid: string, subjectId: string) => ({ ...review, sid, subjectId, state: 'waiting', assurance: 'deferred', thumbprint: 't' })
    lintas.reviews = [made('s-1', 'subject-1'), made('s-2', 'elsewhere')]
    const waiting = async () => (await ask('GET', '/officer/waiting')).json<{ reviews: object[] }>().reviews
    expect(await waiting()).toEqual([
      { ...review, sid: 's-1', employee: 'pegawai-1' },
      { ...review, sid: 's-2', employee: 'elsewhere' },
    ])
    const alone = await ask('POST', '/officer/reviews/s-1/accept', { second: false })
    expect([alone.statusCode, code(alone)]).toEqual([409, 'review-second-subject'])
    expect((await ask('POST', '/officer/reviews/s-1/accept', { second: true })).statusCode).toBe(204)
    expect(lintas.requests.at(-1)).toMatchObject({ path: '/v1/reviews/s-1/accept', actor: 'petugas-demo-1', second: 'petugas-demo-2' })
    expect((await ask('POST', '/officer/reviews/s-2/reject')).statusCode).toBe(204)
    expect(lintas.requests.at(-1)).toMatchObject({ path: '/v1/reviews/s-2/reject', actor: 'petugas-demo-1', body: { reason: 'demo' } })
    expect(await waiting()).toEqual([])
  })

  it('vouches for devices that nobody has vouched for', async () => {
    lintas.devices = [
      { thumbprint: 't-1', state: 'provisional', uses: 2, createdAt: 'x' },
      { thumbprint: 't-2', state: 'bound', uses: 9, createdAt: 'x' },
    ]
    const { devices } = (await ask('GET', '/officer/waiting')).json<{ devices: object[] }>()
    expect(devices).toEqual([{ employee: 'pegawai-1', thumbprint: 't-1', uses: 2 }])
    await ask('POST', '/officer/devices/t-1/bind')
    expect(lintas.requests.at(-1)).toMatchObject({ method: 'POST', path: '/v1/devices/t-1/bind', actor: 'petugas-demo-1' })
  })
})

it('tells the day in the agency’s time zone, by its own numbers', async () => {
  await login()
  lintas.attendance = [{ day: 'x', subjectId: 'subject-1', arrival: { at: '2026-11-24T07:31:00+07:00', assurance: 'server-verified' }, records: 1 }]
  const told = (await ask('GET', '/attendance')).json<{ day: string; rows: object[] }>()
  expect(told).toMatchObject({ timeZone: 'Asia/Jakarta', rows: [{ employee: 'pegawai-1', arrival: { at: '2026-11-24T07:31:00+07:00' } }] })
  expect(lintas.requests.at(-1)?.path).toBe(`/v1/attendance?from=${told.day}&to=${told.day}&limit=1000`)
})

it('takes consent as it was shown, and a withdrawal', async () => {
  await login()
  await ask('POST', '/consent', { version: 'demo-1', text: 'the very words' })
  expect([...lintas.consents]).toEqual([['subject-1', 'the very words']])
  expect((await ask('DELETE', '/face')).statusCode).toBe(204)
  expect(lintas.consents.size).toBe(0)
})

it('passes the server’s faults on, but not that its own key does not work', async () => {
  await login()
  lintas.answer = { status: 503, body: { code: 'unavailable', detail: 'The database does not answer now' } }
  expect([(await ask('GET', '/me')).statusCode, code(await ask('GET', '/me'))]).toEqual([503, 'unavailable'])
  lintas.answer = { status: 401, body: { code: 'unauthorised', detail: 'no' } }
  expect([(await ask('GET', '/me')).statusCode, code(await ask('GET', '/me'))]).toEqual([502, 'lintas-key'])
})
