import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Fault } from '../errors/index.js'
import { sendProblem } from '../problem.js'
import { forwarder, type Forward, type RelayServer } from './forward.js'

/** An office of the server's list, and what its screen shows. */
export interface OfficePlace {
  readonly office: string
  readonly code?: string
}

/** Options of {@link lintasRelay}. */
export interface RelayOptions {
  /** Address of the LINTAS server, or a server in this process. */
  readonly server: RelayServer
  /** The agency's key, `lintas1.…`, of the role `agency`. */
  readonly apiKey: string
  /** Who is logged in, by the agency's own login; `undefined`: nobody, which is answered 401. */
  readonly subjectOf: (request: FastifyRequest) => Promise<string | undefined>
  /**
   * The agency's origin as the browser sees it, e.g. `https://absen.example.go.id`. A function where one process serves several: the origin that this
   * request may come from, `undefined` for none.
   */
  readonly origin: string | ((request: FastifyRequest) => string | undefined)
  /** What may be asked for here. Default: `check-in` alone. */
  readonly purposes?: readonly ('check-in' | 'enrolment')[]
  /**
   * Where the browser is, as the agency knows it: an office of the server's list, or words that are recorded as a claim. Default: the office, and
   * the code on its screen, that the page sends along; the server looks at the code, and at the address that the request came from.
   */
  readonly placeOf?: (request: FastifyRequest) => Promise<string | OfficePlace | undefined>
  /** How long the server may take. Default 30 s: a verification waits in a queue. */
  readonly timeoutMs?: number
}

/** The largest bundle, and the largest JSON: a token and a proof. */
const EVIDENCE_BYTES = 1_048_576
const JSON_BYTES = 65_536
const EVIDENCE_TYPE = 'application/vnd.lintas.evidence'
/** Of a check-in that was made without a network. */
const SEALED_TYPE = `${EVIDENCE_TYPE}+sealed`
const ID = /^[\w-]{16,128}$/u

/**
 * An agency's relay as a Fastify plugin, to be mounted under a path of its own (`prefix: '/lintas-api'`): it knows who is logged in, adds the
 * agency's key, and passes messages on. The page never sees the key, and the server takes a session for this very subject only.
 */
