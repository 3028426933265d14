import { Fault } from '../errors/index.js'
import { areDifferentPeople, noteAct, type AuditAct, type Scope } from '../storage/index.js'

/** Who acts, and another by a key of their own. */
export interface Officers {
  readonly actor: string
  readonly second?: string
}

/** Whether two officers, neither of them the subject, share an act. @throws Fault 409 `hold-second`, `appeal-second`; 403 `hold-authors`, `appeal-authors` */
export async function checkTwo(scope: Scope, what: 'hold' | 'appeal', { actor, second }: Officers, subjectId: string): Promise<void> {
  if (second === undefined) throw new Fault(409, `${what}-second`, 'This takes a second officer: x-lintas-second')
  if (!(await areDifferentPeople(scope, [actor, second, subjectId])))
    throw new Fault(403, `${what}-authors`, 'This takes two people, neither of them the subject')
}

/** Notes an act of each who shares it. */
export async function noteBoth(scope: Scope, { actor, second }: Officers, { details, ...act }: Omit<AuditAct, 'actor'>): Promise<void> {
  await noteAct(scope, { ...act, actor, details: { ...details, ...(second === undefined ? {} : { second }) } })
  if (second !== undefined) await noteAct(scope, { ...act, actor: second, details: { ...details, first: actor } })
}
