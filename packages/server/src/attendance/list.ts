import { timeZoneOf } from '../sessions/index.js'
import { attendanceBetween, type Scope } from '../storage/index.js'
import { aroundDays, dayAfter, type Day } from '../time/index.js'
import { readCursor, writeCursor } from './cursor.js'
import { attendanceDays, compareDays, type AttendanceDay } from './days.js'

/** Which days; both ends included. */
export interface AttendanceQuery {
  readonly from: Day
  readonly to: Day
  readonly subjectId?: string
  readonly cursor?: string
  /** Rows of a page. */
  readonly limit: number
}

/** A page of days, and how to ask for the next; the last page has no `next`. */
export interface AttendancePage {
  readonly timeZone: string
  readonly days: readonly AttendanceDay[]
  readonly next?: string
}

/** Days that are read at once: a week and its edges of an agency of 1,000 are some 20,000 records. */
const CHUNK_DAYS = 7

/** Arrival and departure per subject and day, by day and subject, in the tenant's time zone. @throws Fault 400 `cursor` */
export async function listAttendance(scope: Scope, query: AttendanceQuery): Promise<AttendancePage> {
  const { to, subjectId, limit } = query
  const timeZone = await timeZoneOf(scope)
  const after = query.cursor === undefined ? undefined : readCursor(query.cursor)
  const found: AttendanceDay[] = []
  let first = after !== undefined && after.day > query.from ? after.day : query.from
  while (first <= to && found.length <= limit) {
    const last = [dayAfter(first, CHUNK_DAYS - 1), to].sort()[0] ?? to
    const records = await attendanceBetween(scope, { ...aroundDays(first, last), ...(subjectId === undefined ? {} : { subjectId }) })
    const inside = attendanceDays(records, timeZone).filter(({ day }) => day >= first && day <= last)
    found.push(...inside.filter((row) => after === undefined || compareDays(row, after) > 0))
    first = dayAfter(last)
  }
  const days = found.slice(0, limit)
  const end = days.at(-1)
  return { timeZone, days, ...(found.length > limit && end !== undefined ? { next: writeCursor(end) } : {}) }
}
