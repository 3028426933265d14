import { and, asc, eq, gt, ne } from 'drizzle-orm'
import { clearAttempts } from './clear-attempts.js'
import { randomId } from './hashing.js'
import { areDifferentPeople, isSamePerson } from './officers.js'
import { inserted, only, type Scope } from './scope.js'
import { lockSubject } from './subjects.js'
import { references } from './tables-people.js'

/** A template, encrypted. The storage never sees the key. */
export type Reference = typeof references.$inferSelect

/** What a new reference is made of. */
export interface NewReference extends Pick<Reference, 'ciphertext' | 'keyId' | 'modelIds' | 'quality' | 'createdBy'> {
  /** Given where what is sealed has to name it; a random one otherwise. */
  readonly referenceId?: string
}

/** Adds a reference that admits nobody until it is approved; `undefined` where there is no such subject or it is erased. */
export async function addReference(scope: Scope, subjectId: string, reference: NewReference): Promise<Reference | undefined> {
  if ((await lockSubject(scope, subjectId)) === undefined) return undefined
  const { tenantId, now, database } = scope
  const { referenceId = randomId(), ciphertext, keyId, modelIds, quality, createdBy } = reference
  const row = {
    tenantId,
    referenceId,
    subjectId,
    state: 'pending' as const,
    ciphertext,
    keyId,
    modelIds,
    quality,
    createdBy,
    createdAt: now,
  }
  return inserted(await database.insert(references).values(row).returning())
}

/**
 * Makes a pending reference the active one; the one that was is superseded. `undefined` where it is not pending, or where nobody approves
 * it but who made it or the subject itself, or where two of them are one person. How many officers it takes is the policy's to say.
 * @param approvers actor ids, 1 or more, all different
 */
export async function approveReference(scope: Scope, referenceId: string, approvers: readonly string[]): Promise<Reference | undefined> {
  const { tenantId, now, database } = scope
  const itself = and(eq(references.tenantId, tenantId), eq(references.referenceId, referenceId))
  const found = only(await database.select().from(references).where(itself))
  if (found === undefined || (await lockSubject(scope, found.subjectId)) === undefined) return undefined
  const { subjectId, createdBy } = found
  // Read again under the lock: of two who approve at once the second must not supersede what the first made active.
  if (only(await database.select().from(references).where(itself))?.state !== 'pending') return undefined
  if (approvers.length === 0 || new Set(approvers).size !== approvers.length) return undefined
  if (await isSamePerson(scope, approvers, [createdBy, subjectId])) return undefined
  if (!(await areDifferentPeople(scope, approvers))) return undefined
  await database
    .update(references)
    .set({ state: 'superseded', supersededAt: now })
    .where(and(eq(references.tenantId, tenantId), eq(references.subjectId, subjectId), eq(references.state, 'active')))
  const approved = { state: 'active' as const, approvedAt: now, approvedBy: [...approvers] }
  const active = only(await database.update(references).set(approved).where(itself).returning())
  if (active === undefined) return undefined
  await clearAttempts(scope, subjectId)
  await scope.approved?.(scope, active)
  return active
}

/** The reference that a check-in compares with. */
export async function activeReference({ tenantId, database }: Scope, subjectId: string): Promise<Reference | undefined> {
  const active = and(eq(references.tenantId, tenantId), eq(references.subjectId, subjectId), eq(references.state, 'active'))
  return only(await database.select().from(references).where(active))
}

/** References of a subject in any state, first to last. */
export async function listReferences({ tenantId, database }: Scope, subjectId: string): Promise<readonly Reference[]> {
  const all = and(eq(references.tenantId, tenantId), eq(references.subjectId, subjectId))
  return await database.select().from(references).where(all).orderBy(asc(references.createdAt), asc(references.referenceId))
}

/** A page of active references by id, for a search of one among many. `after` is the last id of the page before. */
export async function pageReferences(
  { tenantId, database }: Scope,
  page: { readonly after?: string; readonly limit: number },
): Promise<readonly Reference[]> {
  const active = and(
    eq(references.tenantId, tenantId),
    eq(references.state, 'active'),
    page.after === undefined ? undefined : gt(references.referenceId, page.after),
  )
  return await database.select().from(references).where(active).orderBy(asc(references.referenceId)).limit(page.limit)
}

/** A page of references in any state that are under another key than `keyId`: what a rotation has yet to do. `after`: as of {@link pageReferences}. */
export async function staleReferences({ tenantId, database }: Scope, keyId: string, limit: number, after = ''): Promise<readonly Reference[]> {
  const stale = and(eq(references.tenantId, tenantId), ne(references.keyId, keyId), gt(references.referenceId, after))
  return await database.select().from(references).where(stale).orderBy(asc(references.referenceId)).limit(limit)
}

/** Puts the same template under another key; `false` where it is not under `from` any more, or is gone. */
export async function resealReference(
  { tenantId, database }: Scope,
  referenceId: string,
  from: string,
  sealed: Pick<Reference, 'ciphertext' | 'keyId'>,
): Promise<boolean> {
  const same = and(eq(references.tenantId, tenantId), eq(references.referenceId, referenceId), eq(references.keyId, from))
  const { ciphertext, keyId } = sealed
  return (await database.update(references).set({ ciphertext, keyId }).where(same).returning({ id: references.referenceId })).length > 0
}

/** Removes all but the active reference and those waiting for approval; gives how many. */
export async function dropSuperseded({ tenantId, database }: Scope, subjectId: string): Promise<number> {
  const old = and(eq(references.tenantId, tenantId), eq(references.subjectId, subjectId), eq(references.state, 'superseded'))
  return (await database.delete(references).where(old).returning({ id: references.referenceId })).length
}
