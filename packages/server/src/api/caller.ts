import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Fault } from '../errors/index.js'
import { actorId, authenticate, tenantOfToken, type ApiKeyRole, type Storage } from '../storage/index.js'

/** Whoever asks: a key of a tenant, and whose it is. */
export interface Caller {
  readonly tenantId: string
  readonly role: ApiKeyRole
  readonly keyId: string
  /** Whose key it is; with an agency's key, who acts as the agency says. */
  readonly actor?: string
  /** Another officer, by a key of their own. */
  readonly second?: string
}

/** Who may use a route. `public` asks for no key. */
export interface Access {
  readonly roles: readonly ApiKeyRole[] | 'public'
  /** An act that is recorded with the name of who did it, and that a policy may want confirmed by a passkey. */
  readonly actor?: true
  /** An act that a second officer may share, by a key of their own in `x-lintas-second`. */
  readonly second?: true
  /** A message of a browser, which a relay passes on: `x-lintas-subject` says who is logged in there. */
  readonly relayed?: true
  /** Never wanted by the policy; one that is sent is verified all the same. */
  readonly assertion?: 'optional'
}

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly access?: Access
  }
  interface FastifyRequest {
    lintasCaller: Caller | null
  }
}

/** As `SubjectId` of the schemas. */
const SUBJECT = /^[^\p{Cc}\p{Cs}]{1,200}$/u
const BEARER = /^Bearer ([\x21-\x7e]{1,200})$/u

/** Asks every route of `app` for the key that it says it needs. A route that does not say is refused when it is registered: forgotten is not open. */
export function guardRoutes(app: FastifyInstance, storage: Storage): void {
  app.decorateRequest('lintasCaller', null)
  app.addHook('onRoute', ({ config, url, method }) => {
    if (config?.access === undefined) throw new TypeError(`${String(method)} ${url} does not say who may use it`)
  })
  app.addHook('onRequest', async (request) => {
    // What is not there is told as such before anybody is asked for a key.
    if (request.is404) return
    const { access } = request.routeOptions.config
    if (access === undefined) throw new TypeError('a route without access was registered')
    if (access.roles !== 'public') request.lintasCaller = await callerOf(request, storage, access.roles, access.second === true)
    if (access.relayed === true) subjectOn(request)
  })
}

/** Who asks. @throws TypeError on a route that asks for no key */
export function callerOn(request: FastifyRequest): Caller {
  if (request.lintasCaller === null) throw new TypeError('this route asks for no key')
  return request.lintasCaller
}

/** Who acts. @throws TypeError on a route that agencies use: their keys are nobody's */
export function actorOn(request: FastifyRequest): string {
  const { actor } = callerOn(request)
  if (actor === undefined) throw new TypeError('this route asks for no actor')
  return actor
}

/** Who acts where an agency's own backend does, without an officer. */
export const actorOrKey = ({ actor, keyId }: Caller): string => actor ?? `key:${keyId}`

/** Who acts besides, where somebody does. */
export const secondOn = (request: FastifyRequest): { readonly second?: string } => {
  const { second } = callerOn(request)
  return second === undefined ? {} : { second }
}

/**
 * Who is logged in at the relay, as it says; the sessions of others are then not there. A relay that does not say would let anybody go on with
 * anybody's session, so it has to.
 * @throws Fault 400 `subject`
 */
export function subjectOn(request: FastifyRequest): { readonly subjectId: string } {
  const subjectId = decoded(header(request, 'x-lintas-subject') ?? '')
  if (subjectId === undefined || !SUBJECT.test(subjectId))
    throw new Fault(400, 'subject', 'x-lintas-subject must say who is logged in at the relay, in 1 to 200 characters, percent-encoded beyond ASCII')
  return { subjectId }
}

/**
 * Where the browser is, as the relay says: an office's egress address shows a place. Whoever has the agency's key can say any address, so
 * that key is what the place rests on; a relay has to overwrite what a browser says, and to know its own proxies.
 */
export const clientOn = (request: FastifyRequest): { readonly clientAddress?: string } => {
  const clientAddress = header(request, 'x-lintas-client-address')
  return clientAddress === undefined ? {} : { clientAddress }
}

/** The key that a request brings. */
export async function keyOf(authorization: string | undefined, storage: Storage): Promise<Caller | undefined> {
  const token = BEARER.exec(authorization ?? '')?.[1]
  const tenantId = token === undefined ? undefined : tenantOfToken(token)
  if (token === undefined || tenantId === undefined) return undefined
  const key = await storage.transact(tenantId, (scope) => authenticate(scope, token))
  if (key === undefined) return undefined
  return { tenantId, role: key.role, keyId: key.keyId, ...(key.actor === null ? {} : { actor: key.actor }) }
}

async function callerOf(request: FastifyRequest, storage: Storage, roles: readonly ApiKeyRole[], shared: boolean): Promise<Caller> {
  const key = await keyOf(request.headers.authorization, storage)
  if (key === undefined) throw new Fault(401, 'unauthorised', 'This needs an API key: authorization: Bearer lintas1.…')
  if (!roles.includes(key.role)) throw new Fault(403, 'forbidden', `This needs a key of the role ${roles.join(' or ')}`)
  const said = actorName(header(request, 'x-lintas-actor'))
  if (key.actor !== undefined && said !== undefined && said !== key.actor) throw new Fault(403, 'actor', 'x-lintas-actor is not whose key this is')
  const second = await secondOf(header(request, 'x-lintas-second'), storage, key, shared)
  return { ...key, ...(key.actor === undefined && said !== undefined ? { actor: said } : {}), ...(second === undefined ? {} : { second }) }
}

/** A second officer is a second key: a name would be the first one's word. */
async function secondOf(token: string | undefined, storage: Storage, first: Caller, shared: boolean): Promise<string | undefined> {
  if (token === undefined) return undefined
  if (!shared) throw new Fault(400, 'second', 'Nobody shares this act: x-lintas-second is for acts of two officers')
  const key = await keyOf(`Bearer ${token}`, storage)
  const fits = key?.tenantId === first.tenantId && key.role === first.role && key.actor !== undefined
  if (!fits) throw new Fault(403, 'second', 'x-lintas-second must be the API key of another officer')
  if (key.actor === first.actor) throw new Fault(403, 'second', 'A second officer is another person, not another key')
  return key.actor
}

/** Headers are bytes; a name beyond ASCII comes in UTF-8, percent-encoded. */
function actorName(value: string | undefined): string | undefined {
  if (value === undefined) return undefined
  const id = actorId(decoded(value) ?? '')
  if (id === undefined) throw new Fault(400, 'actor', 'x-lintas-actor must have 1 to 200 characters, percent-encoded beyond ASCII')
  return id
}

/** `undefined` where it is not percent-encoded UTF-8. */
function decoded(value: string): string | undefined {
  try {
    return decodeURIComponent(value)
  } catch {
    return undefined
  }
}

const header = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}
