import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { close, hold, lodge, openEvidence, openFrame, release } from '../appeals/index.js'
import { notFound } from '../errors/index.js'
import { actorOn, actorOrKey, callerOn, secondOn } from './caller.js'
import type { ApiParts } from './ports.js'
import { reachable } from './routes-operator.js'
import * as schemas from './schemas/index.js'

const HOLDERS = { access: { roles: ['officer', 'operator'], actor: true, second: true } } as const
const LODGERS = { access: { roles: ['agency', 'officer'] } } as const
const OFFICERS = { access: { roles: ['officer'], actor: true, second: true } } as const

/** Legal holds, appeals against a refusal, and what is opened for one. */
export function appealRoutes(instance: FastifyInstance, parts: ApiParts): void {
  holdRoutes(instance, parts)
  const app = instance.withTypeProvider<TypeBoxTypeProvider>()
  const { storage } = parts
  app.post('/sessions/:sid/appeal', { schema: schemas.LodgeAppeal, config: LODGERS }, async (request) => {
    const caller = callerOn(request)
    const { sid, until } = await lodge(storage, caller.tenantId, request.params.sid, { ...request.body, actor: actorOrKey(caller) })
    return { sid, until: until.toISOString() }
  })
  app.delete('/sessions/:sid/appeal', { schema: schemas.CloseAppeal, config: OFFICERS }, async (request) => {
    const { sid } = request.params
    await close(storage, callerOn(request).tenantId, sid, { ...request.body, ...officersOn(request) })
    return { sid, closed: true as const }
  })
  app.get('/sessions/:sid/evidence', { schema: schemas.OpenEvidence, config: OFFICERS }, async (request) => {
    const found = await openEvidence(parts, callerOn(request).tenantId, request.params.sid, officersOn(request))
    const { appeal, decidedAt, findings, frames } = found
    return {
      ...found,
      ...{ decidedAt: decidedAt.toISOString(), findings: findings === null ? null : (JSON.parse(findings) as object) },
      ...{ appeal: { ...appeal, until: appeal.until.toISOString() }, frames: [...frames] },
    }
  })
  app.get('/sessions/:sid/evidence/:frame', { schema: schemas.OpenFrame, config: OFFICERS }, async (request, reply) => {
    const { sid, frame } = request.params
    const jpeg = await openFrame(parts, callerOn(request).tenantId, sid, Number(frame), officersOn(request))
    return await reply.type('image/jpeg').header('cache-control', 'no-store').send(Buffer.from(jpeg))
  })
}

function holdRoutes(instance: FastifyInstance, parts: ApiParts): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>()
  const { storage } = parts
  app.post('/sessions/:sid/hold', { schema: schemas.HoldEvidence, config: HOLDERS }, async (request) => {
    const { reason, until } = request.body
    const wanted = { reason, ...holdersOn(request), ...(until === undefined ? {} : { until: new Date(until) }) }
    const held = await hold(storage, await tenantFor(parts, request, request.query.tenantId), request.params.sid, wanted)
    return { ...held, until: held.until?.toISOString() ?? null }
  })
  app.delete('/sessions/:sid/hold', { schema: schemas.ReleaseEvidence, config: HOLDERS }, async (request) => {
    const wanted = { ...request.body, ...holdersOn(request) }
    const { sid, evidence } = await release(storage, await tenantFor(parts, request, request.query.tenantId), request.params.sid, wanted)
    return { sid, evidence }
  })
}

const officersOn = (request: FastifyRequest) => ({ actor: actorOn(request), ...secondOn(request) })

/** An operator answers for a hold alone. */
const holdersOn = (request: FastifyRequest) => ({ ...officersOn(request), alone: callerOn(request).role === 'operator' })

/** An officer acts in their own agency; an operator where operators may. @throws Fault 404 */
async function tenantFor(parts: ApiParts, request: FastifyRequest, tenantId: string | undefined): Promise<string> {
  const { tenantId: own, role } = callerOn(request)
  if (tenantId === undefined || tenantId === own) return own
  if (role !== 'operator') throw notFound('tenant')
  return await reachable(parts, request, tenantId)
}
