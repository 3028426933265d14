import type { FastifyInstance } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { Fault, notFound } from '../errors/index.js'
import { timeZoneOf } from '../sessions/index.js'
import {
  assignmentOn,
  clearLimits,
  createNamedSubject,
  createSubject,
  eraseSubject,
  exportSubject,
  findSubject,
  giveConsent,
  keepConsentText,
  listDevices,
  lockSubject,
  withdrawBiometrics,
  type ClearingRefusal,
  type ErasureRefusal,
} from '../storage/index.js'
import { localDay } from '../time/index.js'
import { actorOn, actorOrKey, callerOn } from './caller.js'
import type { ApiParts } from './ports.js'
import * as schemas from './schemas/index.js'

const AGENCY = { access: { roles: ['agency'] } } as const
const OFFICER = { access: { roles: ['officer'], actor: true } } as const

/** A civil servant’s number. */
const NIP = /^(?:\d[ .-]?){18}$/u

/** Subjects, their consents, and what is held of them. */
export function subjectRoutes(instance: FastifyInstance, parts: ApiParts): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>()
  const { storage } = parts
  app.post('/subjects', { schema: schemas.CreateSubject, config: AGENCY }, async (request, reply) => {
    const { tenantId } = callerOn(request)
    const { subjectId, personId } = request.body
    if (personId !== undefined && !(await isAssigned(parts, tenantId, personId))) throw notFound('person')
    if (subjectId !== undefined && NIP.test(subjectId)) throw new Fault(422, 'subject-nip', 'A NIP tells birth date and sex: give another id')
    const made = await storage.transact(tenantId, (scope) =>
      subjectId === undefined ? createSubject(scope, personId) : createNamedSubject(scope, subjectId, personId),
    )
    if (made === undefined) throw new Fault(409, 'subject-exists', 'There is a subject of this id')
    return await reply.code(201).send({ subjectId: made.subjectId, createdAt: made.createdAt.toISOString() })
  })
  app.get('/subjects/:subjectId', { schema: schemas.ExportSubject, config: AGENCY }, async (request) => {
    const caller = callerOn(request)
    const { subjectId } = request.params
    const found = await storage.transact(caller.tenantId, (scope) => exportSubject(scope, subjectId, actorOrKey(caller)))
    if (found === undefined) throw notFound('subject')
    // Dates become ISO 8601 here, before the answer's schema is asked about them.
    return { ...(JSON.parse(JSON.stringify(found)) as object), subjectId }
  })
  app.delete('/subjects/:subjectId', { schema: schemas.EraseSubject, config: AGENCY }, async (request) => {
    const caller = callerOn(request)
    const erasure = { ...request.body, erasedBy: actorOrKey(caller) }
    const result = await storage.transact(caller.tenantId, (scope) => eraseSubject(scope, request.params.subjectId, erasure))
    if ('refused' in result) throw refusedErasure(result.refused)
    const { tombstone, references, evidence, records } = result.erased
    return { erasedAt: tombstone.erasedAt.toISOString(), references, evidence, records }
  })
  consentRoutes(instance, parts)
  app.post('/subjects/:subjectId/limits/clear', { schema: schemas.ClearLimits, config: OFFICER }, async (request) => {
    const clearing = { ...request.body, ...request.params, actor: actorOn(request) }
    const result = await storage.transact(callerOn(request).tenantId, (scope) => clearLimits(scope, clearing))
    if ('refused' in result) throw refusedClearing(result.refused)
    return { failures: result.failures }
  })
}

function refusedClearing(refused: ClearingRefusal): Fault {
  if (refused === 'not-found') return notFound('subject')
  if (refused === 'own') return new Fault(403, 'limits-own', 'Nobody clears limits of their own')
  return new Fault(422, 'limits-reason', 'This needs a reason')
}

function consentRoutes(instance: FastifyInstance, { storage }: ApiParts): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>()
  app.post('/subjects/:subjectId/consents', { schema: schemas.GiveConsent, config: AGENCY }, async (request, reply) => {
    const { version, text } = request.body
    const { subjectId } = request.params
    const given = await storage.transact(callerOn(request).tenantId, async (scope) => {
      if ((await lockSubject(scope, subjectId)) === undefined) throw notFound('subject')
      const textSha256 = await keepConsentText(scope, { version, text })
      if (textSha256 === undefined)
        throw new Fault(409, 'consent-version', 'This version of the notice has another text: give a changed text a new version')
      return await giveConsent(scope, subjectId, { version, textSha256 })
    })
    if (given === undefined) throw notFound('subject')
    return await reply.code(201).send({ consentId: given.consentId, version, textSha256: given.textSha256, givenAt: given.givenAt.toISOString() })
  })
  app.delete('/subjects/:subjectId/consents', { schema: schemas.WithdrawConsent, config: AGENCY }, async (request) => {
    const caller = callerOn(request)
    const why = { reason: 'consent withdrawn', erasedBy: actorOrKey(caller) }
    const result = await storage.transact(caller.tenantId, (scope) => withdrawBiometrics(scope, request.params.subjectId, why))
    if ('refused' in result) throw refusedErasure(result.refused)
    return { withdrawn: true, references: result.erased.references, evidence: result.erased.evidence }
  })
  const access = { access: { roles: ['agency', 'officer'] } } as const
  app.get('/subjects/:subjectId/devices', { schema: schemas.ListDevices, config: access }, async (request) => {
    const { subjectId } = request.params
    const devices = await storage.snapshot(callerOn(request).tenantId, async (scope) => {
      if ((await findSubject(scope, subjectId)) === undefined) throw notFound('subject')
      return await listDevices(scope, subjectId)
    })
    return {
      devices: devices.map(({ thumbprint, state, uses, createdAt }) => ({ thumbprint, state, uses, createdAt: createdAt.toISOString() })),
    }
  })
}

/** A person may become a subject of the agency they are assigned to today. */
async function isAssigned({ storage, regencyOf }: ApiParts, tenantId: string, personId: string): Promise<boolean> {
  const regencyId = regencyOf === undefined ? undefined : await storage.snapshot(tenantId, regencyOf)
  if (regencyId === undefined) return false
  return await storage.snapshot(regencyId, async (scope) => {
    const today = localDay(await timeZoneOf(scope), scope.now)
    return (await assignmentOn(scope, personId, today))?.agencyId === tenantId
  })
}

function refusedErasure(refused: ErasureRefusal): Fault {
  return refused === 'legal-hold' ? new Fault(409, 'legal-hold', 'Evidence of this subject is under a legal hold') : notFound('subject')
}
