import { and, asc, eq, gt, isNull } from 'drizzle-orm'
import { randomId } from './hashing.js'
import { inserted, only, type Scope } from './scope.js'
import { subjects } from './tables-people.js'

/** Somebody who is known to one agency, under a random id that says nothing. */
export type Subject = typeof subjects.$inferSelect

/** A new subject. `personId` is of the regency's tenant, and the caller has looked it up there. */
export async function createSubject({ tenantId, now, database }: Scope, personId?: string): Promise<Subject> {
  const row = { tenantId, subjectId: randomId(), personId: personId ?? null, createdAt: now }
  return inserted(await database.insert(subjects).values(row).returning())
}

/** A new subject under an id that the agency chose; `undefined` where that is somebody's already, or was. */
export async function createNamedSubject({ tenantId, now, database }: Scope, subjectId: string, personId?: string): Promise<Subject | undefined> {
  const row = { tenantId, subjectId, personId: personId ?? null, createdAt: now }
  return only(await database.insert(subjects).values(row).onConflictDoNothing().returning())
}

/** A subject, an erased one too (`erasedAt`). */
export async function findSubject({ tenantId, database }: Scope, subjectId: string): Promise<Subject | undefined> {
  return only(
    await database
      .select()
      .from(subjects)
      .where(and(eq(subjects.tenantId, tenantId), eq(subjects.subjectId, subjectId))),
  )
}

/**
 * Locks a subject that is not erased until the transaction ends, so that nothing of it is written while it is being erased; `undefined` where
 * there is none.
 */
export async function lockSubject({ tenantId, database }: Scope, subjectId: string): Promise<Subject | undefined> {
  const standing = and(eq(subjects.tenantId, tenantId), eq(subjects.subjectId, subjectId), isNull(subjects.erasedAt))
  return only(await database.select().from(subjects).where(standing).for('update'))
}

/** A page of subjects that are not erased, by id. `after` is the last id of the page before. */
export async function listSubjects(
  { tenantId, database }: Scope,
  page: { readonly after?: string; readonly limit: number },
): Promise<readonly Subject[]> {
  const standing = and(
    eq(subjects.tenantId, tenantId),
    isNull(subjects.erasedAt),
    page.after === undefined ? undefined : gt(subjects.subjectId, page.after),
  )
  return await database.select().from(subjects).where(standing).orderBy(asc(subjects.subjectId)).limit(page.limit)
}
