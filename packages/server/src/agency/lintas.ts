import type { Jwks } from '@lintas/core/receipt'
import { Fault } from '../errors/index.js'
import type { LintasAnswer, LintasClient, LintasRequest } from './lintas-client.js'

/** What the server holds of a subject, as far as the demo shows it. */
export interface Held {
  readonly consented: boolean
  /** A reference that admits. */
  readonly enrolled: boolean
  /** A reference that waits for an officer. */
  readonly pending: boolean
}

/** An enrolment that waits. */
export interface Waiting {
  readonly enrolmentId: string
  readonly subjectId: string
  readonly createdAt: string
  readonly possibleDuplicate: boolean
  /** Whether the search could not compare the face with everybody. */
  readonly incomplete: boolean
}

/** A device that nobody has vouched for yet. */
export interface Provisional {
  readonly thumbprint: string
  readonly uses: number
}

/** A check-in that matched and that an officer decides on. */
export interface WaitingReview {
  readonly sid: string
  readonly subjectId: string
  readonly at: string
  /** Of one that was made without a network: it was between this and `at`. */
  readonly notBefore?: string
  readonly direction: 'arrival' | 'departure'
  readonly flags: readonly string[]
}

/** When somebody came or went, in the agency's time zone. */
export interface Moment {
  readonly at: string
  readonly assurance: string
}

/** A row of the attendance list. */
export interface Attendance {
  readonly subjectId: string
  readonly arrival?: Moment
  readonly departure?: Moment
}

/** What the demo agency asks of the server: what an agency's backend in any language would send. Rejects with the server's own problem as a {@link Fault}. */
export interface Lintas {
  createSubject(): Promise<string>
  held(subjectId: string): Promise<Held>
  consent(subjectId: string, version: string, text: string): Promise<void>
  withdraw(subjectId: string): Promise<void>
  attendance(day: string): Promise<readonly Attendance[]>
  /** The decision's JWS, not verified; undefined where there is none yet. */
  decision(sid: string): Promise<string | undefined>
  keys(): Promise<Jwks>
  waiting(): Promise<readonly Waiting[]>
  /** Whose face it is, a JPEG; that it was seen is noted at the server. */
  portrait(enrolmentId: string, actor: string): Promise<Uint8Array>
  approve(enrolmentId: string, actor: string, second?: string): Promise<void>
  reject(enrolmentId: string, actor: string, reason: string): Promise<void>
  provisional(subjectId: string): Promise<readonly Provisional[]>
  bind(thumbprint: string, actor: string): Promise<void>
  reviews(): Promise<readonly WaitingReview[]>
  acceptReview(sid: string, actor: string, second?: string): Promise<void>
  rejectReview(sid: string, actor: string, reason: string): Promise<void>
}

/** The operations over `client`. */
export function createLintas(client: LintasClient): Lintas {
  const ask = async <T>(request: LintasRequest): Promise<T> => bodyOf(await client(request)) as T
  const agency = { as: 'agency' } as const
  return {
    createSubject: async () => {
      const { subjectId } = await ask<{ readonly subjectId: string }>({ ...agency, method: 'POST', path: '/v1/subjects', body: {} })
      return subjectId
    },
    held: async (subjectId) => heldIn(await ask<Export>({ ...agency, method: 'GET', path: subject(subjectId) })),
    consent: (subjectId, version, text) => ask({ ...agency, method: 'POST', path: `${subject(subjectId)}/consents`, body: { version, text } }),
    withdraw: (subjectId) => ask({ ...agency, method: 'DELETE', path: `${subject(subjectId)}/consents` }),
    attendance: async (day) => {
      const path = `/v1/attendance?from=${day}&to=${day}&limit=1000`
      return (await ask<{ readonly days: readonly Attendance[] }>({ ...agency, method: 'GET', path })).days
    },
    decision: async (sid) => {
      const answer = await client({ ...agency, method: 'GET', path: `/v1/sessions/${encodeURIComponent(sid)}/decision` })
      return answer.status === 404 ? undefined : (bodyOf(answer) as { readonly decision: string }).decision
    },
    keys: () => ask<Jwks>({ ...agency, method: 'GET', path: '/v1/keys' }),
    ...officerSide(client, ask),
    ...reviewSide(ask),
  }
}

