import { Type, type Static } from '@fastify/type-provider-typebox'

const STRICT = { additionalProperties: false } as const

/** An object with these properties and no others. */
export const strict = <T extends Parameters<typeof Type.Object>[0]>(properties: T, description?: string) =>
  Type.Object(properties, { ...STRICT, ...(description === undefined ? {} : { description }) })

/** One of several words. */
export const choice = <const T extends readonly string[]>(words: T, description?: string) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: [...words], ...(description === undefined ? {} : { description }) })

/** Names that people or agencies gave: no control characters, no halves of surrogate pairs. */
export const name = (description: string) => Type.String({ pattern: '^[^\\p{Cc}\\p{Cs}]{1,200}$', description })
export const text = (description: string, maxLength = 2_000) => Type.String({ minLength: 1, maxLength, pattern: '^[^\\u0000\\p{Cs}]+$', description })
export const SubjectId = name('Id of a subject, as the server or the agency gave it')
export const Sid = Type.String({ pattern: '^[\\w-]{16,128}$', description: 'Id of a session' })
export const Instant = Type.String({ pattern: '^[12]\\d{3}-\\d{2}-\\d{2}T[\\d:.]+(?:Z|[+-]\\d{2}:\\d{2})$', description: 'ISO 8601' })
export const Day = Type.String({ pattern: '^[12]\\d{3}-\\d{2}-\\d{2}$', description: 'A day in the tenant’s time zone, YYYY-MM-DD' })
export const Jws = Type.String({ minLength: 1, maxLength: 16_384, description: 'A compact JWS' })
export const Limit = Type.Optional(Type.String({ pattern: '^(?:[1-9]\\d{0,2}|1000)$', description: 'Rows of a page, 1 to 1000' }))
export const Cursor = Type.Optional(Type.String({ pattern: '^[\\w-]{1,1000}$', description: '`next` of the page before' }))
export const Thumbprint = Type.String({ pattern: '^[\\w-]{43}$', description: 'RFC 7638 thumbprint of a device’s key' })
export const OfficeId = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$', description: 'Id of an office in the deployment’s list' })
export const TenantId = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$', description: 'Id of a tenant' })
/** An id in a path: whatever it is, what is not there is 404. */
export const PathId = Type.String({ pattern: '^[^\\p{Cc}\\p{Cs}]{1,200}$' })
export const Empty = Type.Null({ description: 'Nothing' })

/** Of what a relay passes on. Its absence has a code of its own. */
export const Relayed = Type.Object({
  'x-lintas-subject': Type.String({
    description: 'Id of the subject who is logged in at the relay, percent-encoded beyond ASCII. Without it: 400 `subject`',
  }),
})

/** RFC 9457 with a stable code. */
export const Problem = Type.Object(
  {
    type: Type.Literal('about:blank'),
    title: Type.String({ description: 'The status in words' }),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    code: Type.String({ description: 'Stable, for machines' }),
    detail: Type.String({ description: 'A sentence for people; names the field where one is wrong' }),
  },
  { $id: 'Problem', title: 'Problem', description: 'RFC 9457' },
)

/** The answers of a route, with problems for everything else. */
export const answers = <T extends Readonly<Record<number, unknown>>>(good: T) => ({ ...good, '4xx': Problem, '5xx': Problem })

export type { Static }
