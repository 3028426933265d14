import { and, asc, count, eq, gt, gte, inArray, lt, ne, or } from 'drizzle-orm'
import type { Storage } from './open-storage.js'
import type { AttendanceRecord } from './record.js'
import { only, type Scope } from './scope.js'
import { findSession } from './sessions.js'
import { reviews } from './tables-reviews.js'

/** A check-in that matched and that an officer decides on, with all that its record needs. */
export type Review = typeof reviews.$inferSelect

/** What would be recorded if it were admitted, on which device it was made, and why it is not. */
export interface NewReview {
  readonly record: AttendanceRecord
  readonly thumbprint: string
  readonly flags: readonly string[]
}

/** Which reviews. */
export interface ReviewQuery {
  readonly settled: boolean
  /** From this instant of the check-ins on. */
  readonly from?: Date
  /** Before this instant. */
  readonly until?: Date
  /** The last one of the page before. */
  readonly after?: Pick<Review, 'occurredAt' | 'sid'>
  readonly limit: number
}

const itself = ({ tenantId }: Scope, sid: string) => and(eq(reviews.tenantId, tenantId), eq(reviews.sid, sid))

/** Lets a check-in wait for an officer, in the transaction of its decision; `false` where there is no such session of this subject. */
export async function addReview(scope: Scope, { record, thumbprint, flags }: NewReview): Promise<boolean> {
  const { tenantId, now, database } = scope
  const { sid, subjectId, occurredAt, notBefore, direction, assurance, place = null, placeBy = null } = record
  if ((await findSession(scope, sid))?.subjectId !== subjectId) return false
  await database.insert(reviews).values({
    ...{ tenantId, sid, subjectId, thumbprint, state: 'waiting', direction, assurance, place, flags: [...flags], createdAt: now },
    ...{ placeBy: place === null ? null : (placeBy ?? 'claim'), occurredAt: new Date(occurredAt) },
    notBefore: notBefore === undefined ? null : new Date(notBefore),
  })
  return true
}

/** What is recorded of a review that was accepted: the check-in as it was, its own time and assurance with it. */
export function recordOfReview({ sid, subjectId, occurredAt, notBefore, direction, assurance, place, placeBy }: Review): AttendanceRecord {
  return {
    ...{ kind: 'attendance', subjectId, occurredAt: occurredAt.toISOString(), direction, assurance, sid },
    ...(notBefore === null ? {} : { notBefore: notBefore.toISOString() }),
    ...(place === null ? {} : { place }),
    ...(placeBy === null ? {} : { placeBy }),
  }
}

/** The review of a session. */
export async function findReview(scope: Scope, sid: string): Promise<Review | undefined> {
  return only(await scope.database.select().from(reviews).where(itself(scope, sid)))
}

/** A review, locked until the transaction ends. Call it under the subject's lock. */
export async function lockReview(scope: Scope, sid: string): Promise<Review | undefined> {
  return only(await scope.database.select().from(reviews).where(itself(scope, sid)).for('update'))
}

/** Writes how a review ended; `undefined` where it does not wait any more. */
export async function endReview(scope: Scope, sid: string, end: Partial<Review>): Promise<Review | undefined> {
  const waits = and(itself(scope, sid), eq(reviews.state, 'waiting'))
  return only(await scope.database.update(reviews).set(end).where(waits).returning())
}

/** A page of reviews, by the time of their check-ins. */
export async function listReviews({ tenantId, database }: Scope, query: ReviewQuery): Promise<readonly Review[]> {
  const { settled, from, until, after, limit } = query
  const fits = and(
    eq(reviews.tenantId, tenantId),
    settled ? ne(reviews.state, 'waiting') : eq(reviews.state, 'waiting'),
    from === undefined ? undefined : gte(reviews.occurredAt, from),
    until === undefined ? undefined : lt(reviews.occurredAt, until),
    after && or(gt(reviews.occurredAt, after.occurredAt), and(eq(reviews.occurredAt, after.occurredAt), gt(reviews.sid, after.sid))),
  )
  return await database.select().from(reviews).where(fits).orderBy(asc(reviews.occurredAt), asc(reviews.sid)).limit(limit)
}

/** All reviews of a subject, first to last. */
export async function listReviewsOf({ tenantId, database }: Scope, subjectId: string): Promise<readonly Review[]> {
  const own = and(eq(reviews.tenantId, tenantId), eq(reviews.subjectId, subjectId))
  return await database.select().from(reviews).where(own).orderBy(asc(reviews.occurredAt), asc(reviews.sid))
}

/** Check-ins of a subject that wait, from one instant to before another. */
export async function waitingBetween(
  { tenantId, database }: Scope,
  query: { readonly from: Date; readonly until: Date; readonly subjectId: string },
): Promise<readonly Review[]> {
  const { from, until, subjectId } = query
  const own = and(eq(reviews.tenantId, tenantId), eq(reviews.subjectId, subjectId), eq(reviews.state, 'waiting'))
  return await database
    .select()
    .from(reviews)
    .where(and(own, gte(reviews.occurredAt, from), lt(reviews.occurredAt, until)))
}

/** Check-ins of a subject that wait and were made on a device; first to last. */
export async function waitingOnDevice({ tenantId, database }: Scope, thumbprint: string, subjectId: string): Promise<readonly Review[]> {
  // A device that was forgotten with a consent may be somebody else's by now.
  const own = and(eq(reviews.thumbprint, thumbprint), eq(reviews.subjectId, subjectId))
  const there = and(eq(reviews.tenantId, tenantId), own, eq(reviews.state, 'waiting'))
  return await database.select().from(reviews).where(there).orderBy(asc(reviews.occurredAt), asc(reviews.sid))
}

/** How many reviews wait. */
export async function countWaiting({ tenantId, database }: Scope): Promise<number> {
  const waiting = and(eq(reviews.tenantId, tenantId), eq(reviews.state, 'waiting'))
  return only(await database.select({ n: count() }).from(reviews).where(waiting))?.n ?? Number.NaN
}

/** How many wait in all tenants: for whoever runs the server. */
export async function countWaitingEverywhere(storage: Pick<Storage, 'snapshot'>): Promise<number> {
  return await storage.snapshot('', async ({ database }) => {
    return only(await database.select({ n: count() }).from(reviews).where(eq(reviews.state, 'waiting')))?.n ?? Number.NaN
  })
}

/** Forgets what waits of a subject that is erased; where its attendance goes, what was settled as well. */
export async function forgetReviews({ tenantId, database }: Scope, subjectId: string, attendance: boolean): Promise<void> {
  const states = attendance ? (['waiting', 'accepted', 'rejected'] as const) : (['waiting'] as const)
  const own = and(eq(reviews.tenantId, tenantId), eq(reviews.subjectId, subjectId), inArray(reviews.state, [...states]))
  await database.delete(reviews).where(own)
}
