import { LintasError } from '@lintas/core'
import { decodeManifest, EVIDENCE_LIMITS, unpackBundle, type Bundle, type Manifest } from '@lintas/core/evidence'
import { payloadHash, verifyReceipt, type Purpose } from '@lintas/core/receipt'
import { Fault, notFound } from '../errors/index.js'
import { findRepeat, findSession, listSteps, refuseDecision, type Decision, type Scope, type Session, type SessionStep } from '../storage/index.js'
import { checkAssigned, dayOfSession } from './assigned.js'
import { isForeign } from './begin.js'
import { keyOf, readCommitment } from './commitment.js'
import { wrongPart } from './parts-check.js'
import type { SessionParts } from './ports.js'
import { openBundle, unpackSealed } from './sealed-bundle.js'
import { conflict, refusedSession, wrongPurpose } from './refusals.js'

/** What is submitted, and as what. */
export interface SubmissionRequest {
  readonly body: Uint8Array<ArrayBuffer>
  /** Its parts are sealed to the server: it was made without a network. */
  readonly sealed?: boolean
  readonly purpose: Purpose
  /** Who is logged in at the relay. */
  readonly subjectId: string
}

/** Evidence whose signature, state and hashes are good. */
export interface GoodSubmission {
  readonly kind: 'good'
  readonly session: Session
  readonly steps: readonly SessionStep[]
  readonly thumbprint: string
  /** Lower-case hex, of the receipt's payload. */
  readonly payloadSha256: string
  /** When it arrived: its time is judged by this, not by when a queue let it through. */
  readonly arrivedAt: Date
  readonly bundle: Bundle
  readonly manifest: Manifest
}

/** Evidence that its owner signed and that is not what was committed to: it counts as a submission. */
export interface BadSubmission extends Pick<GoodSubmission, 'session' | 'thumbprint' | 'payloadSha256' | 'arrivedAt'> {
  readonly kind: 'bad'
  readonly fault: Fault
}

/** A payload that was decided before, with what was answered then. */
export interface RepeatedSubmission {
  readonly kind: 'repeat'
  readonly decision: Decision
}

/**
 * Reads a submission, cheapest first: size, parts, signature, state, hashes. Nothing is decoded.
 * @throws Fault 404, 409 (`assignment-*` among them), 410, 413; 401 or 422 for what nobody can be blamed for
 */
export async function readSubmission(
  parts: SessionParts,
  tenantId: string,
  { body, sealed = false, purpose, subjectId }: SubmissionRequest,
): Promise<GoodSubmission | BadSubmission | RepeatedSubmission> {
  if (body.length > EVIDENCE_LIMITS.bundleBytes)
    throw new Fault(413, 'evidence-too-large', `Evidence has at most ${EVIDENCE_LIMITS.bundleBytes} bytes`)
  const sent = sealed ? unpackSealed(body) : unpackBundle(body)
  const sid = claimedSession(sent.receipt)
  const found = await parts.storage.snapshot(tenantId, (scope) => standing(scope, sid))
  if (found === undefined || isForeign(found.session, subjectId)) throw notFound('session')
  const { session, steps, now } = found
  const key = keyOf(session)
  if (key === undefined || session.thumbprint === null) throw refusedSession('not-begun')
  if (sealed !== (session.contentKey !== null))
    throw new Fault(422, 'evidence-malformed', 'Evidence is sealed where there was no network, and only there')
  const bundle = sealed ? await openBundle(parts, session, steps, sent) : sent
  const wrongReceipt = await receiptFault(
    { key, sid, steps: steps.map((step) => readCommitment(step).hash), manifest: bundle.manifest },
    bundle.receipt,
  )
  // From here on the message is the device's own.
  if (session.purpose !== purpose) throw wrongPurpose()
  const submission = { sid, thumbprint: session.thumbprint, payloadSha256: hex(await payloadHash(bundle.receipt)) }
  const repeat = await parts.storage.snapshot(tenantId, async (scope) => {
    const before = await findRepeat(scope, submission)
    if (before === undefined) await checkAssigned(scope, parts, session.subjectId, await dayOfSession(scope, session))
    return before
  })
  if (repeat !== undefined) {
    if (repeat.kind === 'refused') throw conflict()
    return { kind: 'repeat', decision: repeat.decision }
  }
  const refused = refuseDecision(session, submission.thumbprint, now)
  if (refused !== undefined) throw refusedSession(refused)
  const who = { session, thumbprint: submission.thumbprint, payloadSha256: submission.payloadSha256, arrivedAt: now }
  if (wrongReceipt !== undefined) return { kind: 'bad', ...who, fault: wrongReceipt }
  return await checkParts(who, steps, bundle)
}

type Who = Pick<GoodSubmission, 'session' | 'thumbprint' | 'payloadSha256' | 'arrivedAt'>

async function checkParts(who: Who, steps: readonly SessionStep[], bundle: Bundle): Promise<GoodSubmission | BadSubmission> {
  let manifest: Manifest
  try {
    manifest = decodeManifest(bundle.manifest)
  } catch (error) {
    if (!(error instanceof LintasError)) throw error
    return { kind: 'bad', ...who, fault: new Fault(422, error.code, error.message, { cause: error }) }
  }
  const wrong = await wrongPart(who.session, steps, bundle, manifest)
  if (wrong !== undefined)
    return { kind: 'bad', ...who, fault: new Fault(422, 'evidence-commitment', `The evidence is not what was committed to: ${wrong}`) }
  return { kind: 'good', ...who, steps, bundle, manifest }
}

async function standing(scope: Scope, sid: string) {
  const session = await findSession(scope, sid)
  return session === undefined ? undefined : { session, steps: await listSteps(scope, sid), now: scope.now }
}

/** A claim that is wrong in a receipt whose signature is good; `undefined` where none is. @throws LintasError where the signature is not */
async function receiptFault(expected: Parameters<typeof verifyReceipt>[1], receipt: string): Promise<Fault | undefined> {
  try {
    await verifyReceipt(receipt, expected)
    return undefined
  } catch (error) {
    if (!(error instanceof LintasError) || error.code !== 'receipt-claims') throw error
    return new Fault(422, error.code, error.message, { cause: error })
  }
}

/** Which session a receipt says it is of. Nobody has vouched for it yet: it only tells which key to ask for. */
function claimedSession(receipt: string): string {
  try {
    const claims = JSON.parse(Buffer.from(receipt.split('.')[1] ?? '', 'base64url').toString('utf8')) as { readonly sid?: unknown } | null
    if (typeof claims?.sid === 'string' && /^[\w-]{16,128}$/u.test(claims.sid)) return claims.sid
  } catch {
    // Told below.
  }
  throw new Fault(422, 'receipt-malformed', 'The receipt names no session')
}

const hex = (base64url: string): string => Buffer.from(base64url, 'base64url').toString('hex')
