import { Type } from '@fastify/type-provider-typebox'
import { answers, choice, Day, Instant, Limit, name, PathId, strict, TenantId } from './common.js'

const Nullable = Type.Union([Type.Null(), Type.String()])
const Person = strict({ personId: Type.String(), nip: Nullable, name: Nullable, createdAt: Instant })
const Assignment = strict({ assignmentId: Type.String(), agencyId: TenantId, startsOn: Day, endsOn: Nullable })

export const CreatePerson = {
  summary: 'A new person of the regency',
  body: strict({ nip: Type.Optional(Type.String({ pattern: '^\\d{18}$' })), name: Type.Optional(name('The person’s name')) }),
  response: answers({ 201: Person }),
}

export const ReadPerson = {
  summary: 'A person and where they serve',
  params: strict({ personId: PathId }),
  response: answers({ 200: Type.Object({ ...Person.properties, assignments: Type.Array(Assignment) }, { additionalProperties: false }) }),
}

export const AssignPerson = {
  summary: 'Assign a person to an agency from a day on (mutasi)',
  params: strict({ personId: PathId }),
  body: strict({ agencyId: TenantId, startsOn: Day }),
  response: answers({ 201: Assignment }),
}

export const ListDuplicates = {
  summary: 'Subjects who may be one person',
  querystring: strict({ limit: Limit }),
  response: answers({
    200: strict({
      leftOut: Type.Optional(
        Type.Integer({
          minimum: 0,
          description: 'References that the last search could not compare, since other models made them; absent: not known',
        }),
      ),
      duplicates: Type.Array(
        strict({
          duplicateId: Type.String(),
          agencyId: TenantId,
          subjectId: Type.String(),
          otherAgencyId: TenantId,
          otherSubjectId: Type.String(),
          score: Type.Number(),
          foundAt: Instant,
        }),
      ),
    }),
  }),
}

export const SettleDuplicate = {
  summary: 'Say whether two subjects are one person',
  params: strict({ duplicateId: PathId }),
  body: strict({ verdict: choice(['different', 'same']) }),
  response: answers({ 200: strict({ state: choice(['different', 'same']) }) }),
}
