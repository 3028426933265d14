import { ROUTE_STEPS } from '@lintas/core/liveness'
import { randomId, signSessionToken, type Purpose } from '@lintas/core/receipt'
import { notFound } from '../errors/index.js'
import { createSession } from '../storage/index.js'
import type { SessionParts } from './ports.js'

/** How long a session may wait to begin and be decided. */
export const SESSION_LIFETIME_MS = 600_000

/** Who is to check in or to be enrolled, and where. */
export interface NewCheckIn {
  readonly subjectId: string
  readonly purpose: Purpose
  /** Where, as the agency or its relay knows it. */
  readonly place?: string
}

/** A session as the agency gets it. */
export interface IssuedSession {
  readonly sid: string
  readonly token: string
  readonly expiresAt: Date
}

/** Opens a session and signs its token, which names no action. @throws Fault 404 for no such subject, or one that is erased */
export async function issueSession(parts: SessionParts, tenantId: string, { subjectId, purpose, place }: NewCheckIn): Promise<IssuedSession> {
  const { storage, policy, issuer } = parts
  return await storage.transact(tenantId, async (scope) => {
    const sid = randomId()
    const iat = Math.floor(scope.now.getTime() / 1_000)
    const exp = iat + SESSION_LIFETIME_MS / 1_000
    const names = { iss: issuer, aud: tenantId, tid: tenantId, sid, sub: subjectId, purpose, pol: policy.id, cal: policy.calibrationId }
    const token = await signSessionToken({ ...names, min: 'server-verified', iat, exp }, parts.signing().key)
    const session = await createSession(scope, {
      ...{ subjectId, purpose, policyId: policy.id, calibrationId: policy.calibrationId, minimumAssurance: 'server-verified' },
      ...{ steps: ROUTE_STEPS.standard, sid, token, lifetimeMs: SESSION_LIFETIME_MS, ...(place === undefined ? {} : { place }) },
    })
    if (session === undefined) throw notFound('subject')
    return { sid, token, expiresAt: session.expiresAt }
  })
}
