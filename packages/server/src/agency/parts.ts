import type { Lintas } from './lintas.js'
import type { Receipts } from './receipt.js'
import type { Register } from './register.js'
import type { SessionCookies } from './session-cookie.js'

/** What the demo agency's routes stand on. */
export interface AgencyParts {
  readonly lintas: Lintas
  readonly receipts: Receipts
  readonly register: Register
  readonly cookies: SessionCookies
  /** IANA. */
  readonly timeZone: string
  /** The employee's subject, made at the server the first time. */
  subjectOf(employee: string): Promise<string>
}
