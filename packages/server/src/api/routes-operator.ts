import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { signLedgerHead } from '@lintas/core/receipt'
import { Fault, notFound } from '../errors/index.js'
import { DEFAULT_TIME_ZONE, timeZoneOf } from '../sessions/index.js'
import {
  ACTING_ROLES,
  actorId,
  createTenant,
  findPerson,
  findTenant,
  issueApiKey,
  ledgerHead,
  linkOfficer,
  listApiKeys,
  listTenants,
  noteAct,
  revokeApiKey,
  type ApiKey,
  type ApiKeyRole,
  type Tenant,
} from '../storage/index.js'
import { isTimeZone, localDay } from '../time/index.js'
import { actorOn, callerOn } from './caller.js'
import type { ApiParts } from './ports.js'
import * as schemas from './schemas/index.js'

const READER = { access: { roles: ['operator'] } } as const
/** Whoever is not the operator is who has to keep heads. */
const HEAD_READER = { access: { roles: ['agency', 'officer', 'operator'] } } as const
const OPERATOR = { access: { roles: ['operator'], actor: true } } as const

const tenant = ({ tenantId, kind, name, timeZone, createdAt }: Tenant) => ({ tenantId, kind, name, timeZone, createdAt: createdAt.toISOString() })
const key = ({ keyId, role, label, actor, createdAt, revokedAt, lastUsedAt }: ApiKey) => ({
  ...{ keyId, role, label, actor, createdAt: createdAt.toISOString() },
  ...{ revokedAt: revokedAt?.toISOString() ?? null, lastUsedAt: lastUsedAt?.toISOString() ?? null },
})

/** Tenants, their keys and the heads of their ledgers. An operator of the regency's tenant acts for all; of another, for that one alone. Agencies read their own head. */
export function operatorRoutes(instance: FastifyInstance, parts: ApiParts): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>()
  const { storage } = parts
  app.get('/tenants', { schema: schemas.ListTenants, config: READER }, async (request) => {
    const found = await storage.snapshot(callerOn(request).tenantId, async (scope) => {
      const own = await findTenant(scope)
      return own?.kind === 'regency' ? await listTenants(scope) : own === undefined ? [] : [own]
    })
    return { tenants: found.map(tenant) }
  })
  app.post('/tenants', { schema: schemas.CreateTenant, config: OPERATOR }, async (request, reply) => {
    const { tenantId, name, timeZone = DEFAULT_TIME_ZONE } = request.body
    if (!isTimeZone(timeZone)) throw new Fault(400, 'invalid', 'body.timeZone must be an IANA time zone')
    if (!(await isRegency(parts, request))) throw new Fault(403, 'forbidden', 'This needs an operator of the regency’s tenant')
    const made = await storage.transact(tenantId, async (scope) => {
      const created = await createTenant(scope, { kind: 'agency', name, timeZone })
      if (created !== undefined) await noteAct(scope, { actor: actorOn(request), action: 'tenant-created' })
      return created
    })
    if (made === undefined) throw new Fault(409, 'tenant-exists', 'There is a tenant of this id')
    return await reply.code(201).send(tenant(made))
  })
  keyRoutes(instance, parts)
  linkRoute(instance, parts)
  headRoute(instance, parts)
}

function keyRoutes(instance: FastifyInstance, parts: ApiParts): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>()
  const { storage } = parts
  app.get('/tenants/:tenantId/keys', { schema: schemas.ListKeys, config: READER }, async (request) => {
    const tenantId = await reachable(parts, request, request.params.tenantId)
    return { keys: (await storage.snapshot(tenantId, listApiKeys)).map(key) }
  })
  app.post('/tenants/:tenantId/keys', { schema: schemas.IssueKey, config: OPERATOR }, async (request, reply) => {
    const tenantId = await reachable(parts, request, request.params.tenantId)
    const { role, label, actor } = request.body
    checkOwner(role, actor)
    const issued = await storage.transact(tenantId, async (scope) => {
      const made = await issueApiKey(scope, role, label, actor)
      await noteAct(scope, {
        actor: actorOn(request),
        action: 'key-issued',
        details: { keyId: made.key.keyId, role, ...(actor === undefined ? {} : { officer: actor }) },
      })
      return made
    })
    return await reply.code(201).send({ key: key(issued.key), token: issued.token })
  })
  app.delete('/tenants/:tenantId/keys/:keyId', { schema: schemas.RevokeKey, config: OPERATOR }, async (request) => {
    const tenantId = await reachable(parts, request, request.params.tenantId)
    const { keyId } = request.params
    const revoked = await storage.transact(tenantId, async (scope) => {
      const stood = await revokeApiKey(scope, keyId)
      if (stood) await noteAct(scope, { actor: actorOn(request), action: 'key-revoked', details: { keyId } })
      return stood
    })
    if (!revoked) throw notFound('key')
    return { revoked: true as const }
  })
}

