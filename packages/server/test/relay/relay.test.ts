import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lintasRelay, type RelayOptions } from '../../src/relay/index.js'
import { fakeServer } from './fake-server.js'
import { KEY, ORIGIN, relaySuite, SUBJECT, type RelayUnderTest } from './suite.js'

const LOGIN = { 'x-test-login': SUBJECT }

function relayApp(options: Pick<RelayOptions, 'server'> & Partial<RelayOptions>): FastifyInstance {
  const app = Fastify()
  app.register(lintasRelay, {
    ...{ prefix: '/lintas-api', apiKey: KEY, origin: ORIGIN, purposes: ['check-in', 'enrolment'] as const },
    subjectOf: (request) => Promise.resolve(request.headers['x-test-login'] as string | undefined),
    ...options,
  })
  return app
}

const asking =
  (app: FastifyInstance): RelayUnderTest['ask'] =>
  async ({ path, headers, body }) => {
    const payload = typeof body === 'string' ? body : Buffer.from(body)
    const told = await app.inject({ method: 'POST', url: `/lintas-api/${path}`, headers: { ...headers }, payload })
    return { status: told.statusCode, headers: told.headers as Record<string, string>, text: told.body }
  }

describe('the relay for Fastify, over HTTP', () => {
  const fake = fakeServer()
  let app: FastifyInstance
  beforeAll(async () => {
    app = relayApp({ server: await fake.app.listen({ host: '127.0.0.1', port: 0 }) })
  })
  afterAll(async () => {
    await Promise.all([app.close(), fake.app.close()])
  })
  relaySuite(() => ({ fake, login: LOGIN, ask: asking(app) }))

  it('says when the server takes too long, and when it is not there', async () => {
    fake.answer = { status: 200, body: {}, delayMs: 400 }
    const address = fake.app.listeningOrigin
    const hurried = relayApp({ server: address, timeoutMs: 50 })
    const session = { path: 'session', headers: { origin: ORIGIN, 'content-type': 'application/json', ...LOGIN }, body: '{"purpose":"check-in"}' }
    expect((await asking(hurried)(session)).status).toBe(504)
    const gone = fakeServer()
    const nowhere = await gone.app.listen({ host: '127.0.0.1', port: 0 })
    await gone.app.close()
    expect((await asking(relayApp({ server: nowhere }))(session)).status).toBe(502)
  })
})

describe('the relay for Fastify, in the server’s process', () => {
  const fake = fakeServer()
  let app: FastifyInstance
  beforeAll(async () => {
    app = relayApp({ server: fake.app })
    await fake.app.ready()
  })
  relaySuite(() => ({ fake, login: LOGIN, ask: asking(app) }))

  it('says an id beyond ASCII percent-encoded, so that a header can carry it', async () => {
    const relay = relayApp({ server: fake.app, subjectOf: () => Promise.resolve(' Siti Ü/50%') })
    await asking(relay)({ path: 'packs', headers: { origin: ORIGIN, 'content-type': 'application/json' }, body: '{"proof":"p"}' })
    expect(fake.received.at(-1)!.headers['x-lintas-subject']).toBe('%20Siti%20%C3%9C/50%25')
  })

  it('takes no purpose that its page is not for', async () => {
    const narrow = relayApp({ server: fake.app, purposes: ['check-in'] })
    const headers = { origin: ORIGIN, 'content-type': 'application/json', ...LOGIN }
    expect((await asking(narrow)({ path: 'session', headers, body: '{"purpose":"enrolment"}' })).status).toBe(403)
    const evidence = { ...headers, 'content-type': 'application/vnd.lintas.evidence' }
    expect((await asking(narrow)({ path: 'enrolments', headers: evidence, body: new Uint8Array(4) })).status).toBe(404)
  })

  it('tells where the browser is, as the agency knows it', async () => {
    const kiosk = relayApp({ server: fake.app, placeOf: () => Promise.resolve('kiosk-3') })
    const headers = { origin: ORIGIN, 'content-type': 'application/json', ...LOGIN }
    await asking(kiosk)({ path: 'session', headers, body: '{"purpose":"check-in","place":"home"}' })
    expect(JSON.parse(fake.received.at(-1)!.body.toString())).toEqual({ subjectId: SUBJECT, purpose: 'check-in', place: 'kiosk-3' })
  })

  it('is not started with an origin that is none', async () => {
    await expect(relayApp({ server: fake.app, origin: `${ORIGIN}/` }).ready()).rejects.toThrow(/^origin must be/)
  })
})
