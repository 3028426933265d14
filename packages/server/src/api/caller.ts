import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Fault } from '../errors/index.js'
import { authenticate, tenantOfToken, type ApiKeyRole, type Storage } from '../storage/index.js'

/** Whoever asks: a key of a tenant, and, where an officer acts, who that is. */
export interface Caller {
  readonly tenantId: string
  readonly role: ApiKeyRole
  readonly keyId: string
  readonly actor?: string
}

/** Who may use a route. `public` asks for no key. */
export interface Access {
  readonly roles: readonly ApiKeyRole[] | 'public'
  /** An act that is recorded with the name of who did it. */
  readonly actor?: true
}

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly access?: Access
  }
  interface FastifyRequest {
    lintasCaller: Caller | null
  }
}

const BEARER = /^Bearer ([\x21-\x7e]{1,200})$/u
const ACTOR = /^[^\p{Cc}\p{Cs}]{1,200}$/u

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
    const { roles, actor } = access
    if (roles !== 'public') request.lintasCaller = await callerOf(request, storage, roles, actor === true)
  })
}

/** Who asks. @throws TypeError on a route that asks for no key */
export function callerOn(request: FastifyRequest): Caller {
  if (request.lintasCaller === null) throw new TypeError('this route asks for no key')
  return request.lintasCaller
}

/** Who acts. @throws TypeError on a route that does not ask for it */
export function actorOn(request: FastifyRequest): string {
  const { actor } = callerOn(request)
  if (actor === undefined) throw new TypeError('this route asks for no actor')
  return actor
}

/** Who is logged in at the relay, as it says; the sessions of others are then not there. */
export const subjectOn = (request: FastifyRequest): { readonly subjectId?: string } => {
  const subjectId = header(request, 'x-lintas-subject')
  return subjectId === undefined ? {} : { subjectId }
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
export async function keyOf(authorization: string | undefined, storage: Storage): Promise<Omit<Caller, 'actor'> | undefined> {
  const token = BEARER.exec(authorization ?? '')?.[1]
  const tenantId = token === undefined ? undefined : tenantOfToken(token)
  if (token === undefined || tenantId === undefined) return undefined
  const key = await storage.transact(tenantId, (scope) => authenticate(scope, token))
  return key === undefined ? undefined : { tenantId, role: key.role, keyId: key.keyId }
}

async function callerOf(request: FastifyRequest, storage: Storage, roles: readonly ApiKeyRole[], acts: boolean): Promise<Caller> {
  const key = await keyOf(request.headers.authorization, storage)
  if (key === undefined) throw new Fault(401, 'unauthorised', 'This needs an API key: authorization: Bearer lintas1.…')
  if (!roles.includes(key.role)) throw new Fault(403, 'forbidden', `This needs a key of the role ${roles.join(' or ')}`)
  const name = actorName(header(request, 'x-lintas-actor'))
  if (acts && name === undefined) throw new Fault(400, 'actor', 'x-lintas-actor must say who acts, in 1 to 200 characters')
  return { ...key, ...(name === undefined ? {} : { actor: name }) }
}

/** Headers are bytes; a name beyond ASCII comes in UTF-8, percent-encoded. */
function actorName(value: string | undefined): string | undefined {
  if (value === undefined) return undefined
  let name: string
  try {
    name = decodeURIComponent(value).trim()
  } catch {
    name = ''
  }
  if (!ACTOR.test(name)) throw new Fault(400, 'actor', 'x-lintas-actor must have 1 to 200 characters, percent-encoded beyond ASCII')
  return name
}

const header = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}
