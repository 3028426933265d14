import type { FastifyInstance } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { Fault, notFound } from '../errors/index.js'
import {
  assignPerson,
  createPerson,
  findPerson,
  findTenant,
  listAssignments,
  listDuplicates,
  noteAct,
  settleDuplicate,
  type Assignment,
  type Person,
} from '../storage/index.js'
import { isDay } from '../time/index.js'
import { actorOn, callerOn } from './caller.js'
import type { ApiParts } from './ports.js'
import * as schemas from './schemas/index.js'

const READER = { access: { roles: ['regency'] } } as const
const REGENCY = { access: { roles: ['regency'], actor: true } } as const
const PAGE = 100

const person = ({ personId, nip, name, createdAt }: Person) => ({ personId, nip, name, createdAt: createdAt.toISOString() })
const assignment = ({ assignmentId, agencyId, startsOn, endsOn }: Assignment) => ({ assignmentId, agencyId, startsOn, endsOn })

/** People whom agencies share, and where they serve: all of it the regency's own tenant. */
export function regencyRoutes(instance: FastifyInstance, { storage, duplicates }: ApiParts): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>()
  app.post('/persons', { schema: schemas.CreatePerson, config: REGENCY }, async (request, reply) => {
    const made = await storage.transact(callerOn(request).tenantId, async (scope) => {
      const created = await createPerson(scope, request.body)
      if (created !== undefined) await noteAct(scope, { actor: actorOn(request), action: 'person-created', details: { personId: created.personId } })
      return created
    })
    if (made === undefined) throw new Fault(409, 'person-exists', 'There is a person of this number')
    return await reply.code(201).send(person(made))
  })
  app.get('/persons/:personId', { schema: schemas.ReadPerson, config: READER }, async (request) => {
    const { personId } = request.params
    return await storage.snapshot(callerOn(request).tenantId, async (scope) => {
      const found = await findPerson(scope, personId)
      if (found === undefined) throw notFound('person')
      return { ...person(found), assignments: (await listAssignments(scope, personId)).map(assignment) }
    })
  })
  app.post('/persons/:personId/assignments', { schema: schemas.AssignPerson, config: REGENCY }, async (request, reply) => {
    const { personId } = request.params
    const { agencyId, startsOn } = request.body
    if (!isDay(startsOn)) throw new Fault(400, 'invalid', 'body.startsOn must be a day of the calendar')
    const { tenantId } = callerOn(request)
    if ((await storage.snapshot(agencyId, (scope) => findTenant(scope)))?.kind !== 'agency') throw notFound('agency')
    const made = await storage.transact(tenantId, async (scope) => {
      if ((await findPerson(scope, personId)) === undefined) throw notFound('person')
      const assigned = await assignPerson(scope, personId, agencyId, startsOn)
      if (assigned !== undefined)
        await noteAct(scope, { actor: actorOn(request), action: 'person-assigned', details: { personId, agencyId, startsOn } })
      return assigned
    })
    if (made === undefined) throw new Fault(409, 'assignment-later', 'An assignment begins on that day or later')
    return await reply.code(201).send(assignment(made))
  })
  duplicateRoutes(instance, { storage, duplicates })
}

function duplicateRoutes(instance: FastifyInstance, { storage, duplicates }: Pick<ApiParts, 'storage' | 'duplicates'>): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>()
  app.get('/duplicates', { schema: schemas.ListDuplicates, config: READER }, async (request) => {
    const limit = Number(request.query.limit ?? PAGE)
    const found = await storage.snapshot(callerOn(request).tenantId, (scope) => listDuplicates(scope, { state: 'open', limit }))
    const leftOut = duplicates.leftOut?.()
    return {
      ...(leftOut === undefined ? {} : { leftOut }),
      duplicates: found.map(({ duplicateId, agencyId, subjectId, otherAgencyId, otherSubjectId, score, foundAt }) => ({
        ...{ duplicateId, agencyId, subjectId, otherAgencyId, otherSubjectId, score, foundAt: foundAt.toISOString() },
      })),
    }
  })
  app.post('/duplicates/:duplicateId/settle', { schema: schemas.SettleDuplicate, config: REGENCY }, async (request) => {
    const { duplicateId } = request.params
    const { verdict } = request.body
    const actor = actorOn(request)
    const settled = await storage.transact(callerOn(request).tenantId, (scope) => settleDuplicate(scope, duplicateId, verdict, actor))
    if (settled === undefined) throw notFound('duplicate')
    return { state: verdict }
  })
}
