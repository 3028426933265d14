import { attendanceBetween, effectOf, findTenant, type AttendanceRecord, type Scope } from '../storage/index.js'
import { aroundDays, localDay } from '../time/index.js'

/** Zone of a tenant that has none of its own: western Indonesia (WIB). */
export const DEFAULT_TIME_ZONE = 'Asia/Jakarta'

/** The scope's tenant's time zone (IANA). */
export async function timeZoneOf(scope: Scope): Promise<string> {
  const zone = (await findTenant(scope))?.timeZone
  return zone === undefined || zone === '' ? DEFAULT_TIME_ZONE : zone
}

/** At `at`: an arrival where nothing else of that subject counts on this day, a departure after that. */
export async function directionNow(scope: Scope, subjectId: string, at: Date = scope.now): Promise<AttendanceRecord['direction']> {
  const timeZone = await timeZoneOf(scope)
  const today = localDay(timeZone, at)
  const around = await attendanceBetween(scope, { ...aroundDays(today, today), subjectId })
  const days = around.map((record) => effectOf(record)).map((effect) => effect && localDay(timeZone, new Date(effect.occurredAt)))
  return days.includes(today) ? 'departure' : 'arrival'
}
