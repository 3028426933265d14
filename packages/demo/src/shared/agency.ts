/** Whether somebody is logged in at the demo agency, and what the server holds of them. */
export interface Me {
  readonly employees: readonly string[]
  readonly employee?: string
  readonly consented?: boolean
  readonly enrolled?: boolean
  readonly pending?: boolean
}

/** The claims of a decision, after the agency's backend has verified it. */
export interface Claims {
  readonly iss: string
  readonly aud: string
  readonly sid: string
  readonly outcome: 'admitted' | 'refused' | 'review'
  readonly assurance: string
  readonly seq: number
  readonly head: string
  /** Seconds since 1970. */
  readonly at?: number
  /** Of one that was made without a network: it was between these. */
  readonly interval?: readonly [number, number]
}

/** When somebody came or went. */
export interface Moment {
  readonly at: string
  readonly assurance: string
}

/** Today at the agency. */
export interface Today {
  readonly day: string
  readonly timeZone: string
  readonly rows: readonly { readonly employee: string; readonly arrival?: Moment; readonly departure?: Moment }[]
}

/** What waits for the officer. */
export interface Waiting {
  readonly enrolments: readonly {
    readonly enrolmentId: string
    readonly employee: string
    readonly createdAt: string
    readonly possibleDuplicate: boolean
    readonly incomplete: boolean
  }[]
  readonly devices: readonly { readonly employee: string; readonly thumbprint: string; readonly uses: number }[]
  /** Check-ins that matched and are doubtful all the same. */
  readonly reviews: readonly {
    readonly sid: string
    readonly employee: string
    readonly at: string
    readonly notBefore?: string
    readonly direction: 'arrival' | 'departure'
    readonly flags: readonly string[]
  }[]
}

/** The agency's backend said no, or nothing. */
export class AgencyFault extends Error {
  /** 0: there was no answer. */
  readonly status: number
  readonly code: string

  constructor(status: number, code: string) {
    super(`the agency answered ${status}, ${code}`)
    this.name = 'AgencyFault'
    this.status = status
    this.code = code
  }
}

/** Asks the agency's own backend: the page speaks to nobody else. @throws AgencyFault */
export async function ask(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown> {
  const json = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const response = await fetch(`/demo/${path}`, { method, ...json }).catch(() => undefined)
  if (response === undefined) throw new AgencyFault(0, 'network')
  const answer: unknown = await response.json().catch(() => undefined)
  if (response.ok) return answer
  const { code } = (answer ?? {}) as { readonly code?: unknown }
  throw new AgencyFault(response.status, typeof code === 'string' ? code : 'unknown')
}

/** What a page of the demo asks for. */
export const agency = {
  me: async () => (await ask('GET', 'me')) as Me,
  receipt: async (purpose: 'check-in' | 'enrolment', sid: string) =>
    ((await ask('GET', `receipts/${purpose}/${encodeURIComponent(sid)}`)) as { readonly claims: Claims }).claims,
  today: async () => (await ask('GET', 'attendance')) as Today,
  isOfficer: async () => ((await ask('GET', 'officer')) as { readonly officer: boolean }).officer,
  waiting: async () => (await ask('GET', 'officer/waiting')) as Waiting,
}
