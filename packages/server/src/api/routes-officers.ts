import type { FastifyInstance } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { approveEnrolment, listLapsed, listPending, rejectEnrolment, seePortrait } from '../enrolments/index.js'
import { Fault, notFound } from '../errors/index.js'
import { bindAndAccept } from '../reviews/index.js'
import { checkAssignedAt } from '../sessions/index.js'
import {
  attestAttendance,
  correctRecord,
  findRecord,
  revokeDevice,
  type AttestationRefusal,
  type CorrectionRefusal,
  type Scope,
} from '../storage/index.js'
import { actorOn, callerOn, secondOn } from './caller.js'
import type { ApiParts } from './ports.js'
import { refusedDevice } from './routes-kiosks.js'
import * as schemas from './schemas/index.js'

const READER = { access: { roles: ['officer'] } } as const
const OFFICER = { access: { roles: ['officer'], actor: true } } as const
const OFFICERS = { access: { roles: ['officer'], actor: true, second: true } } as const
const PAGE = 100

/** What officers do: enrolments, devices, corrections and attestations. */
export function officerRoutes(instance: FastifyInstance, parts: ApiParts): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>()
  const { storage } = parts
  app.get('/enrolments', { schema: schemas.ListEnrolments, config: READER }, async (request) => {
    const { cursor, limit, state } = request.query
    const page = { limit: Number(limit ?? PAGE), ...(cursor === undefined ? {} : { after: cursor }) }
    const enrolments = await storage.snapshot(callerOn(request).tenantId, async (scope) =>
      state === 'pending'
        ? (await listPending(scope, page)).map((one) => ({ ...one, state, createdAt: one.createdAt.toISOString() }))
        : (await listLapsed(scope, page)).map((one) => ({ ...one, state, lapsedAt: one.lapsedAt.toISOString() })),
    )
    const last = enrolments.length === page.limit ? enrolments.at(-1)?.enrolmentId : undefined
    return { enrolments, ...(last === undefined ? {} : { next: last }) }
  })
  app.get('/enrolments/:enrolmentId/portrait', { schema: schemas.SeePortrait, config: OFFICER }, async (request, reply) => {
    const jpeg = await seePortrait(parts, callerOn(request).tenantId, request.params.enrolmentId, actorOn(request))
    return await reply.type('image/jpeg').header('cache-control', 'no-store').send(Buffer.from(jpeg))
  })
  app.post('/enrolments/:enrolmentId/approve', { schema: schemas.ApproveEnrolment, config: OFFICERS }, async (request) => {
    const approval = { ...request.body, actor: actorOn(request), ...secondOn(request) }
    return await approveEnrolment(parts, callerOn(request).tenantId, request.params.enrolmentId, approval)
  })
  app.post('/enrolments/:enrolmentId/reject', { schema: schemas.RejectEnrolment, config: OFFICER }, async (request) => {
    const rejection = { ...request.body, actor: actorOn(request) }
    return await rejectEnrolment(storage, callerOn(request).tenantId, request.params.enrolmentId, rejection)
  })
  deviceRoutes(instance, parts)
  recordRoutes(instance, parts)
}

function deviceRoutes(instance: FastifyInstance, parts: ApiParts): void {
  const { storage } = parts
  const app = instance.withTypeProvider<TypeBoxTypeProvider>()
  app.post('/devices/:thumbprint/bind', { schema: schemas.BindDevice, config: OFFICER }, async (request) => {
    const binding = { actor: actorOn(request), acceptReviews: request.body?.acceptReviews === true }
    const bind = (scope: Scope): ReturnType<typeof bindAndAccept> => bindAndAccept(scope, parts, request.params.thumbprint, binding)
    const result = await storage.transact(callerOn(request).tenantId, bind)
    if ('refused' in result) throw refusedDevice(result.refused)
    const { device, reviews } = result
    return { thumbprint: device.thumbprint, state: device.state, ...(reviews === undefined ? {} : { reviews }) }
  })
  app.post('/devices/:thumbprint/revoke', { schema: schemas.RevokeDevice, config: OFFICER }, async (request) => {
    const actor = actorOn(request)
    const device = await storage.transact(callerOn(request).tenantId, (scope) => revokeDevice(scope, request.params.thumbprint, actor))
    if (device === undefined) throw notFound('device')
    return { thumbprint: device.thumbprint, state: device.state }
  })
}

