import { and, asc, eq, or } from 'drizzle-orm'
import { noteAct } from './audit.js'
import { randomId } from './hashing.js'
import { only, type Scope } from './scope.js'
import { duplicates } from './tables-devices.js'

/** Two subjects who may be one person. Kept under the regency's tenant; an agency is told no more than that there is something to review. */
export type Duplicate = typeof duplicates.$inferSelect

/** A subject of an agency. */
export interface SubjectPlace {
  readonly agencyId: string
  readonly subjectId: string
}

/** Flags a pair, whichever way round it is told; a pair that is known stays as it is. The scope is the regency's. */
export async function flagDuplicate(scope: Scope, pair: readonly [SubjectPlace, SubjectPlace], score: number): Promise<Duplicate> {
  const { tenantId, now, database } = scope
  const [first, second] = before(pair[0], pair[1]) ? pair : [pair[1], pair[0]]
  if (!before(first, second)) throw new TypeError('a subject is no duplicate of itself')
  const ids = { agencyId: first.agencyId, subjectId: first.subjectId, otherAgencyId: second.agencyId, otherSubjectId: second.subjectId }
  const row = { tenantId, duplicateId: randomId(), ...ids, score, state: 'open' as const, foundAt: now }
  const made = only(await database.insert(duplicates).values(row).onConflictDoNothing().returning())
  const same = and(
    ...[eq(duplicates.tenantId, tenantId), eq(duplicates.agencyId, ids.agencyId), eq(duplicates.subjectId, ids.subjectId)],
    ...[eq(duplicates.otherAgencyId, ids.otherAgencyId), eq(duplicates.otherSubjectId, ids.otherSubjectId)],
  )
  const found = made ?? only(await database.select().from(duplicates).where(same))
  if (found === undefined) throw new TypeError('the pair was settled and forgotten meanwhile')
  return found
}

/** A page of pairs, those found first first. For the regency's officers: it names agencies and subjects. */
export async function listDuplicates(
  { tenantId, database }: Scope,
  query: { readonly state?: Duplicate['state']; readonly limit: number },
): Promise<readonly Duplicate[]> {
  const fits = and(eq(duplicates.tenantId, tenantId), query.state === undefined ? undefined : eq(duplicates.state, query.state))
  return await database.select().from(duplicates).where(fits).orderBy(asc(duplicates.foundAt), asc(duplicates.duplicateId)).limit(query.limit)
}

/** Whether a subject waits for a review: all that its agency may know. The scope is the regency's. */
export async function awaitsReview({ tenantId, database }: Scope, place: SubjectPlace): Promise<boolean> {
  const open = and(eq(duplicates.tenantId, tenantId), eq(duplicates.state, 'open'), concerns(place))
  return only(await database.select({ id: duplicates.duplicateId }).from(duplicates).where(open).limit(1)) !== undefined
}

/** Says of a pair what it is; `undefined` where it is not open. */
export async function settleDuplicate(
  scope: Scope,
  duplicateId: string,
  verdict: 'different' | 'same',
  actor: string,
): Promise<Duplicate | undefined> {
  const { tenantId, now, database } = scope
  const open = and(eq(duplicates.tenantId, tenantId), eq(duplicates.duplicateId, duplicateId), eq(duplicates.state, 'open'))
  const settled = only(await database.update(duplicates).set({ state: verdict, settledAt: now, settledBy: actor }).where(open).returning())
  if (settled !== undefined) await noteAct(scope, { actor, action: 'duplicate-settled', details: { duplicateId, verdict } })
  return settled
}

/**
 * Removes every pair that a subject of the scope's tenant is part of. The rows are the regency's, and what they say is of this subject's
 * face: they go with it.
 */
export async function forgetDuplicates({ tenantId, database }: Scope, subjectId: string): Promise<number> {
  return (
    await database
      .delete(duplicates)
      .where(concerns({ agencyId: tenantId, subjectId }))
      .returning({ id: duplicates.duplicateId })
  ).length
}

const concerns = ({ agencyId, subjectId }: SubjectPlace) =>
  or(
    and(eq(duplicates.agencyId, agencyId), eq(duplicates.subjectId, subjectId)),
    and(eq(duplicates.otherAgencyId, agencyId), eq(duplicates.otherSubjectId, subjectId)),
  )

function before(left: SubjectPlace, right: SubjectPlace): boolean {
  return left.agencyId < right.agencyId || (left.agencyId === right.agencyId && left.subjectId < right.subjectId)
}
