import { createHash } from 'node:crypto'
import { pipeline, Transform } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Fault } from '../errors/index.js'
import { confirmAct, type AssertionResponse } from '../officers/index.js'
import { actorOn, callerOn } from './caller.js'
import type { ApiParts } from './ports.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** SHA-256 of the body as it came, hex; `null` until it has come. */
    lintasBody: string | null
    /** Whether a passkey of who acts confirmed this very act. */
    lintasConfirmed: boolean
  }
}

/** The largest assertion, characters: authenticators give some 800. */
const LONGEST = 8_192
const NOTHING = createHash('sha256').digest('hex')

/**
 * Asks acts for the passkeys that the policy wants, of a second officer, too. One that is sent is verified whether or not it is wanted. What a
 * passkey confirms is the act itself: method, address and body as they came.
 */
export function confirmActs(app: FastifyInstance, parts: ApiParts): void {
  app.decorateRequest('lintasBody', null)
  app.decorateRequest('lintasConfirmed', false)
  app.addHook('preParsing', async (request, _reply, payload) => {
    if (!isAct(request)) return payload
    const hash = createHash('sha256')
    const tap = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk)
        done(null, chunk)
      },
      flush(done) {
        request.lintasBody = hash.digest('hex')
        done()
      },
    })
    // What breaks one end breaks the other, and who reads it is told.
    return pipeline(payload, tap, () => undefined)
  })
  app.addHook('preValidation', async (request) => {
    if (isAct(request)) await confirm(request, parts)
  })
}

const isAct = ({ is404, routeOptions }: FastifyRequest): boolean => !is404 && routeOptions.config.access?.actor === true

async function confirm(request: FastifyRequest, parts: ApiParts): Promise<void> {
  const { tenantId, second } = callerOn(request)
  request.lintasConfirmed = await confirmBy(request, parts, { tenantId, actor: actorOn(request) }, 'x-lintas-assertion')
  if (second !== undefined) await confirmBy(request, parts, { tenantId, actor: second }, 'x-lintas-second-assertion')
  else if (request.headers['x-lintas-second-assertion'] !== undefined) throw new Fault(400, 'second', 'There is no second officer')
}

async function confirmBy(
  request: FastifyRequest,
  { storage, passkeys }: ApiParts,
  who: { readonly tenantId: string; readonly actor: string },
  name: 'x-lintas-assertion' | 'x-lintas-second-assertion',
): Promise<boolean> {
  const sent = request.headers[name]
  if (sent === undefined) {
    if (isWanted(request, passkeys?.required === true)) throw new Fault(403, 'assertion', `This act takes a passkey of ${who.actor}: ${name}`)
    return false
  }
  if (passkeys === undefined) throw new Fault(409, 'passkey-off', 'This server knows no passkeys')
  const { method, url } = request
  const bodySha256 = method === 'GET' ? NOTHING : (request.lintasBody ?? NOTHING)
  await confirmAct(storage, passkeys, who, { method, path: url, bodySha256 }, readHeader(sent))
  return true
}

/** Operators begin where nobody has a passkey yet. */
function isWanted(request: FastifyRequest, required: boolean): boolean {
  const optional = callerOn(request).role === 'operator' || request.routeOptions.config.access?.assertion === 'optional'
  return required && !optional
}

/** JSON of an `AuthenticationResponseJSON`, as base64url. @throws Fault 400 */
function readHeader(value: string | readonly string[]): AssertionResponse {
  const { id, rawId, type, response } = parsed(value)
  const { clientDataJSON, authenticatorData, signature } = isRecord(response) ? response : {}
  for (const text of [id, rawId, type, clientDataJSON, authenticatorData, signature]) if (typeof text !== 'string') throw malformed()
  const parts = { id, rawId, type, response: { clientDataJSON, authenticatorData, signature } }
  return parts as AssertionResponse
}

function parsed(value: string | readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== 'string' || value.length > LONGEST) throw malformed()
  try {
    const found: unknown = JSON.parse(Buffer.from(value, 'base64url').toString('utf8'))
    return isRecord(found) ? found : {}
  } catch {
    throw malformed()
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null
const malformed = (): Fault => new Fault(400, 'assertion-malformed', 'An assertion is an AuthenticationResponseJSON as base64url of its JSON')
