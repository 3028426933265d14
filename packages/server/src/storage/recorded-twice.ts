import { aroundDays, localDay } from '../time/index.js'
import { attendanceBetween, effectOf } from './attendance-records.js'
import type { AttendanceRecord } from './record.js'
import { waitingBetween, type Review } from './reviews.js'
import type { Scope } from './scope.js'
import { findTenant } from './tenants.js'

/** Somebody comes or goes on a day of the tenant's. */
type Occurrence = Pick<Review, 'subjectId' | 'direction' | 'occurredAt'>

/**
 * The session of a check-in of the same subject, direction and day that waits for an officer, or that one accepted and that counts. Call it under the
 * subject's lock.
 */
export async function reviewOfSame(scope: Scope, occurrence: Occurrence): Promise<string | undefined> {
  const { isSame, between } = await sameAs(scope, occurrence)
  const waiting = (await waitingBetween(scope, between)).filter((one) => isSame(one))
  const first = waiting.sort((left, right) => left.occurredAt.getTime() - right.occurredAt.getTime())[0]
  return first?.sid ?? (await countedSame(scope, occurrence, ({ acceptedAt }) => acceptedAt !== undefined))?.sid
}

/** Whether an officer's word of the same subject, direction and day counts. Call it under the subject's lock. */
export async function isAttested(scope: Scope, occurrence: Occurrence): Promise<boolean> {
  return (await countedSame(scope, occurrence, ({ assurance }) => assurance === 'officer-attested')) !== undefined
}

/** A record of the same that counts, after its corrections. */
async function countedSame(scope: Scope, occurrence: Occurrence, fits: (record: AttendanceRecord) => boolean): Promise<AttendanceRecord | undefined> {
  const { isSame, between } = await sameAs(scope, occurrence)
  const found = (await attendanceBetween(scope, between)).find((one) => {
    const effect = fits(one.record) ? effectOf(one) : undefined
    return effect !== undefined && isSame({ direction: effect.direction, occurredAt: new Date(effect.occurredAt) })
  })
  return found?.record
}

async function sameAs(scope: Scope, { subjectId, direction, occurredAt }: Occurrence) {
  const timeZone = (await findTenant(scope))?.timeZone ?? 'UTC'
  const day = localDay(timeZone, occurredAt)
  const isSame = (other: Omit<Occurrence, 'subjectId'>): boolean => other.direction === direction && localDay(timeZone, other.occurredAt) === day
  return { isSame, between: { ...aroundDays(day, day), subjectId } }
}
