import { Type } from '@fastify/type-provider-typebox'
import { answers, choice, Cursor, Day, Instant, Limit, PathId, Sid, strict, SubjectId, text } from './common.js'
import { Second } from './officers.js'

const Review = strict({
  ...{ sid: Sid, subjectId: SubjectId, state: choice(['waiting', 'accepted', 'rejected']) },
  ...{ at: Instant, notBefore: Type.Optional(Instant), direction: choice(['arrival', 'departure']), assurance: Type.String() },
  ...{ place: Type.Optional(Type.String()), placeBy: Type.Optional(choice(['kiosk', 'egress', 'code', 'claim'])) },
  ...{ settledAt: Type.Optional(Instant), officers: Type.Optional(Type.Array(Type.String())), reason: Type.Optional(Type.String()) },
  seq: Type.Optional(Type.Integer({ description: 'Of its record, where it was accepted' })),
  flags: Type.Optional(Type.Array(Type.String(), { description: 'Why it is a review; for officers' })),
  thumbprint: Type.Optional(Type.String({ description: 'Device on which it was made; for officers' })),
})

export const ListReviews = {
  summary: 'Check-ins that matched and that an officer decides on, or did; by the time of the check-ins',
  querystring: strict({
    ...{ state: choice(['waiting', 'settled']), from: Type.Optional(Day), to: Type.Optional(Day), cursor: Cursor, limit: Limit },
  }),
  response: answers({ 200: strict({ timeZone: Type.String(), reviews: Type.Array(Review), next: Type.Optional(Type.String()) }) }),
}

const review = strict({ sid: PathId })

export const AcceptReview = {
  summary: 'Record a check-in that is a review, as it was; beyond the quotas of attestations two officers',
  headers: Second,
  params: review,
  // None is as good as an empty one.
  body: Type.Union([Type.Null(), strict({ reason: Type.Optional(text('Why')) })]),
  response: answers({ 200: strict({ state: Type.Literal('accepted'), seq: Type.Integer() }) }),
}

export const RejectReview = {
  summary: 'End a check-in that is a review without a record',
  params: review,
  body: strict({ reason: text('Why') }),
  response: answers({ 200: strict({ state: Type.Literal('rejected') }) }),
}
