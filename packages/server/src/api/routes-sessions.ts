import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { EVIDENCE_LIMITS } from '@lintas/core/evidence'
import { enrol } from '../enrolments/index.js'
import { notFound } from '../errors/index.js'
import { acceptDeferred, tellPack } from '../offline/index.js'
import { begin, checkIn, issueSession, step } from '../sessions/index.js'
import { Fault } from '../errors/index.js'
import { findDecision, findReview, findSession, noteAct } from '../storage/index.js'
import { actorOn, callerOn, clientOn, subjectOn } from './caller.js'
import type { Metrics } from './metrics.js'
import type { ApiParts } from './ports.js'
import * as schemas from './schemas/index.js'

const AGENCY = { access: { roles: ['agency'] } } as const
const RELAYED = { access: { roles: ['agency'], relayed: true } } as const
const OFFICER = { access: { roles: ['officer'], actor: true } } as const

/** Sessions from the agency's asking to the decision. */
export function sessionRoutes(instance: FastifyInstance, parts: ApiParts, metrics: Metrics): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>()
  app.post('/sessions', { schema: schemas.IssueSession, config: AGENCY }, async (request, reply) => {
    const { sid, token, expiresAt } = await issueSession(parts, callerOn(request).tenantId, { ...request.body, ...clientOn(request) })
    return await reply.code(201).send({ sid, token, expiresAt: expiresAt.toISOString() })
  })
  app.post('/sessions/:sid/begin', { schema: schemas.BeginSession, config: RELAYED }, async (request) => {
    const { target } = request.body
    checkTarget(target)
    return await begin(parts, callerOn(request).tenantId, request.params.sid, { ...request.body, ...subjectOn(request), ...clientOn(request) })
  })
  app.post('/sessions/:sid/steps/:n', { schema: schemas.TakeStep, config: RELAYED }, async (request) => {
    const { sid, n } = request.params
    const { open, next } = await step(parts, callerOn(request).tenantId, sid, Number(n), { ...request.body, ...subjectOn(request) })
    return { open: [...open], ...(next === undefined ? {} : { next }) }
  })
  decisionRoutes(instance, parts)
  offlineRoutes(instance, parts)
  evidenceRoutes(instance, parts, metrics)
}

function offlineRoutes(instance: FastifyInstance, parts: ApiParts): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>()
  app.post('/packs', { schema: schemas.IssuePack, config: RELAYED }, async (request) => {
    const { nonces, ...pack } = await tellPack(parts, callerOn(request).tenantId, whose(request, request.body))
    return { ...pack, nonces: [...nonces], key: pack.key }
  })
  app.post('/deferred', { schema: schemas.SubmitDeferred, config: RELAYED }, async (request) => {
    const { sid, open } = await acceptDeferred(parts, callerOn(request).tenantId, whose(request, request.body))
    return { sid, open: open.map((indices) => [...indices]) }
  })
}

/** What no proof can be of. @throws Fault 422 */
function checkTarget(target: string): void {
  const url = URL.canParse(target) ? new URL(target) : undefined
  const isGood = url !== undefined && /^https?:$/u.test(url.protocol) && url.username === '' && url.password === ''
  if (!isGood) throw new Fault(422, 'invalid', 'body.target must be an absolute address of http or https, without user or password')
}

/** What is asked for a subject other than the one that the relay says is there is asked for nobody. */
function whose<T extends { readonly subjectId: string; readonly target: string }>(request: FastifyRequest, body: T): T {
  checkTarget(body.target)
  if (subjectOn(request).subjectId !== body.subjectId) throw notFound('subject')
  return body
}

function decisionRoutes(instance: FastifyInstance, { storage }: ApiParts): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>()
  app.get('/sessions/:sid/decision', { schema: schemas.ReadDecision, config: AGENCY }, async (request) => {
    const { sid } = request.params
    return await storage.snapshot(callerOn(request).tenantId, async (scope) => {
      const found = await findDecision(scope, sid)
      // What an officer made of a review is what holds; the review itself is what was told until then.
      if (found !== undefined) return { decision: (await findReview(scope, sid))?.decision ?? found.decision }
      if ((await findSession(scope, sid)) === undefined) throw notFound('session')
      throw new Fault(404, 'not-decided', 'This session has not been decided')
    })
  })
  app.get('/sessions/:sid/findings', { schema: schemas.ReadFindings, config: OFFICER }, async (request) => {
    const { sid } = request.params
    return await storage.transact(callerOn(request).tenantId, async (scope) => {
      const session = await findSession(scope, sid)
      const found = await findDecision(scope, sid)
      if (session === undefined) throw notFound('session')
      if (found === undefined) throw new Fault(404, 'not-decided', 'This session has not been decided')
      const { subjectId } = session
      // In the transaction of the reading: nobody sees what is not noted.
      await noteAct(scope, { actor: actorOn(request), action: 'findings-seen', subjectId, details: { sid } })
      const { outcome, decidedAt, findings } = found
      return { sid, subjectId, outcome, decidedAt: decidedAt.toISOString(), findings: findings === null ? null : (JSON.parse(findings) as object) }
    })
  })
}

function evidenceRoutes(instance: FastifyInstance, parts: ApiParts, metrics: Metrics): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>()
  const bodyLimit = EVIDENCE_LIMITS.bundleBytes
  app.addContentTypeParser(schemas.EVIDENCE_TYPE, { parseAs: 'buffer', bodyLimit }, (_request, body, done) => {
    done(null, new Uint8Array(body as Buffer))
  })
  app.addContentTypeParser(schemas.SEALED_TYPE, { parseAs: 'buffer', bodyLimit }, (_request, body, done) => {
    done(null, new Uint8Array(body as Buffer))
  })
  app.post('/check-ins', { schema: schemas.SubmitCheckIn, config: RELAYED, bodyLimit }, async (request) => {
    const sealed = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() === schemas.SEALED_TYPE
    const sent = { body: bytesOf(request.body), sealed, ...subjectOn(request), ...clientOn(request) }
    const answer = await checkIn(parts, callerOn(request).tenantId, sent)
    metrics.decided('check-in', answer.outcome)
    return answer
  })
  app.post('/enrolments', { schema: schemas.SubmitEnrolment, config: RELAYED, bodyLimit }, async (request, reply) => {
    const { tenantId, actor } = callerOn(request)
    const submitted = { body: bytesOf(request.body), ...subjectOn(request), ...(actor === undefined ? {} : { actor }) }
    const answer = await enrol(parts, tenantId, submitted)
    metrics.decided('enrolment', 'outcome' in answer ? answer.outcome : answer.state)
    return 'outcome' in answer ? await reply.code(200).send(answer) : await reply.code(202).send(answer)
  })
}

function bytesOf(body: unknown): Uint8Array<ArrayBuffer> {
  if (body instanceof Uint8Array) return body as Uint8Array<ArrayBuffer>
  throw new Fault(415, 'content-type', `The body must be ${schemas.EVIDENCE_TYPE}`)
}
