import { Type } from '@fastify/type-provider-typebox'
import { answers, Instant, name, PathId, strict, SubjectId, text } from './common.js'

const params = strict({ subjectId: PathId })

export const CreateSubject = {
  summary: 'A new subject of the agency',
  body: strict({
    subjectId: Type.Optional(SubjectId),
    personId: Type.Optional(name('Id of a person who is assigned to this agency')),
  }),
  response: answers({ 201: strict({ subjectId: SubjectId, createdAt: Instant }) }),
}

export const ExportSubject = {
  summary: 'Everything that is held of a subject',
  params,
  response: answers({ 200: Type.Object({ subjectId: SubjectId }, { additionalProperties: true }) }),
}

export const EraseSubject = {
  summary: 'Erase a subject',
  params,
  body: strict({ reason: text('Why'), attendance: Type.Optional(Type.Boolean({ description: 'Attendance too; default false' })) }),
  response: answers({ 200: strict({ erasedAt: Instant, references: Type.Integer(), evidence: Type.Integer(), records: Type.Integer() }) }),
}

export const ClearLimits = {
  summary: 'Let a subject try again after too many attempts or failures; attesting, accepting, binding and approving do so, too',
  params,
  body: strict({ reason: text('Why') }),
  response: answers({ 200: strict({ failures: Type.Integer({ minimum: 0, description: 'In a row, before' }) }) }),
}

export const GiveConsent = {
  summary: 'Note a consent',
  params,
  body: strict({ version: name('Version of the notice'), text: text('The very text that was shown', 100_000) }),
  response: answers({ 201: strict({ consentId: Type.String(), version: Type.String(), textSha256: Type.String(), givenAt: Instant }) }),
}

export const WithdrawConsent = {
  summary: 'Withdraw the consent, which erases the biometrics',
  params,
  response: answers({ 200: strict({ withdrawn: Type.Boolean(), references: Type.Integer(), evidence: Type.Integer() }) }),
}

export const ListDevices = {
  summary: 'Devices of a subject',
  params,
  response: answers({
    200: strict({
      devices: Type.Array(strict({ thumbprint: Type.String(), state: Type.String(), uses: Type.Integer(), createdAt: Instant })),
    }),
  }),
}
