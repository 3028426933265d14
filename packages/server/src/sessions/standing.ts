import { Fault } from '../errors/index.js'
import { activeReference, standingConsent, type Scope } from '../storage/index.js'
import type { GoodSubmission } from './submission.js'

/** @throws Fault 409 `consent-missing` */
export async function checkConsent(scope: Scope, subjectId: string): Promise<void> {
  if ((await standingConsent(scope, subjectId)) === undefined) throw new Fault(409, 'consent-missing', 'There is no consent of this subject')
}

/**
 * What a verification rests on still stands when it is settled, which may be minutes later: the consent, and the very reference it compared with.
 * Call it under the subject's lock.
 * @throws Fault 409 `consent-missing`, `session-reference`
 */
export async function checkStanding(scope: Scope, { session }: Pick<GoodSubmission, 'session'>, referenceId: string | undefined): Promise<void> {
  const { subjectId, purpose } = session
  await checkConsent(scope, subjectId)
  if (purpose === 'check-in' && (await activeReference(scope, subjectId))?.referenceId !== referenceId)
    throw new Fault(409, 'session-reference', 'The reference changed while this was verified: send the same again')
}
