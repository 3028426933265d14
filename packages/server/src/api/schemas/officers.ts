import { Type } from '@fastify/type-provider-typebox'
import { answers, choice, Cursor, Day, Instant, Limit, PathId, Sid, strict, SubjectId, TenantId, text } from './common.js'

const Direction = choice(['arrival', 'departure'])
/** Of an act that two officers may share. */
export const Second = Type.Object({
  'x-lintas-second': Type.Optional(Type.String({ maxLength: 200, description: 'API key of the second officer, whose actor is another' })),
})

const Incomplete = Type.Boolean({
  description: 'The search for duplicates could not compare this face with references that other models made: that it found nobody says less',
})

const Waiting = strict({
  ...{ enrolmentId: Sid, subjectId: SubjectId, state: Type.Literal('pending'), createdAt: Instant, createdBy: Type.String() },
  ...{ quality: Type.Number(), possibleDuplicate: Type.Boolean(), incomplete: Incomplete },
})
const Lapsed = strict({ enrolmentId: Sid, subjectId: SubjectId, state: Type.Literal('lapsed'), lapsedAt: Instant })

export const ListEnrolments = {
  summary: 'Enrolments that wait, or those of the last 90 days that nobody decided on in time',
  querystring: strict({ state: choice(['pending', 'lapsed']), cursor: Cursor, limit: Limit }),
  response: answers({
    200: strict({
      enrolments: Type.Array(Type.Union([Waiting, Lapsed])),
      next: Type.Optional(Type.String()),
    }),
  }),
}

const enrolment = strict({ enrolmentId: PathId })

export const SeePortrait = {
  summary: 'Whose face an enrolment that waits is: one frame of it, gone with the approval or the rejection; noted in the audit',
  params: enrolment,
  response: answers({ 200: { content: { 'image/jpeg': { schema: Type.Unsafe<Uint8Array>({ description: 'A JPEG' }) } } } }),
}

export const ApproveEnrolment = {
  summary: 'Approve an enrolment; with a photograph, and where a duplicate is possible, two officers',
  headers: Second,
  params: enrolment,
  body: strict({
    seen: choice(['person', 'photograph'], 'Whether the officer saw the person, or the personnel photograph'),
  }),
  response: answers({ 200: strict({ state: Type.Literal('active'), incomplete: Incomplete }) }),
}

export const RejectEnrolment = {
  summary: 'Reject an enrolment',
  params: enrolment,
  body: strict({ reason: text('Why') }),
  response: answers({ 200: strict({ state: Type.Literal('rejected') }) }),
}

const Moment = strict({
  at: Instant,
  notBefore: Type.Optional(Instant),
  assurance: Type.String(),
  place: Type.Optional(Type.String()),
  seq: Type.Integer(),
  corrected: Type.Boolean(),
})

export const AttendanceDayRow = strict({
  day: Day,
  subjectId: SubjectId,
  arrival: Type.Optional(Moment),
  departure: Type.Optional(Moment),
  records: Type.Integer(),
})

export const ListAttendance = {
  summary: 'Arrival and departure per subject and day: of the own agency; the regency’s officers name one, which is noted there',
  querystring: strict({
    from: Day,
    to: Day,
    subjectId: Type.Optional(SubjectId),
    tenantId: Type.Optional(TenantId),
    cursor: Cursor,
    limit: Limit,
    format: Type.Optional(choice(['json', 'csv'])),
  }),
  response: answers({
    200: {
      content: {
        'application/json': {
          schema: strict({ timeZone: Type.String(), days: Type.Array(AttendanceDayRow), next: Type.Optional(Type.String()) }),
        },
        'text/csv': { schema: Type.String({ description: 'RFC 4180; the next page stands in the header Link' }) },
      },
    },
  }),
}

export const CorrectAttendance = {
  summary: 'Correct a record; takes two people',
  headers: Second,
  body: strict({
    corrects: Type.Integer({ minimum: 1, description: '`seq` of the record' }),
    reason: text('Why'),
    instead: Type.Union([Type.Null(), strict({ occurredAt: Instant, direction: Direction })], {
      description: 'What holds instead; null: the record does not count',
    }),
  }),
  response: answers({ 201: strict({ seq: Type.Integer() }) }),
}

export const AttestAttendance = {
  summary: 'Attest that somebody was there (assisted route)',
  headers: Second,
  body: strict({
    subjectId: SubjectId,
    direction: Direction,
    occurredAt: Instant,
    reason: text('Why'),
  }),
  response: answers({ 201: strict({ seq: Type.Integer(), attestationId: Type.String() }) }),
}

const device = strict({ thumbprint: PathId })

const Device = { thumbprint: Type.String(), state: Type.String() }
const Accepted = strict({
  accepted: Type.Integer({ minimum: 0 }),
  waiting: Type.Integer({ minimum: 0, description: 'All of this device and its subject that wait still, for whatever reason: settle each' }),
  attested: Type.Integer({ minimum: 0, description: 'Of those that wait, left since an officer attested that day and direction: reject each' }),
})

export const BindDevice = {
  summary: 'Vouch for a device',
  params: device,
  // None is as good as an empty one.
  body: Type.Union([
    Type.Null(),
    strict({
      acceptReviews: Type.Optional(Type.Boolean({ description: 'Accept its subject’s reviews that wait only because nobody had vouched for it' })),
    }),
  ]),
  response: answers({ 200: strict({ ...Device, reviews: Type.Optional(Accepted) }) }),
}

export const RevokeDevice = { summary: 'End a device’s use', params: device, response: answers({ 200: strict(Device) }) }

export const MarkKiosk = {
  summary: 'Make a device a kiosk: any subject may use it, and its key shows a place',
  params: device,
  response: answers({ 200: strict({ thumbprint: Type.String(), kiosk: Type.Boolean() }) }),
}

export const UnmarkKiosk = { ...MarkKiosk, summary: 'Take a kiosk back: it is nobody’s, and shows nothing' }

export const ListKiosks = {
  summary: 'Kiosks of the agency, revoked ones too',
  response: answers({
    200: strict({
      kiosks: Type.Array(
        strict({
          ...{ thumbprint: Type.String(), state: Type.String(), uses: Type.Integer() },
          ...{ markedAt: Instant, markedBy: Type.String() },
        }),
      ),
    }),
  }),
}
