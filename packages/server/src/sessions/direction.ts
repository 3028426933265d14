import { attendanceBetween, effectOf, findTenant, waitingBetween, type AttendanceRecord, type Scope } from '../storage/index.js'
import { aroundDays, localDay } from '../time/index.js'

/** Zone of a tenant that has none of its own: western Indonesia (WIB). */
export const DEFAULT_TIME_ZONE = 'Asia/Jakarta'

/** The scope's tenant's time zone (IANA). */
export async function timeZoneOf(scope: Scope): Promise<string> {
  const zone = (await findTenant(scope))?.timeZone
  return zone === undefined || zone === '' ? DEFAULT_TIME_ZONE : zone
}

/**
 * At `at`: an arrival where nothing else of that subject counts on this day, a departure after that. What waits for an officer counts, too: whatever becomes
 * of it, this is a departure to whoever came before.
 */
export async function directionNow(scope: Scope, subjectId: string, at: Date = scope.now): Promise<AttendanceRecord['direction']> {
  const timeZone = await timeZoneOf(scope)
  const today = localDay(timeZone, at)
  const between = { ...aroundDays(today, today), subjectId }
  const effects = (await attendanceBetween(scope, between)).map((record) => effectOf(record))
  const waiting = await waitingBetween(scope, between)
  const instants = [
    ...effects.flatMap((effect) => (effect === undefined ? [] : [new Date(effect.occurredAt)])),
    ...waiting.map((one) => one.occurredAt),
  ]
  const days = instants.map((instant) => localDay(timeZone, instant))
  return days.includes(today) ? 'departure' : 'arrival'
}