function recordRoutes(instance: FastifyInstance, parts: ApiParts): void {
  const { storage } = parts
  const app = instance.withTypeProvider<TypeBoxTypeProvider>()
  app.post('/attendance/corrections', { schema: schemas.CorrectAttendance, config: OFFICERS }, async (request, reply) => {
    const { corrects, reason, instead } = request.body
    const { second } = secondOn(request)
    if (second === undefined) throw new Fault(409, 'correction-second', 'A correction takes a second officer: x-lintas-second')
    const result = await storage.transact(callerOn(request).tenantId, async (scope) => {
      if (instead !== null && !(Date.parse(instead.occurredAt) <= scope.now.getTime())) throw new Fault(422, 'correction-time', TIME)
      const occurred = instead === null ? null : { ...instead, occurredAt: new Date(instead.occurredAt).toISOString() }
      if (occurred !== null) await checkRecordDay(scope, parts, corrects, occurred.occurredAt)
      return await correctRecord(scope, { corrects, reason, authors: [actorOn(request), second], instead: occurred })
    })
    if ('refused' in result) throw CORRECTION[result.refused]()
    return await reply.code(201).send({ seq: result.head.seq })
  })
  app.post('/attendance/attestations', { schema: schemas.AttestAttendance, config: OFFICERS }, async (request, reply) => {
    const attestation = { ...request.body, officer: actorOn(request), ...secondOn(request) }
    const result = await storage.transact(callerOn(request).tenantId, async (scope) => {
      await checkDayOf(scope, parts, attestation.subjectId, attestation.occurredAt)
      return await attestAttendance(scope, attestation)
    })
    if ('sid' in result)
      throw new Fault(409, 'attestation-review', `Review ${result.sid} is of this day and direction: settle it, or correct its record`)
    if ('refused' in result) throw refusedAttestation(result.refused)
    return await reply.code(201).send({ seq: result.head.seq, attestationId: result.attestationId })
  })
}

/** Nobody is attested for, nor corrected to, a day on which they did not serve here. What is no time is told by whoever is asked next. */
async function checkDayOf(scope: Scope, parts: ApiParts, subjectId: string, occurredAt: string): Promise<void> {
  const instant = new Date(occurredAt)
  if (!Number.isNaN(instant.getTime())) await checkAssignedAt(scope, parts, subjectId, instant)
}

async function checkRecordDay(scope: Scope, parts: ApiParts, seq: number, occurredAt: string): Promise<void> {
  const subjectId = (await findRecord(scope, seq))?.record.subjectId
  if (subjectId !== undefined) await checkDayOf(scope, parts, subjectId, occurredAt)
}

const TIME = 'occurredAt must be a time that is not to come'

const CORRECTION: Readonly<Record<CorrectionRefusal, () => Fault>> = {
  'unknown-record': () => notFound('record'),
  authors: () => new Fault(403, 'correction-authors', 'A correction takes two people, neither of them the subject'),
  reason: () => new Fault(422, 'correction-reason', 'A correction needs a reason'),
}

function refusedAttestation(refused: AttestationRefusal): Fault {
  if (refused === 'not-found') return notFound('subject')
  if (refused === 'authors') return new Fault(403, 'attestation-authors', 'Nobody attests for themself, and two officers are two people')
  if (refused === 'reason') return new Fault(422, 'attestation-reason', 'An attestation needs a reason')
  if (refused === 'time') return new Fault(422, 'attestation-time', TIME)
  return new Fault(409, `attestation-${refused}`, 'This attestation takes a second officer')
}
