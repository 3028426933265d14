import type { Action, Route } from '@lintas/core/liveness'
import { decodeTemplate, type Template } from '@lintas/core/reference'
import { Fault } from '../errors/index.js'
import { activeReference, listEvidence, type Evidence, type Reference } from '../storage/index.js'
import { VaultError } from '../vault/index.js'
import { readCommitment } from './commitment.js'
import type { Findings, SessionParts, VerificationInput, VerifiedStep } from './ports.js'
import { checkFits, outdated } from './reference-fits.js'
import type { BadSubmission, GoodSubmission } from './submission.js'

/** What a template is sealed to: nobody can put it in another's place. */
export const templateAad = (tenantId: string, subjectId: string, referenceId: string): readonly string[] => [
  tenantId,
  subjectId,
  referenceId,
  'lintas-template/1',
]

/** What kept evidence is sealed to. */
export const evidenceAad = (tenantId: string, subjectId: string, sid: string, kind: Evidence['class']): readonly string[] => [
  tenantId,
  subjectId,
  sid,
  kind,
]

/**
 * How long a browser waits at least that met a full queue, and at most: core gives up where it is asked to wait longer. Between them as long as the queue
 * needs, for each time costs what is spent before the queue. Six arrivals a second on two cores met it 10.5 times a second with 2 s for everybody and 2.7
 * times with the queue's own time, but looks had become faster between the two runs (docs/evaluation/server-load.json); what this alone gives was not measured.
 */
const [BUSY_MS, LONGEST_BUSY_MS] = [2_000, 30_000]

/** What was found in evidence that could be read. */
export interface Verified {
  readonly kind: 'verified'
  readonly findings: Findings
  /** Of the reference that was compared with; absent for an enrolment. */
  readonly referenceId?: string
}

/**
 * What the verification finds in a good submission.
 * @throws Fault 503 `busy` where the queue is full, 409 `not-enrolled` where the reference is gone, `reference-outdated` where it is of other models
 */
export async function verifySubmission(parts: SessionParts, submission: GoodSubmission): Promise<Verified | BadSubmission> {
  const { session, bundle, steps } = submission
  const { tenantId, sid, subjectId, purpose, route } = session
  const { reference, kept } = await parts.storage.snapshot(tenantId, async (scope) => ({
    reference: purpose === 'check-in' ? await activeReference(scope, subjectId) : undefined,
    // What is past its time counts for nothing, whether or not it was swept yet.
    kept: (await listEvidence(scope, subjectId, 'replay')).filter(({ expiresAt }) => expiresAt > scope.now),
  }))
  if (purpose === 'check-in' && reference === undefined) throw new Fault(409, 'not-enrolled', 'There is no active reference of this subject')
  const template = reference === undefined ? undefined : await openTemplate(parts, reference)
  const { pad, calibration } = parts.policy
  if (template !== undefined) checkFits(template, calibration)
  const { opened, lost } = await openKept(parts, kept)
  const input: VerificationInput = {
    ...{ sid, purpose, subjectId, route: route as Route, policy: pad, steps: steps.map(verifiedStep), bundle, calibration },
    earlier: opened,
    ...(template === undefined ? {} : { reference: template }),
    ...(session.contentKey === null ? {} : { deferred: true }),
  }
  try {
    const findings = await parts.verifier.verify(input)
    return {
      kind: 'verified',
      findings: lost === 0 ? findings : flagged(findings, lost),
      ...(reference === undefined ? {} : { referenceId: reference.referenceId }),
    }
  } catch (error) {
    if (reference !== undefined && isOf(error, 'models-unlike')) throw outdated(error)
    const fault = faultOfEvidence(error)
    if (fault !== undefined) {
      const { thumbprint, payloadSha256, arrivedAt } = submission
      return { kind: 'bad', session, thumbprint, payloadSha256, arrivedAt, fault }
    }
    if (!['busy', 'verifier-closed'].some((code) => isOf(error, code))) throw error
    throw new Fault(503, 'busy', 'The server has no room for this now: send the same again', { retryAfterMs: busyMs(error), cause: error })
  }
}

/**
 * What counts as a submission: frames that are none, and evidence under which a thread died. Once that may be the server's own trouble, and the same is to
 * be sent again; three times it is what was sent.
 */
function faultOfEvidence(cause: unknown): Fault | undefined {
  if (isOf(cause, 'evidence-malformed')) return new Fault(422, 'evidence-malformed', 'An opened frame is not a picture of its size', { cause })
  if (!isOf(cause, 'verifier-died')) return undefined
  return new Fault(503, 'verifier-died', 'Verification ended before it had decided: send the same again', { retryAfterMs: BUSY_MS, cause })
}

const verifiedStep = (row: GoodSubmission['steps'][number]): VerifiedStep => ({
  ...{ n: row.n, action: row.action as Action, openedAt: row.openedAt, takenAt: row.takenAt },
  ...{ claims: readCommitment(row).claims, open: row.openFrames },
})

/** A reference's template, in memory for as long as it is needed. */
export async function openTemplate(parts: Pick<SessionParts, 'keyring'>, reference: Reference): Promise<Template> {
  const { tenantId, subjectId, referenceId, ciphertext, keyId } = reference
  const plain = await parts.keyring.open('template', { keyId, ciphertext }, templateAad(tenantId, subjectId, referenceId))
  return decodeTemplate(Buffer.from(plain).toString('utf8'))
}

/** What cannot be opened, under a key that is gone or damaged, knows no session again; it must not keep its owner from every later one either. */
async function openKept(parts: SessionParts, kept: readonly Evidence[]): Promise<{ readonly opened: readonly Uint8Array[]; readonly lost: number }> {
  const opened: Uint8Array[] = []
  for (const { tenantId, subjectId, sid, keyId, ciphertext } of kept) {
    try {
      opened.push(await parts.keyring.open('evidence', { keyId, ciphertext }, evidenceAad(tenantId, subjectId, sid, 'replay')))
    } catch (error) {
      if (!(error instanceof VaultError)) throw error
    }
  }
  return { opened, lost: kept.length - opened.length }
}

/** An officer is told that less was looked through than is kept. */
const flagged = (findings: Findings, lost: number): Findings => ({
  ...findings,
  disagreement: [...findings.disagreement, `replay: ${lost} kept sessions cannot be opened`],
})

function busyMs(error: unknown): number {
  const waitMs = error instanceof Error && 'waitMs' in error ? Number(error.waitMs ?? 0) : 0
  return Math.min(Math.max(BUSY_MS, waitMs), LONGEST_BUSY_MS)
}

const isOf = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code
