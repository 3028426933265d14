import { and, asc, eq, gt } from 'drizzle-orm'
import { addFindings } from './decisions.js'
import { only, type Scope } from './scope.js'
import type { Reference } from './references.js'
import { references } from './tables-people.js'

/** A reference by its id, in any state. */
export async function findReference({ tenantId, database }: Scope, referenceId: string): Promise<Reference | undefined> {
  return only(
    await database
      .select()
      .from(references)
      .where(and(eq(references.tenantId, tenantId), eq(references.referenceId, referenceId))),
  )
}

/** A page of references that wait for approval, by id. `after` is the last id of the page before. */
export async function pendingReferences(
  { tenantId, database }: Scope,
  page: { readonly after?: string; readonly limit: number },
): Promise<readonly Reference[]> {
  const pending = and(
    eq(references.tenantId, tenantId),
    eq(references.state, 'pending'),
    page.after === undefined ? undefined : gt(references.referenceId, page.after),
  )
  return await database.select().from(references).where(pending).orderBy(asc(references.referenceId)).limit(page.limit)
}

/** Notes with a subject's enrolments that wait that somebody who came later may be the same person; gives how many. */
export async function noteLaterDuplicate(scope: Scope, subjectId: string): Promise<number> {
  const { tenantId, database } = scope
  const own = and(eq(references.tenantId, tenantId), eq(references.subjectId, subjectId), eq(references.state, 'pending'))
  const rows = await database.select({ id: references.referenceId }).from(references).where(own)
  for (const { id } of rows) await addFindings(scope, id, { laterDuplicate: true })
  return rows.length
}

/** Removes a reference that waits for approval, template and all; gives it, `undefined` where there is none such. */
export async function rejectReference({ tenantId, database }: Scope, referenceId: string): Promise<Reference | undefined> {
  const pending = and(eq(references.tenantId, tenantId), eq(references.referenceId, referenceId), eq(references.state, 'pending'))
  return only(await database.delete(references).where(pending).returning())
}
