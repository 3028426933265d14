import { Fault } from '../errors/index.js'
import { isDay } from '../time/index.js'
import type { AttendanceDay } from './days.js'

/** The last row of a page. */
export type Place = Pick<AttendanceDay, 'day' | 'subjectId'>

/** Text that a caller hands back as it is. */
export const writeCursor = ({ day, subjectId }: Place): string => Buffer.from(JSON.stringify([day, subjectId])).toString('base64url')

/** The inverse of {@link writeCursor}. @throws Fault 400 `cursor` */
export function readCursor(cursor: string): Place {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (Array.isArray(place) && place.length === 2) {
      const [day, subjectId] = place as readonly unknown[]
      if (typeof day === 'string' && isDay(day) && typeof subjectId === 'string') return { day, subjectId }
    }
  } catch {
    // Told below.
  }
  throw new Fault(400, 'cursor', 'The cursor is none of this list')
}
