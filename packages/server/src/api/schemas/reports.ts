import { Type, type Static } from '@fastify/type-provider-typebox'
import { answers, choice, Instant, Limit, PathId, strict, TenantId } from './common.js'

const Count = Type.Integer({ minimum: 0 })
const Share = Type.Number({ minimum: 0, maximum: 1 })
const Direction = choice(['arrival', 'departure'])

const OfficerMonth = strict({
  officer: Type.String(),
  acts: Count,
  share: Share,
  ...{ approvedAlone: Count, approvedWithSecond: Count, approvedAsSecond: Count, rejected: Count },
  ...{ attestedAlone: Count, attestedWithSecond: Count, attestedAsSecond: Count, attestedAloneShare: Type.Optional(Share) },
  ...{ acceptedAlone: Count, acceptedWithSecond: Count, acceptedAsSecond: Count, reviewsRejected: Count },
  ...{ correctedAsFirst: Count, correctedAsSecond: Count, devices: Count, limitsCleared: Count, duplicatesSettled: Count, looks: Count },
})

const OfficerPair = strict({ officers: Type.Array(Type.String()), approvals: Count, attestations: Count, acceptances: Count, corrections: Count })

export const ReportOfficers = {
  summary: 'What officers did in a month, and with whom; no subject is named',
  querystring: strict({
    month: Type.String({ pattern: '^[12]\\d{3}-(?:0[1-9]|1[0-2])$', description: 'YYYY-MM, in each tenant’s time zone' }),
    tenantId: Type.Optional(TenantId),
    format: Type.Optional(choice(['json', 'csv'])),
    part: Type.Optional(choice(['officers', 'pairs'], 'Of CSV; default officers')),
  }),
  response: answers({
    200: {
      content: {
        'application/json': {
          schema: strict({
            month: Type.String(),
            reports: Type.Array(
              strict({
                ...{ tenantId: TenantId, timeZone: Type.String(), officers: Type.Array(OfficerMonth), pairs: Type.Array(OfficerPair) },
                reviewsWaiting: Type.Integer({ minimum: 0, description: 'Check-ins that wait for an officer, now and of whatever month' }),
              }),
            ),
          }),
        },
        'text/csv': { schema: Type.String({ description: 'RFC 4180' }) },
      },
    },
  }),
}

const Act = { seq: Type.Integer(), at: Instant, officers: Type.Array(Type.String()), reason: Type.String() }

const OfficerAct = Type.Union([
  strict({ kind: Type.Literal('attestation'), ...Act, occurredAt: Instant, direction: Direction }),
  strict({
    ...{ kind: Type.Literal('acceptance'), ...Act, reason: Type.Optional(Type.String()), occurredAt: Instant, direction: Direction },
    assurance: Type.String({ description: 'The check-in’s own' }),
  }),
  strict({
    ...{ kind: Type.Literal('correction'), ...Act, corrects: Type.Integer() },
    instead: Type.Union([Type.Null(), strict({ occurredAt: Instant, direction: Direction })]),
  }),
])
export type OfficerAct = Static<typeof OfficerAct>

export const ListOfficerActs = {
  summary: 'Attestations and corrections of a subject’s attendance, and reviews that were accepted, so that the subject can be told',
  params: strict({ subjectId: PathId }),
  querystring: strict({
    after: Type.Optional(Type.String({ pattern: '^\\d{1,15}$', description: '`next` of the page before' })),
    limit: Limit,
  }),
  response: answers({
    200: strict({
      acts: Type.Array(OfficerAct),
      next: Type.Optional(Type.Integer()),
    }),
  }),
}
