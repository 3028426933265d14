import { ROUTE_STEPS, type Action, type Route } from '@lintas/core/liveness'
import { verifyBegin, verifySessionToken, type VerifiedBegin } from '@lintas/core/receipt'
import { Fault, notFound } from '../errors/index.js'
import {
  activeReference,
  beginSession,
  countAbandoned,
  findSession,
  lockSubject,
  noteAttempt,
  seeOnce,
  standingConsent,
  wasSeen,
  type Scope,
  type Session,
} from '../storage/index.js'
import { checkAssigned, dayOfSession } from './assigned.js'
import { drawNext } from './course.js'
import { SESSION_LIFETIME_MS } from './issue.js'
import { stepNonce } from './nonce.js'
import { openingSecret } from './opening.js'
import { lookAgain } from './place.js'
import type { SessionParts } from './ports.js'
import { answering, refusedAttempt, refusedSession } from './refusals.js'

/** What the browser begins with, and what its relay adds. */
export interface BeginRequest {
  readonly token: string
  /** Proof of the device's key. */
  readonly proof: string
  readonly route: Route
  /** The address that the browser asked, at the relay. */
  readonly target: string
  /** Who is logged in at the relay. */
  readonly subjectId: string
  /** Where the browser's request came from, as the relay says. */
  readonly clientAddress?: string
}

/** What the browser is asked to do. */
export interface OpenStep {
  readonly n: number
  readonly action: Action
  readonly nonce: string
}

/** The first step, and how many there will be at least. */
export interface Begun {
  readonly step: OpenStep
  readonly steps: number
}

/**
 * Binds a session to the device's key, counts the attempt, and those that were given up before it, and asks for the first action.
 * @throws Fault 404, 409 `session-*`, `not-enrolled`, `consent-missing`, `assignment-*`, 410 `session-expired`, 429 `attempts`, `assisted`; 401 or 422 `receipt-*`
 */
export async function begin(parts: SessionParts, tenantId: string, sid: string, request: BeginRequest): Promise<Begun> {
  return await answering(async () => {
    const { known, now } = await parts.storage.snapshot(tenantId, async (scope) => ({ known: await findSession(scope, sid), now: scope.now }))
    if (known === undefined || isForeign(known, request.subjectId)) throw notFound('session')
    const proof = await checkProofs(parts, tenantId, sid, request, now)
    // A refusal is returned, not thrown: the attempt was counted, and a rollback would forget it.
    const result = await parts.storage.transact(tenantId, (scope) => beginIn(scope, parts, known, request, proof))
    if (result instanceof Fault) throw result
    return result
  })
}

/** Whether the session is another's than whom the relay says is there. */
export const isForeign = (session: Session, subjectId: string): boolean => session.subjectId !== subjectId

async function checkProofs(parts: SessionParts, tenantId: string, sid: string, request: BeginRequest, now: Date): Promise<VerifiedBegin> {
  const { token, proof, target } = request
  const { jwks } = parts.signing()
  const expectation = { jwks, issuer: parts.issuer, audience: tenantId, tenant: tenantId, now: now.getTime() / 1_000 }
  const { claims } = await verifySessionToken(token, expectation)
  if (claims.sid !== sid) throw new Fault(422, 'receipt-claims', 'The token is of another session')
  return await verifyBegin(proof, { token, method: 'POST', url: target })
}

async function beginIn(
  scope: Scope,
  parts: SessionParts,
  known: Session,
  { route, clientAddress }: BeginRequest,
  proof: VerifiedBegin,
): Promise<Begun | Fault> {
  const { sid, subjectId, purpose } = known
  const { thumbprint, publicKey, claims } = proof
  const repeat = { purpose: 'begun', value: `${sid}/${proof.hash}` }
  const before = await begunBefore(scope, parts, known, route, repeat)
  if (before !== undefined) return before
  await checkAssigned(scope, parts, subjectId, await dayOfSession(scope, known))
  await countAbandoned(scope, subjectId, sid)
  const verdict = await noteAttempt(scope, subjectId, 'begin')
  if (verdict === undefined) return notFound('session')
  const tooMany = refusedAttempt(verdict, scope.now)
  if (tooMany !== undefined) return tooMany
  if (!(await seeOnce(scope, { purpose: 'begin', value: `${thumbprint}/${claims.jti}`, keepMs: SESSION_LIFETIME_MS }))) {
    return new Fault(409, 'session-replayed', 'This proof was shown before')
  }
  if ((await standingConsent(scope, subjectId)) === undefined) return new Fault(409, 'consent-missing', 'There is no consent of this subject')
  if (purpose === 'check-in' && (await activeReference(scope, subjectId)) === undefined) {
    return new Fault(409, 'not-enrolled', 'There is no active reference of this subject')
  }
  const step = { n: 1, action: drawNext(route, []), nonce: stepNonce(parts.keyring.secret('opening'), sid, 1) }
  const moved = await beginSession(scope, sid, { ...step, thumbprint, publicKey: JSON.stringify(publicKey), route })
  if ('refused' in moved) return refusedSession(moved.refused)
  await lookAgain(scope, parts, moved.session, 'begin', clientAddress)
  await seeOnce(scope, { ...repeat, keepMs: SESSION_LIFETIME_MS })
  return { step, steps: ROUTE_STEPS[route] }
}

/**
 * The answer that this very proof got before, as long as nothing came after it: a browser whose network broke asks again. Nothing is counted then.
 * `undefined` for any other.
 */
async function begunBefore(
  scope: Scope,
  parts: SessionParts,
  { sid, subjectId }: Session,
  route: Route,
  repeat: { readonly purpose: string; readonly value: string },
): Promise<Begun | Fault | undefined> {
  // Of two that come at once the second finds what the first left.
  await lockSubject(scope, subjectId)
  const session = await findSession(scope, sid)
  if (session?.state !== 'begun' || session.step !== 1 || session.action === null || session.route !== route) return undefined
  if (!(await wasSeen(scope, repeat))) return undefined
  const secret = openingSecret(parts.keyring, session)
  if (secret === undefined) return refusedSession('expired')
  return { step: { n: 1, action: session.action as Action, nonce: stepNonce(secret, sid, 1) }, steps: ROUTE_STEPS[route] }
}
