import { Fault, notFound } from '../errors/index.js'
import { appealSession, findDecision, findSession, keptEvidence, lockSubject, noteAct, type Storage } from '../storage/index.js'
import { checkTwo, noteBoth, type Officers } from './two-officers.js'

/** How long an appeal stands at most. */
export const APPEAL_DAYS = 30

/**
 * Lodges an appeal against a refusal: what was sealed of it is kept, and two officers may open it, until the appeal is closed or 30 days are over. A
 * withdrawn consent ends it. What was said lives with the evidence and goes with it: the audit, which nothing is taken from, has who and when.
 * While one stands nothing new is written, and the answer is the same.
 * @throws Fault 404 also for evidence that is gone; 409 `appeal-outcome` for what is no refusal
 */
export async function lodge(
  storage: Storage,
  tenantId: string,
  sid: string,
  { reason, actor }: { readonly reason: string; readonly actor: string },
): Promise<{ readonly sid: string; readonly until: Date }> {
  return await storage.transact(tenantId, async (scope) => {
    const [session, decision] = [await findSession(scope, sid), await findDecision(scope, sid)]
    if (session === undefined) throw notFound('session')
    if (decision?.outcome !== 'refused') throw new Fault(409, 'appeal-outcome', 'An appeal is made against a refusal')
    // Of two who lodge at once the second finds the first one's.
    await lockSubject(scope, session.subjectId)
    const standing = (await keptEvidence(scope, sid, 'sealed'))?.appealUntil ?? null
    if (standing !== null && standing > scope.now) return { sid, until: standing }
    const until = new Date(scope.now.getTime() + APPEAL_DAYS * 86_400_000)
    if (!(await appealSession(scope, sid, { reason, until }))) throw notFound('evidence')
    await noteAct(scope, { actor, action: 'appeal-lodged', subjectId: session.subjectId, details: { sid, until: until.toISOString() } })
    return { sid, until }
  })
}

/** Closes an appeal: what was sealed goes with the next sweep once its own time is over. @throws Fault 404; 409 `appeal-none`, `appeal-second`; 403 `appeal-authors` */
export async function close(storage: Storage, tenantId: string, sid: string, request: Officers & { readonly reason: string }): Promise<void> {
  const { reason, ...officers } = request
  await storage.transact(tenantId, async (scope) => {
    const session = await findSession(scope, sid)
    if (session === undefined) throw notFound('session')
    const { subjectId } = session
    if (((await keptEvidence(scope, sid, 'sealed'))?.appealUntil ?? null) === null) throw noAppeal()
    await checkTwo(scope, 'appeal', officers, subjectId)
    await appealSession(scope, sid, { endedFor: reason })
    await noteBoth(scope, officers, { action: 'appeal-closed', subjectId, details: { sid } })
  })
}

export const noAppeal = (): Fault => new Fault(409, 'appeal-none', 'Sealed evidence is opened while an appeal stands, and none does')
