import { Type } from '@fastify/type-provider-typebox'
import { answers, Instant, PathId, Sid, strict, SubjectId, TenantId, text } from './common.js'

const params = strict({ sid: PathId })
const Second = Type.Object({
  'x-lintas-second': Type.Optional(Type.String({ maxLength: 200, description: 'API key of the second officer, whose actor is another' })),
})
const ofTenant = strict({ tenantId: Type.Optional(TenantId) })
const Kept = Type.Integer({ minimum: 1, description: 'Pieces of evidence that it concerns' })

export const HoldEvidence = {
  summary: 'Keep what is kept of a session beyond its time (legal hold); two officers, or an operator',
  headers: Second,
  params,
  querystring: ofTenant,
  body: strict({ reason: text('Why, and on whose order'), until: Type.Optional(Instant) }),
  response: answers({ 200: strict({ sid: Sid, evidence: Kept, until: Type.Union([Type.Null(), Instant]) }) }),
}

export const ReleaseEvidence = {
  summary: 'Lift a legal hold; two officers, or an operator',
  headers: Second,
  params,
  querystring: ofTenant,
  body: strict({ reason: text('Why') }),
  response: answers({ 200: strict({ sid: Sid, evidence: Kept }) }),
}

export const LodgeAppeal = {
  summary: 'Appeal against a refusal: what was sealed of it is kept for 30 days, and two officers may open it',
  params,
  body: strict({ reason: text('What the subject says') }),
  response: answers({ 200: strict({ sid: Sid, until: Instant }) }),
}

export const CloseAppeal = {
  summary: 'Close an appeal; two officers',
  headers: Second,
  params,
  body: strict({ reason: text('What came of it') }),
  response: answers({ 200: strict({ sid: Sid, closed: Type.Literal(true) }) }),
}

export const OpenEvidence = {
  summary: 'What was sealed of a refusal, while an appeal stands; two officers, noted in the audit',
  headers: Second,
  params,
  response: answers({
    200: strict({
      ...{ sid: Sid, subjectId: SubjectId, outcome: Type.String(), decidedAt: Instant },
      findings: Type.Union([Type.Null(), Type.Object({}, { additionalProperties: true })]),
      appeal: strict({ reason: Type.String(), until: Instant }),
      frames: Type.Array(
        strict({
          frame: Type.Integer({ minimum: 0, description: 'By which it is fetched' }),
          bytes: Type.Integer({ minimum: 0 }),
          step: Type.Optional(Type.Integer({ minimum: 1 })),
          action: Type.Optional(Type.String()),
          index: Type.Optional(Type.Integer({ minimum: 0 })),
        }),
      ),
    }),
  }),
}

export const OpenFrame = {
  summary: 'One opened frame of a refusal, while an appeal stands; two officers, noted in the audit',
  headers: Second,
  params: strict({ sid: PathId, frame: Type.String({ pattern: '^\\d{1,3}$' }) }),
  response: answers({ 200: { content: { 'image/jpeg': { schema: Type.Unsafe<Uint8Array>({ description: 'A JPEG' }) } } } }),
}
