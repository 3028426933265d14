import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { Fault, notFound } from '../errors/index.js'
import { beginAssertion, beginRegistration, finishRegistration, type Actor, type PasskeyPolicy } from '../officers/index.js'
import { actorId, listPasskeys, revokePasskey } from '../storage/index.js'
import { actorOn, callerOn } from './caller.js'
import type { ApiParts } from './ports.js'
import { reachable } from './routes-operator.js'
import * as schemas from './schemas/index.js'

const ROLES = ['officer', 'regency', 'operator'] as const
const ACTORS = { access: { roles: ROLES } } as const
const REGISTRAR = { access: { roles: ROLES, actor: true, assertion: 'optional' } } as const
const CONFIRMER = { access: { roles: ['officer', 'regency'] } } as const
const OPERATOR = { access: { roles: ['operator'], actor: true } } as const

/** Passkeys of those who act. Officers see to their own; an operator, to anybody's. */
export function passkeyRoutes(instance: FastifyInstance, parts: ApiParts): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>()
  const { storage } = parts
  app.post('/officers/passkeys/options', { schema: schemas.PasskeyOptions, config: ACTORS }, async (request) => {
    const who = await whose(parts, request, request.body)
    return await beginRegistration(storage, policyOf(parts), who)
  })
  app.post('/officers/passkeys', { schema: schemas.AddPasskey, config: REGISTRAR }, async (request, reply) => {
    const who = await whose(parts, request, request.body)
    const registrar = { createdBy: actorOn(request), vouched: callerOn(request).role === 'operator' || request.lintasConfirmed }
    return await reply.code(201).send(await finishRegistration(storage, policyOf(parts), who, request.body.response, registrar))
  })
  app.get('/officers/passkeys', { schema: schemas.ListPasskeys, config: ACTORS }, async (request) => {
    const { tenantId, actor } = await whose(parts, request, request.query)
    const found = await storage.snapshot(tenantId, (scope) => listPasskeys(scope, actor))
    return {
      passkeys: found.map(({ credentialId, createdAt, createdBy, lastUsedAt }) => ({
        ...{ credentialId, createdAt: createdAt.toISOString(), createdBy, lastUsedAt: lastUsedAt?.toISOString() ?? null },
      })),
    }
  })
  app.delete('/officers/passkeys/:credentialId', { schema: schemas.RevokePasskey, config: OPERATOR }, async (request) => {
    const tenantId = await reachable(parts, request, request.query.tenantId ?? callerOn(request).tenantId)
    const ended = await storage.transact(tenantId, (scope) => revokePasskey(scope, request.params.credentialId, actorOn(request)))
    if (!ended) throw notFound('passkey')
    return { revoked: true as const }
  })
  app.post('/officers/assertions/options', { schema: schemas.AssertionOptions, config: CONFIRMER }, async (request) => {
    const { tenantId } = callerOn(request)
    return await beginAssertion(storage, policyOf(parts), { tenantId, actor: actorOn(request) }, request.body)
  })
}

/** @throws Fault 409 */
function policyOf({ passkeys }: ApiParts): PasskeyPolicy {
  if (passkeys === undefined) throw new Fault(409, 'passkey-off', 'This server knows no passkeys')
  return passkeys
}

/** Whose passkeys are meant: the caller's own; with an operator's key, the actor's who is named. @throws Fault 400, 403, 404 */
async function whose(parts: ApiParts, request: FastifyRequest, named: { readonly actor?: string; readonly tenantId?: string }): Promise<Actor> {
  const caller = callerOn(request)
  const own = actorOn(request)
  const { tenantId = caller.tenantId } = named
  if (caller.role === 'operator') {
    const reached = await reachable(parts, request, tenantId)
    const actor = actorId(named.actor ?? own)
    if (actor === undefined) throw new Fault(400, 'invalid', 'actor must be an officer’s actor id')
    return { tenantId: reached, actor }
  }
  if (tenantId !== caller.tenantId) throw notFound('tenant')
  if (named.actor !== undefined && actorId(named.actor) !== own) throw new Fault(403, 'forbidden', 'Only an operator sees to others’ passkeys')
  return { tenantId, actor: own }
}
