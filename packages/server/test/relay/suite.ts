import { beforeEach, expect, it } from 'vitest'
import type { FakeServer } from './fake-server.js'

/** The agency's origin in these tests. */
export const ORIGIN = 'https://absen.example.go.id'
export const KEY = `lintas1.opd-1.${'k'.repeat(43)}`
export const SUBJECT = 'subject-of-the-login'
const SID = 'session-0123456789abcdef'

/** A request as a page makes it. */
export interface Asked {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  readonly method?: string
}

/** What the page gets. */
export interface Told {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** A relay before the fake server. `login` is what a logged-in browser sends. */
export interface RelayUnderTest {
  readonly fake: FakeServer
  readonly login: Readonly<Record<string, string>>
  ask(asked: Asked): Promise<Told>
}

const code = ({ text }: Told): unknown => (JSON.parse(text) as { code?: unknown }).code

/** What every relay does, whatever it is written in. */
export function relaySuite(started: () => RelayUnderTest): void {
  const json = (path: string, body: unknown, changes: Partial<Asked> = {}): Promise<Told> => {
    const { login } = started()
    const headers = { origin: ORIGIN, 'content-type': 'application/json', ...login, ...changes.headers }
    return started().ask({ path, body: JSON.stringify(body), ...changes, headers })
  }
  const bytes = (path: string, body: Uint8Array, type = 'application/vnd.lintas.evidence'): Promise<Told> =>
    started().ask({ path, body, headers: { origin: ORIGIN, 'content-type': type, ...started().login } })
  const last = () => started().fake.received.at(-1)!

  beforeEach(() => {
    const { fake } = started()
    fake.received.length = 0
    fake.answer = { status: 200, body: { ok: true } }
  })

  it('opens a session for whoever is logged in, with the agency’s key, and passes the answer on', async () => {
    started().fake.answer = { status: 201, body: { sid: SID, token: 't' } }
    const told = await json('session', { purpose: 'check-in', subjectId: 'somebody-else' })
    expect([told.status, JSON.parse(told.text)]).toEqual([201, { sid: SID, token: 't' }])
    expect(told.headers['cache-control']).toBe('no-store')
    expect(last().url).toBe('/v1/sessions')
    expect(JSON.parse(last().body.toString())).toEqual({ subjectId: SUBJECT, purpose: 'check-in' })
    expect(last().headers).toMatchObject({ authorization: `Bearer ${KEY}`, 'x-lintas-subject': SUBJECT, 'x-lintas-client-address': '127.0.0.1' })
    expect(last().headers).not.toHaveProperty('cookie')
  })

  it('says with every message who is logged in, since the server takes none without', async () => {
    for (const [path, body] of [
      [`sessions/${SID}/begin`, { token: 't', proof: 'p', route: 'standard' }],
      [`sessions/${SID}/steps/1`, { message: 'jws' }],
      ['packs', { proof: 'p' }],
      ['deferred', {}],
    ] as const)
      expect([path, (await json(path, body)).status, last().headers['x-lintas-subject']]).toEqual([path, 200, SUBJECT])
    for (const path of ['check-ins', 'enrolments'])
      expect([path, (await bytes(path, new Uint8Array([1]))).status, last().headers['x-lintas-subject']]).toEqual([path, 200, SUBJECT])
  })

  it('passes on which office a page says and what its screen shows, and no words or address of its own', async () => {
    const place = async (said: unknown): Promise<unknown> => {
      await json('session', { purpose: 'check-in', place: said }, { headers: { 'x-lintas-client-address': '203.0.113.7' } })
      expect(last().headers['x-lintas-client-address']).toBe('127.0.0.1')
      return (JSON.parse(last().body.toString()) as { place?: unknown }).place
    }
    expect(await place({ office: 'hall', code: '123456', by: 'egress' })).toEqual({ office: 'hall', code: '123456' })
    expect(await place({ office: 'hall', code: 7 })).toEqual({ office: 'hall' })
    for (const other of ['kiosk-3', null, {}, { code: '123456' }, [], { office: 7 }])
      expect(await place(other), JSON.stringify(other)).toBeUndefined()
  })

  it('says itself what the browser asked, whatever the page says', async () => {
    await json(`sessions/${SID}/begin`, { token: 't', proof: 'p', route: 'standard', target: 'https://elsewhere.example/' })
    expect(last().url).toBe(`/v1/sessions/${SID}/begin`)
    const target = `${ORIGIN}/lintas-api/sessions/${SID}/begin`
    expect(JSON.parse(last().body.toString())).toEqual({ token: 't', proof: 'p', route: 'standard', target })
  })

  it('passes on what check-ins without a network are made with and what was made, and says itself who is there and what was asked', async () => {
    const foreign = { subjectId: 'somebody-else', target: 'https://elsewhere.example/', more: 1 }
    await json('packs', { proof: 'p', nonce: 'n', ...foreign })
    expect(last().url).toBe('/v1/packs')
    expect(JSON.parse(last().body.toString())).toEqual({ proof: 'p', subjectId: SUBJECT, target: `${ORIGIN}/lintas-api/packs` })
    const made = { nonce: 'n', proof: 'p', route: 'standard', steps: ['a', 'b'], contentKey: 'k' }
    await json('deferred', { ...made, ...foreign })
    expect(last().url).toBe('/v1/deferred')
    expect(JSON.parse(last().body.toString())).toEqual({ ...made, subjectId: SUBJECT, target: `${ORIGIN}/lintas-api/deferred` })
    const sealed = 'application/vnd.lintas.evidence+sealed'
    expect((await bytes('check-ins', new Uint8Array(10), sealed)).status).toBe(200)
    expect([last().url, last().headers['content-type']]).toEqual(['/v1/check-ins', sealed])
  })

  it('passes steps on', async () => {
    expect((await json(`sessions/${SID}/steps/2`, { message: 'jws' })).status).toBe(200)
    expect([last().url, last().body.toString()]).toEqual([`/v1/sessions/${SID}/steps/2`, '{"message":"jws"}'])
  })

  it('passes evidence on byte for byte', async () => {
    const body = Uint8Array.from({ length: 5_000 }, (_, index) => (index * 7) % 256)
    for (const name of ['check-ins', 'enrolments']) {
      expect((await bytes(name, body)).status).toBe(200)
      expect(last().url).toBe(`/v1/${name}`)
      expect(last().headers['content-type']).toBe('application/vnd.lintas.evidence')
      expect(new Uint8Array(last().body)).toEqual(body)
    }
  })

  it('passes refusals on with their code and when to try again', async () => {
    started().fake.answer = { status: 503, headers: { 'retry-after': '7' }, body: { code: 'busy' } }
    const told = await bytes('check-ins', new Uint8Array(10))
    expect([told.status, told.headers['retry-after'], code(told)]).toEqual([503, '7', 'busy'])
    expect(told.headers['content-type']).toContain('application/problem+json')
    started().fake.answer = { status: 401, body: { code: 'receipt-signature' } }
    expect((await bytes('check-ins', new Uint8Array(10))).status).toBe(401)
  })

  it('keeps its trouble with its own key to itself', async () => {
    for (const [status, trouble] of [
      [401, 'unauthorised'],
      [403, 'forbidden'],
    ] as const) {
      started().fake.answer = { status, body: { code: trouble } }
      const told = await json('session', { purpose: 'check-in' })
      expect([told.status, code(told)]).toEqual([502, 'server-key'])
    }
  })

  it.each([
    ['a foreign origin', { origin: 'https://elsewhere.example' }],
    ['an origin that begins alike', { origin: `${ORIGIN}.example` }],
    ['no origin', { origin: '' }],
    ['the origin null', { origin: 'null' }],
  ])('refuses %s, and passes nothing on', async (_name, headers) => {
    const told = await json('session', { purpose: 'check-in' }, { headers })
    expect([told.status, code(told)]).toEqual([403, 'origin'])
    expect(started().fake.received).toEqual([])
  })

  it('passes nothing on of what it does not take', async () => {
    const nobody = await started().ask({
      path: 'session',
      body: '{"purpose":"check-in"}',
      headers: { origin: ORIGIN, 'content-type': 'application/json' },
    })
    expect([nobody.status, code(nobody)]).toEqual([401, 'login'])
    const told = [
      await json('session', { purpose: 'payroll' }),
      await json('session', {}),
      await json('session', {}, { headers: { 'content-type': 'text/plain' } }),
      await json('session', {}, { body: '{"purpose":' }),
      await json('session', { purpose: 'check-in', padding: 'x'.repeat(70_000) }),
      await bytes('check-ins', new Uint8Array(10), 'application/json'),
      await bytes('check-ins', new Uint8Array(1_048_577)),
      await json('sessions/..%2f..%2fsubjects/begin', {}),
      await json(`sessions/${SID}/steps/0`, {}),
      await json(`sessions/${SID}/steps/10`, {}),
      await json('subjects', {}),
    ]
    expect(told.map(({ status }) => status)).toEqual([403, 403, 415, 400, 413, 415, 413, 404, 404, 404, 404])
    expect(started().fake.received).toEqual([])
  })
}
