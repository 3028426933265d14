import type { EnrolmentParts } from '../enrolments/index.js'
import type { PasskeyPolicy } from '../officers/index.js'

/** What `GET /health` asks besides the database. Resolves to whether it works; a rejection is a no. */
export interface HealthChecks {
  readonly models: () => Promise<boolean>
  readonly verifier: () => Promise<boolean>
}

/** How full the verification is. */
export interface QueueStats {
  readonly waiting: number
  readonly running: number
}

/** All that the API stands on. */
export interface ApiParts extends EnrolmentParts {
  readonly health: HealthChecks
  readonly queue?: () => QueueStats
  /** Bearer token of `GET /metrics` besides an operator's key. */
  readonly metricsToken?: string
  /** Where officers use passkeys; absent: nowhere. */
  readonly passkeys?: PasskeyPolicy
}

export type { CheckInPolicy, Findings, Keyring, Sealed, SessionParts, Signing, VerificationInput, VerifiedStep, Verifier } from '../sessions/index.js'
export type { Duplicates, DuplicateSearch, EnrolmentParts } from '../enrolments/index.js'
