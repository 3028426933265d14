import { sha256 } from './hashing.js'
import { inserted, only, type Scope } from './scope.js'
import { lockSubject } from './subjects.js'
import type { Session, SessionStep } from './sessions.js'
import { sessions, sessionSteps } from './tables-events.js'

/** A check-in that was made without a network, with all of its steps. */
export interface NewDeferredSession extends Pick<Session, 'sid' | 'subjectId' | 'policyId' | 'calibrationId' | 'expiresAt'> {
  /** The pack's nonce; its SHA-256 is kept in the place of a token's. */
  readonly nonce: string
  readonly thumbprint: string
  /** JSON of a JWK. */
  readonly publicKey: string
  readonly route: string
  readonly packDay: string
  readonly packIssuedAt: Date
  /** Sealed to the server. */
  readonly contentKey: string
  readonly steps: readonly (Pick<SessionStep, 'n' | 'action' | 'commitment'> & { readonly openFrames: readonly number[] })[]
}

/**
 * A session that waits for its evidence. Its steps were opened when the pack was issued and taken now, as far as the server's clock knows.
 * `undefined` where there is no such subject, or such a session already.
 */
export async function createDeferredSession(scope: Scope, session: NewDeferredSession): Promise<Session | undefined> {
  const { tenantId, now, database } = scope
  if ((await lockSubject(scope, session.subjectId)) === undefined) return undefined
  const { nonce, steps, ...given } = session
  const row = {
    ...{ ...given, tenantId, purpose: 'check-in' as const, minimumAssurance: 'deferred', tokenSha256: sha256(nonce), state: 'stepped' as const },
    ...{ step: steps.length, steps: steps.length, beginAttempts: 1, createdAt: now, begunAt: now, stepAt: now },
  }
  const made = only(await database.insert(sessions).values(row).onConflictDoNothing().returning())
  if (made === undefined) return undefined
  const times = { openedAt: session.packIssuedAt, takenAt: now }
  const rows = steps.map((step) => ({ tenantId, sid: made.sid, ...times, ...step, openFrames: [...step.openFrames] }))
  inserted(await database.insert(sessionSteps).values(rows).returning({ n: sessionSteps.n }))
  return made
}