/** @throws Fault 400: an officer's key is somebody's, an agency's is nobody's */
function checkOwner(role: ApiKeyRole, actor: string | undefined): void {
  const acting = ACTING_ROLES.includes(role)
  if (acting && (actor === undefined || actorId(actor) === undefined))
    throw new Fault(400, 'invalid', `body.actor must say whose key of the role ${role} it is`)
  if (!acting && actor !== undefined) throw new Fault(400, 'invalid', 'body.actor: an agency’s key is nobody’s in particular')
}

function linkRoute(instance: FastifyInstance, parts: ApiParts): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>()
  const { storage, regencyOf } = parts
  app.put('/tenants/:tenantId/officers/:actor', { schema: schemas.LinkOfficer, config: OPERATOR }, async (request) => {
    const tenantId = await reachable(parts, request, request.params.tenantId)
    const { personId, subjectId } = request.body
    const actor = actorId(request.params.actor)
    if (actor === undefined) throw new Fault(400, 'invalid', 'params.actor must be an officer’s actor id')
    const regencyId = regencyOf === undefined ? undefined : await storage.snapshot(tenantId, regencyOf)
    const known =
      personId === null || (regencyId !== undefined && (await storage.snapshot(regencyId, (scope) => findPerson(scope, personId))) !== undefined)
    if (!known) throw notFound('person')
    const linked = await storage.transact(tenantId, (scope) => linkOfficer(scope, { actor, personId, subjectId, linkedBy: actorOn(request) }))
    if (linked === undefined) throw notFound('subject')
    return { actor, personId, subjectId }
  })
}

function headRoute(instance: FastifyInstance, parts: ApiParts): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>()
  app.get('/ledger/head', { schema: schemas.ReadHead, config: HEAD_READER }, async (request) => {
    const { tenantId: own, role } = callerOn(request)
    const { tenantId: wanted = own } = request.query
    if (role !== 'operator' && wanted !== own) throw notFound('tenant')
    const tenantId = await reachable(parts, request, wanted)
    return await parts.storage.snapshot(tenantId, async (scope) => {
      const row = await ledgerHead(scope)
      if (row === undefined) throw notFound('tenant')
      const { seq, rowSha256 } = row
      const day = localDay(await timeZoneOf(scope), scope.now)
      const hash = Buffer.from(rowSha256, 'hex').toString('base64url')
      const claims = { iss: parts.issuer, tid: tenantId, day, seq, head: hash, iat: Math.floor(scope.now.getTime() / 1_000) }
      return { tenantId, seq, rowSha256, head: await signLedgerHead(claims, parts.signing().key) }
    })
  })
}

async function isRegency({ storage }: ApiParts, request: FastifyRequest): Promise<boolean> {
  return (await storage.snapshot(callerOn(request).tenantId, findTenant))?.kind === 'regency'
}

/** A tenant for which the caller may act. @throws Fault 404 for any other, whether it is there or not */
export async function reachable(parts: ApiParts, request: FastifyRequest, tenantId: string): Promise<string> {
  if (tenantId === callerOn(request).tenantId) return tenantId
  const known = (await isRegency(parts, request)) && /^[a-z0-9][a-z0-9-]{0,62}$/u.test(tenantId)
  if (!known || (await parts.storage.snapshot(tenantId, findTenant)) === undefined) throw notFound('tenant')
  return tenantId
}
