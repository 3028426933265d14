import { Type } from '@fastify/type-provider-typebox'
import { ACTIONS, ROUTES, type Route } from '@lintas/core/liveness'
import { PURPOSES } from '@lintas/core/receipt'
import { answers, choice, Day, Instant, Jws, name, OfficeId, PathId, Relayed, Sid, strict, SubjectId } from './common.js'

export const EVIDENCE_TYPE = 'application/vnd.lintas.evidence'
/** Made without a network: each part but the receipt is sealed to the server. */
export const SEALED_TYPE = `${EVIDENCE_TYPE}+sealed`

const ROUTE_NAMES = Object.keys(ROUTES) as readonly Route[] as readonly [Route, ...Route[]]

const OpenStep = strict({
  n: Type.Integer({ minimum: 1, maximum: 7 }),
  action: choice(ACTIONS),
  nonce: Type.String({ description: 'To be signed with the step' }),
})

const Target = Type.String({ minLength: 1, maxLength: 2_000, description: 'The address that the browser asked, at the relay' })

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
  headers: Relayed,
  params: strict({ sid: PathId }),
  body: strict({
    token: Jws,
    proof: Jws,
    route: choice(ROUTE_NAMES),
    target: Target,
  }),
  response: answers({ 200: strict({ step: OpenStep, steps: Type.Integer({ minimum: 1 }) }) }),
}

export const TakeStep = {
  summary: 'Commit to a step, learn which frames to open and what comes next',
  headers: Relayed,
  params: strict({ sid: PathId, n: Type.String({ pattern: '^[1-9]\\d?$' }) }),
  body: strict({ message: Jws }),
  response: answers({ 200: strict({ open: Type.Array(Type.Integer({ minimum: 0, maximum: 11 })), next: Type.Optional(OpenStep) }) }),
}

const evidence = { content: { [EVIDENCE_TYPE]: { schema: Type.Unsafe<Uint8Array>({ description: 'A bundle, at most 1 MiB' }) } } }

const either = { content: { ...evidence.content, [SEALED_TYPE]: evidence.content[EVIDENCE_TYPE] } }

const CheckInAnswer = strict({
  outcome: choice(['admitted', 'refused', 'review']),
  hint: Type.Optional(Type.String({ description: 'What would help' })),
  next: choice(['done', 'again', 'wait', 'assisted']),
})

export const SubmitCheckIn = {
  summary: 'Submit the evidence of a check-in',
  headers: Relayed,
  body: either,
  response: answers({ 200: CheckInAnswer }),
}

const Nonce = Type.String({ pattern: '^[\\w-]{16,128}$', description: 'Of a pack' })
const Coordinate = Type.String({ pattern: '^[\\w-]{43}$' })

export const IssuePack = {
  summary: 'What a device makes check-ins with while there is no network; the same again when asked again',
  headers: Relayed,
  body: strict({ subjectId: SubjectId, proof: Jws, target: Target }),
  response: answers({
    200: strict({
      schema: Type.Literal('lintas-pack/1'),
      nonces: Type.Array(Nonce, { description: 'In the order in which they are to be used' }),
      day: Day,
      issuedAt: Instant,
      key: strict({ kty: Type.Literal('EC'), crv: Type.Literal('P-256'), x: Coordinate, y: Coordinate }, 'What evidence is to be sealed to'),
    }),
  }),
}

export const SubmitDeferred = {
  summary: 'Commit to a check-in that was made without a network, and learn which frames to open',
  headers: Relayed,
  body: strict({
    ...{ subjectId: SubjectId, nonce: Nonce, proof: Jws, target: Target, route: choice(ROUTE_NAMES) },
    steps: Type.Array(Jws, { minItems: 1, maxItems: 7 }),
    contentKey: Type.String({ pattern: '^[\\w-]{1,1000}$', description: 'Of the sealed parts, sealed to the server' }),
  }),
  response: answers({ 200: strict({ sid: Sid, open: Type.Array(Type.Array(Type.Integer({ minimum: 0, maximum: 11 }))) }) }),
}

export const SubmitEnrolment = {
  summary: 'Submit the evidence of an enrolment',
  headers: Relayed,
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
