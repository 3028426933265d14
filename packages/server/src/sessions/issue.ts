import { ROUTE_STEPS } from '@lintas/core/liveness'
import { randomId, signSessionToken, type Purpose } from '@lintas/core/receipt'
import { Fault, notFound } from '../errors/index.js'
import { createSession } from '../storage/index.js'
import { checkAssignedAt } from './assigned.js'
import { placeOfRequest } from './place.js'
import type { SessionParts } from './ports.js'

/** How long a session may wait to begin and be decided. */
export const SESSION_LIFETIME_MS = 600_000

/** Who is to check in or to be enrolled, and where. */
export interface NewCheckIn {
  readonly subjectId: string
  readonly purpose: Purpose
  /** Where: what the agency says of it, or an office of the deployment's list. */
  readonly place?: string | { readonly office: string; readonly code?: string }
  /** Where the browser's request came from, as the relay says. */
  readonly clientAddress?: string
}

/** A session as the agency gets it. */
export interface IssuedSession {
  readonly sid: string
  readonly token: string
  readonly expiresAt: Date
}

/**
 * Opens a session and signs its token, which names no action.
 * @throws Fault 404 for no such subject, or one that is erased; 409 `assignment-*` for one who does not serve here today; 422 `place-office`, `place-code`; 429 where too many codes were tried
 */
export async function issueSession(parts: SessionParts, tenantId: string, request: NewCheckIn): Promise<IssuedSession> {
  const { subjectId, purpose } = request
  const { storage, policy, issuer } = parts
  const issued = await storage.transact(tenantId, async (scope) => {
    await checkAssignedAt(scope, parts, subjectId, scope.now)
    const placed = await placeOfRequest(scope, parts, request)
    // Returned, not thrown: a wrong code was counted, and a rollback would forget it.
    if (placed instanceof Fault) return placed
    const sid = randomId()
    const iat = Math.floor(scope.now.getTime() / 1_000)
    const exp = iat + SESSION_LIFETIME_MS / 1_000
    const names = { iss: issuer, aud: tenantId, tid: tenantId, sid, sub: subjectId, purpose, pol: policy.id, cal: policy.calibrationId }
    const token = await signSessionToken({ ...names, min: 'server-verified', iat, exp }, parts.signing().key)
    const session = await createSession(scope, {
      ...{ subjectId, purpose, policyId: policy.id, calibrationId: policy.calibrationId, minimumAssurance: 'server-verified' },
      ...{
        steps: ROUTE_STEPS.standard,
        sid,
        token,
        lifetimeMs: SESSION_LIFETIME_MS,
        ...(placed === undefined ? {} : { place: placed.place, placeBy: placed.by }),
      },
    })
    if (session === undefined) throw notFound('subject')
    return { sid, token, expiresAt: session.expiresAt }
  })
  if (issued instanceof Fault) throw issued
  return issued
}
