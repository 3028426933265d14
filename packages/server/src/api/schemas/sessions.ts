import { Type } from '@fastify/type-provider-typebox'
import { ACTIONS, ROUTES, type Route } from '@lintas/core/liveness'
import { PURPOSES } from '@lintas/core/receipt'
import { answers, choice, Instant, Jws, name, OfficeId, PathId, Sid, strict, SubjectId } from './common.js'

export const EVIDENCE_TYPE = 'application/vnd.lintas.evidence'

const ROUTE_NAMES = Object.keys(ROUTES) as readonly Route[] as readonly [Route, ...Route[]]

const OpenStep = strict({
  n: Type.Integer({ minimum: 1, maximum: 7 }),
  action: choice(ACTIONS),
  nonce: Type.String({ description: 'To be signed with the step' }),
})

const Place = Type.Union([
  name('Where, as the agency says: recorded as a claim'),
  strict({ office: OfficeId, code: Type.Optional(Type.String({ pattern: '^\\d{6}$', description: 'What the office’s screen shows' })) }),
])

export const IssueSession = {
  summary: 'Open a session for a subject',
  body: strict({ subjectId: SubjectId, purpose: choice(PURPOSES), place: Type.Optional(Place) }),
  response: answers({ 201: strict({ sid: Sid, token: Jws, expiresAt: Instant }) }),
}

export const BeginSession = {
  summary: 'Bind a session to a device’s key and learn the first action',
  params: strict({ sid: PathId }),
  body: strict({
    token: Jws,
    proof: Jws,
    route: choice(ROUTE_NAMES),
    target: Type.String({ minLength: 1, maxLength: 2_000, description: 'The address that the browser asked, at the relay' }),
  }),
  response: answers({ 200: strict({ step: OpenStep, steps: Type.Integer({ minimum: 1 }) }) }),
}

export const TakeStep = {
  summary: 'Commit to a step, learn which frames to open and what comes next',
  params: strict({ sid: PathId, n: Type.String({ pattern: '^[1-9]\\d?$' }) }),
  body: strict({ message: Jws }),
  response: answers({ 200: strict({ open: Type.Array(Type.Integer({ minimum: 0, maximum: 11 })), next: Type.Optional(OpenStep) }) }),
}

const evidence = { content: { [EVIDENCE_TYPE]: { schema: Type.Unsafe<Uint8Array>({ description: 'A bundle, at most 600 KiB' }) } } }

const CheckInAnswer = strict({
  outcome: choice(['admitted', 'refused', 'review']),
  hint: Type.Optional(Type.String({ description: 'What would help' })),
  next: choice(['done', 'again', 'wait', 'assisted']),
})

export const SubmitCheckIn = {
  summary: 'Submit the evidence of a check-in',
  body: evidence,
  response: answers({ 200: CheckInAnswer }),
}

export const SubmitEnrolment = {
  summary: 'Submit the evidence of an enrolment',
  body: evidence,
  response: answers({ 200: CheckInAnswer, 202: strict({ enrolmentId: Sid, state: Type.Literal('pending') }) }),
}

export const ReadDecision = {
  summary: 'The signed decision on a session',
  params: strict({ sid: PathId }),
  response: answers({ 200: strict({ decision: Jws }) }),
}

export const ReadFindings = {
  summary: 'What was found in a session; noted in the audit',
  params: strict({ sid: PathId }),
  response: answers({
    200: strict({
      sid: Sid,
      subjectId: SubjectId,
      outcome: Type.String(),
      decidedAt: Instant,
      findings: Type.Union([Type.Null(), Type.Object({}, { additionalProperties: true })]),
    }),
  }),
}