/** A request whose refusal is a fault. */
type AskLintas = <T>(request: LintasRequest) => Promise<T>

function officerSide(client: LintasClient, ask: AskLintas): Pick<Lintas, 'waiting' | 'portrait' | 'approve' | 'reject' | 'provisional' | 'bind'> {
  const officer = { as: 'officer' } as const
  const enrolment = (enrolmentId: string): string => `/v1/enrolments/${encodeURIComponent(enrolmentId)}`
  return {
    waiting: async () => {
      const path = '/v1/enrolments?state=pending&limit=100'
      return (await ask<{ readonly enrolments: readonly Waiting[] }>({ ...officer, method: 'GET', path })).enrolments
    },
    portrait: async (enrolmentId, actor) => {
      const answer = await client({ ...officer, actor, method: 'GET', path: `${enrolment(enrolmentId)}/portrait` })
      bodyOf(answer)
      if (answer.jpeg === undefined) throw new Fault(502, 'lintas', 'The LINTAS server sent no picture')
      return answer.jpeg
    },
    approve: (enrolmentId, actor, second) =>
      ask({ ...officer, actor, ...sharedBy(second), method: 'POST', path: `${enrolment(enrolmentId)}/approve`, body: { seen: 'person' } }),
    reject: (enrolmentId, actor, reason) => ask({ ...officer, actor, method: 'POST', path: `${enrolment(enrolmentId)}/reject`, body: { reason } }),
    provisional: async (subjectId) => {
      const { devices } = await ask<{ readonly devices: readonly (Provisional & { readonly state: string })[] }>({
        ...officer,
        method: 'GET',
        path: `${subject(subjectId)}/devices`,
      })
      return devices.filter(({ state }) => state === 'provisional').map(({ thumbprint, uses }) => ({ thumbprint, uses }))
    },
    bind: (thumbprint, actor) => ask({ ...officer, actor, method: 'POST', path: `/v1/devices/${encodeURIComponent(thumbprint)}/bind`, body: {} }),
  }
}

function reviewSide(ask: AskLintas): Pick<Lintas, 'reviews' | 'acceptReview' | 'rejectReview'> {
  const officer = { as: 'officer' } as const
  const review = (sid: string): string => `/v1/reviews/${encodeURIComponent(sid)}`
  return {
    reviews: async () => {
      const path = '/v1/reviews?state=waiting&limit=100'
      return (await ask<{ readonly reviews: readonly WaitingReview[] }>({ ...officer, method: 'GET', path })).reviews
    },
    acceptReview: (sid, actor, second) => ask({ ...officer, actor, ...sharedBy(second), method: 'POST', path: `${review(sid)}/accept`, body: {} }),
    rejectReview: (sid, actor, reason) => ask({ ...officer, actor, method: 'POST', path: `${review(sid)}/reject`, body: { reason } }),
  }
}

const subject = (subjectId: string): string => `/v1/subjects/${encodeURIComponent(subjectId)}`
const sharedBy = (second: string | undefined): { readonly second?: string } => (second === undefined ? {} : { second })

interface Export {
  readonly consents: readonly { readonly withdrawnAt: string | null }[]
  readonly references: readonly { readonly state: string }[]
}

function heldIn({ consents, references }: Export): Held {
  return {
    consented: consents.some(({ withdrawnAt }) => withdrawnAt === null),
    enrolled: references.some(({ state }) => state === 'active'),
    pending: references.some(({ state }) => state === 'pending'),
  }
}

/** The body of a success; a problem becomes a fault with the same status and code. */
function bodyOf({ status, body }: LintasAnswer): unknown {
  if (status >= 200 && status < 300) return body
  const { code, detail } = (body ?? {}) as { readonly code?: unknown; readonly detail?: unknown }
  // A key that does not work is the agency's own trouble, and no login that the page could renew.
  const told = status === 401 || status === 403 ? { status: 502, code: 'lintas-key' } : { status, code: typeof code === 'string' ? code : 'lintas' }
  throw new Fault(told.status, told.code, typeof detail === 'string' ? detail : `The LINTAS server answered ${status}`)
}
