import { effectOf, type AttendanceRecord, type CorrectedRecord } from '../storage/index.js'
import { localDay, localIso, type Day } from '../time/index.js'

/** When somebody came or went. Times are ISO 8601 in the tenant's zone, with its offset. */
export interface AttendanceMoment {
  readonly at: string
  /** Of what was deferred: it happened between this and `at`. */
  readonly notBefore?: string
  readonly assurance: string
  readonly place?: string
  /** The record's number in the ledger. */
  readonly seq: number
  /** Two people corrected it. */
  readonly corrected: boolean
}

/**
 * Somebody's day: the departure is the last record that counts and says so, the arrival the first of the others, so that two arrivals are no departure.
 * Absent is unknown, not never.
 */
export interface AttendanceDay {
  readonly day: Day
  readonly subjectId: string
  readonly arrival?: AttendanceMoment
  readonly departure?: AttendanceMoment
  /** How many records count. */
  readonly records: number
}

interface Counted {
  readonly instant: Date
  readonly direction: AttendanceRecord['direction']
  readonly of: CorrectedRecord
}

/** The days of everybody, by day and subject. What was deferred falls on the day on which it was received. */
export function attendanceDays(records: readonly CorrectedRecord[], timeZone: string): readonly AttendanceDay[] {
  const days = new Map<string, Counted[]>()
  for (const of of records) {
    const effect = effectOf(of)
    if (effect === undefined) continue
    const instant = new Date(effect.occurredAt)
    const key = `${localDay(timeZone, instant)} ${of.record.subjectId}`
    days.set(key, [...(days.get(key) ?? []), { instant, direction: effect.direction, of }])
  }
  return [...days.values()].map((counted) => dayOf(counted, timeZone)).sort((left, right) => compareDays(left, right))
}

/** By day, then by subject. */
export function compareDays(left: Pick<AttendanceDay, 'day' | 'subjectId'>, right: Pick<AttendanceDay, 'day' | 'subjectId'>): number {
  if (left.day !== right.day) return left.day < right.day ? -1 : 1
  return left.subjectId === right.subjectId ? 0 : left.subjectId < right.subjectId ? -1 : 1
}

function dayOf(counted: readonly Counted[], timeZone: string): AttendanceDay {
  const sorted = [...counted].sort((left, right) => left.instant.getTime() - right.instant.getTime() || left.of.seq - right.of.seq)
  const first = sorted[0]
  if (first === undefined) throw new TypeError('a day has a record')
  const departure = sorted.findLast(({ direction }) => direction === 'departure')
  const arrival = sorted.find((one) => one !== departure)
  const whose = { day: localDay(timeZone, first.instant), subjectId: first.of.record.subjectId, records: sorted.length }
  return {
    ...whose,
    ...(arrival === undefined ? {} : { arrival: momentOf(arrival, timeZone) }),
    ...(departure === undefined ? {} : { departure: momentOf(departure, timeZone) }),
  }
}

function momentOf({ instant, of }: Counted, timeZone: string): AttendanceMoment {
  const { record, seq, corrections } = of
  const corrected = corrections.length > 0
  return {
    at: localIso(timeZone, instant),
    // Two people said when it was: no interval is left.
    ...(record.notBefore === undefined || corrected ? {} : { notBefore: localIso(timeZone, new Date(record.notBefore)) }),
    assurance: record.assurance,
    ...(record.place === undefined ? {} : { place: record.place }),
    seq,
    corrected,
  }
}
