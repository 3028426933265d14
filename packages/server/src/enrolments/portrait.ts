import { notFound } from '../errors/index.js'
import { evidenceAad, type GoodSubmission } from '../sessions/index.js'
import { dropEvidence, findEvidence, findReference, keepEvidence, noteAct, type Scope } from '../storage/index.js'
import type { EnrolmentParts } from './ports.js'

/** It goes with the approval, the rejection or the lapse; this is no less than the longest time that an enrolment may wait. */
const KEEP_MS = 365 * 86_400_000

/** Seals one opened frame, the closing one of the last action, so that whoever approves can see whose face it is. */
export async function keepPortrait(scope: Scope, { keyring }: Pick<EnrolmentParts, 'keyring'>, submission: GoodSubmission): Promise<void> {
  const { tenantId, subjectId, sid } = submission.session
  const jpeg = submission.bundle.frames.at(-1)
  if (jpeg === undefined) throw new TypeError('an enrolment opens a frame of each action')
  const { ciphertext, keyId } = await keyring.seal('evidence', jpeg, evidenceAad(tenantId, subjectId, sid, 'sealed'))
  await keepEvidence(scope, subjectId, { sid, class: 'sealed', ciphertext, keyId, keepMs: KEEP_MS })
}

/** Nobody needs it any more. */
export async function dropPortrait(scope: Scope, enrolmentId: string): Promise<void> {
  await dropEvidence(scope, enrolmentId, 'sealed')
}

/** The face of an enrolment that waits, a JPEG; that it was seen, and by whom, is noted. @throws Fault 404 */
export async function seePortrait(
  { storage, keyring }: Pick<EnrolmentParts, 'storage' | 'keyring'>,
  tenantId: string,
  enrolmentId: string,
  actor: string,
): Promise<Uint8Array> {
  return await storage.transact(tenantId, async (scope) => {
    const reference = await findReference(scope, enrolmentId)
    const kept = reference?.state === 'pending' ? await findEvidence(scope, enrolmentId, 'sealed') : undefined
    if (kept === undefined) throw notFound('portrait')
    const { subjectId, ciphertext, keyId } = kept
    // In the transaction of the reading: nobody sees what is not noted.
    await noteAct(scope, { actor, action: 'enrolment-seen', subjectId, details: { enrolmentId } })
    return await keyring.open('evidence', { keyId, ciphertext }, evidenceAad(tenantId, subjectId, enrolmentId, 'sealed'))
  })
}
