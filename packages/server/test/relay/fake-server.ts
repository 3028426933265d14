import Fastify, { type FastifyInstance } from 'fastify'

/** A message as the LINTAS server would get it. */
export interface Received {
  readonly url: string
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: Buffer
}

/** What stands in for the LINTAS server: it notes what it gets and answers what it is told to. */
export interface FakeServer {
  readonly app: FastifyInstance
  readonly received: Received[]
  answer: { status: number; headers?: Readonly<Record<string, string>>; body: unknown; delayMs?: number }
}

export function fakeServer(): FakeServer {
  const app = Fastify({ bodyLimit: 10_000_000, forceCloseConnections: true })
  const fake: FakeServer = { app, received: [], answer: { status: 200, body: { ok: true } } }
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.all('/*', async (request, reply) => {
    fake.received.push({ url: request.url, headers: request.headers, body: request.body as Buffer })
    const { status, headers = {}, body, delayMs = 0 } = fake.answer
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs))
    const type = status >= 400 ? 'application/problem+json' : 'application/json'
    return await reply
      .code(status)
      .headers({ 'content-type': type, ...headers })
      .send(JSON.stringify(body))
  })
  return fake
}
