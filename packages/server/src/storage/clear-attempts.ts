import { noteAct } from './audit.js'
import { forgiveOpen } from './abandoned.js'
import { limitState, noteAttempt } from './limits.js'
import { isSamePerson } from './officers.js'
import type { Scope } from './scope.js'
import { lockSubject } from './subjects.js'

/**
 * Begins a subject's attempts anew, since an officer has helped: the way back from `assisted`, which no clock opens. To be called in the transaction of
 * the officer's act and under the subject's lock, by whoever has made sure that the officer is not the subject. What was begun before and comes to
 * nothing later is of the row that ends here.
 */
export async function clearAttempts(scope: Scope, subjectId: string): Promise<void> {
  await forgiveOpen(scope, subjectId)
  await noteAttempt(scope, subjectId, 'clear')
}

/** An officer lets a subject try again. */
export interface Clearing {
  readonly subjectId: string
  /** Actor id. */
  readonly actor: string
  readonly reason: string
}

/** Why nothing is cleared. */
export type ClearingRefusal =
  | 'not-found' // no such subject, or it is erased
  | 'own' // an officer without a name, or the subject
  | 'reason' // none given

/** Lets a subject try again where nothing else is to be done for them: noted, with what stood. */
export async function clearLimits(
  scope: Scope,
  { subjectId, actor, reason }: Clearing,
): Promise<{ readonly failures: number } | { readonly refused: ClearingRefusal }> {
  if ((await lockSubject(scope, subjectId)) === undefined) return { refused: 'not-found' }
  if (actor.trim() === '' || (await isSamePerson(scope, [actor], [subjectId]))) return { refused: 'own' }
  if (reason.trim() === '') return { refused: 'reason' }
  const { failures } = await limitState(scope, subjectId)
  await clearAttempts(scope, subjectId)
  await noteAct(scope, { actor, action: 'limits-cleared', subjectId, details: { reason, failures } })
  return { failures }
}