export async function lintasRelay(app: FastifyInstance, options: RelayOptions): Promise<void> {
  const origin = originOf(options.origin)
  const forward = forwarder(options)
  const purposes = options.purposes ?? ['check-in']
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => answerFault(error, request, reply))
  app.addHook('onRequest', (request, _reply, done) => {
    // A browser sends Origin with every POST. Whoever leaves it out is no page of ours.
    const { origin: asked } = request.headers
    const ours = request.method === 'GET' || (asked !== undefined && asked === origin(request))
    done(ours ? undefined : new Fault(403, 'origin', 'This is for pages of the agency’s own origin'))
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string', bodyLimit: JSON_BYTES }, parseObject)
  const context = { options, origin, forward }
  app.post('/session', { bodyLimit: JSON_BYTES }, async (request, reply) => {
    const purpose = purposes.find((allowed) => allowed === json(request)['purpose'])
    if (purpose === undefined) throw new Fault(403, 'purpose', 'This purpose is not for this page')
    const subjectId = await subject(context, request)
    const place = (await options.placeOf?.(request)) ?? officeOf(json(request)['place'])
    return await pass(context, request, reply, '/v1/sessions', { subjectId, purpose, ...(place === undefined ? {} : { place }) })
  })
  stepRoutes(app, context)
  if (purposes.includes('check-in')) offlineRoutes(app, context)
  await app.register((evidence, _options, done) => {
    evidenceRoutes(evidence, context, purposes)
    done()
  })
}

// With parsers of their own: a bundle that is said to be JSON is not to be read as such.
function evidenceRoutes(app: FastifyInstance, context: Context, purposes: readonly string[]): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser([EVIDENCE_TYPE, SEALED_TYPE], { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  for (const name of ['check-ins', 'enrolments'] as const) {
    if (!purposes.includes(name === 'check-ins' ? 'check-in' : 'enrolment')) continue
    app.post(`/${name}`, { bodyLimit: EVIDENCE_BYTES }, async (request, reply) => {
      if (!(request.body instanceof Uint8Array)) throw new Fault(415, 'content-type', `The body must be ${EVIDENCE_TYPE}`)
      return await pass(context, request, reply, `/v1/${name}`, request.body)
    })
  }
}

interface Context {
  readonly options: RelayOptions
  readonly origin: (request: FastifyRequest) => string | undefined
  readonly forward: Forward
}

function stepRoutes(app: FastifyInstance, context: Context): void {
  app.post<{ Params: { sid: string } }>('/sessions/:sid/begin', { bodyLimit: JSON_BYTES }, async (request, reply) => {
    const { token, proof, route } = json(request)
    const target = targetOf(context, request)
    return await pass(context, request, reply, `/v1/sessions/${checkedId(request.params.sid)}/begin`, { token, proof, route, target })
  })
  app.post<{ Params: { sid: string; n: string } }>('/sessions/:sid/steps/:n', { bodyLimit: JSON_BYTES }, async (request, reply) => {
    const { sid, n } = request.params
    if (!/^[1-9]$/u.test(n)) throw new Fault(404, 'not-found', 'There is no such step')
    return await pass(context, request, reply, `/v1/sessions/${checkedId(sid)}/steps/${n}`, { message: json(request)['message'] })
  })
}

/** What check-ins without a network are made with, and what was made. */
function offlineRoutes(app: FastifyInstance, context: Context): void {
  const route = (name: string, ...fields: readonly string[]): void => {
    app.post(`/${name}`, { bodyLimit: JSON_BYTES }, async (request, reply) => {
      const sent = json(request)
      const subjectId = await subject(context, request)
      const body = { ...Object.fromEntries(fields.map((field) => [field, sent[field]])), subjectId, target: targetOf(context, request) }
      return await pass(context, request, reply, `/v1/${name}`, body)
    })
  }
  route('packs', 'proof')
  route('deferred', 'nonce', 'proof', 'route', 'steps', 'contentKey')
}

/** What the browser asked, as this relay knows it: the page has no say in it. */
const targetOf = (context: Context, request: FastifyRequest): string => new URL(request.url.split('?')[0] ?? '', context.origin(request)).href

async function pass(context: Context, request: FastifyRequest, reply: FastifyReply, path: string, body: object): Promise<FastifyReply> {
  const subjectId = await subject(context, request)
  const isBytes = body instanceof Uint8Array
  const answer = await context.forward({
    path,
    headers: {
      'content-type': isBytes ? evidenceTypeOf(request) : 'application/json',
      'x-lintas-subject': headerOf(subjectId),
      'x-lintas-client-address': request.ip,
    },
    body: isBytes ? body : JSON.stringify(body),
  })
  if (answer.retryAfter !== undefined) reply.header('retry-after', answer.retryAfter)
  return await reply.code(answer.status).header('cache-control', 'no-store').type(answer.contentType).send(answer.body)
}

/** A header carries ASCII, and loses blanks at its ends. */
const headerOf = (subjectId: string): string => subjectId.replace(/[^\x21-\x24\x26-\x7e]/gu, encodeURIComponent)

const evidenceTypeOf = ({ headers }: FastifyRequest): string =>
  headers['content-type']?.split(';')[0]?.trim().toLowerCase() === SEALED_TYPE ? SEALED_TYPE : EVIDENCE_TYPE

/** A page says which office and what its screen shows, and nothing else: words of a page are not the agency's. */
function officeOf(place: unknown): OfficePlace | undefined {
  if (typeof place !== 'object' || place === null) return undefined
  const { office, code } = place as Readonly<Record<string, unknown>>
  if (typeof office !== 'string') return undefined
  return typeof code === 'string' ? { office, code } : { office }
}

async function subject({ options }: Context, request: FastifyRequest): Promise<string> {
  const subjectId = await options.subjectOf(request)
  if (subjectId === undefined || subjectId === '') throw new Fault(401, 'login', 'Nobody is logged in')
  return subjectId
}

const json = (request: FastifyRequest): Readonly<Record<string, unknown>> => {
  const { body } = request
  if (typeof body !== 'object' || body === null || body instanceof Uint8Array)
    throw new Fault(415, 'content-type', 'The body must be application/json')
  return body as Readonly<Record<string, unknown>>
}

function parseObject(_request: FastifyRequest, body: string | Buffer, done: (error: Error | null, body?: unknown) => void): void {
  try {
    done(null, JSON.parse(String(body)))
  } catch {
    done(new Fault(400, 'invalid', 'The body is not JSON'))
  }
}

function checkedId(sid: string): string {
  if (!ID.test(sid)) throw new Fault(404, 'not-found', 'There is no such session')
  return sid
}

function originOf(origin: RelayOptions['origin']): (request: FastifyRequest) => string | undefined {
  if (typeof origin === 'function') return origin
  if (!URL.canParse(origin) || new URL(origin).origin !== origin) throw new TypeError(`origin must be scheme, host and port alone, not ${origin}`)
  return () => origin
}

function answerFault(error: Error & { statusCode?: number }, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof Fault) return sendProblem(reply, error.status, error.code, error.message)
  const status = error.statusCode ?? 500
  if (status === 413) return sendProblem(reply, 413, 'too-large', 'The body is too large')
  if (status === 415) return sendProblem(reply, 415, 'content-type', 'The content type is not one that this takes')
  if (status >= 400 && status < 500) return sendProblem(reply, status, 'bad-request', error.message)
  request.log.error({ err: error }, 'the relay failed')
  return sendProblem(reply, 500, 'internal', 'The relay failed on this request')
}
