import { and, asc, eq, gte, inArray, lt } from 'drizzle-orm'
import type { AttendanceRecord, CorrectionRecord } from './record.js'
import type { Scope } from './scope.js'
import { records } from './tables-ledger.js'

/** An attendance record with its corrections, first to last. */
export interface CorrectedRecord {
  readonly seq: number
  readonly record: AttendanceRecord
  readonly corrections: readonly CorrectionRecord[]
}

/**
 * Every attendance record that happened from one instant to before another, or that was corrected to. A correction is made after what it is of, so
 * that corrections before `from` need no look.
 */
export async function attendanceBetween(
  { tenantId, database }: Scope,
  query: { readonly from: Date; readonly until: Date; readonly subjectId?: string },
): Promise<readonly CorrectedRecord[]> {
  const { from, until, subjectId } = query
  const own = and(eq(records.tenantId, tenantId), subjectId === undefined ? undefined : eq(records.subjectId, subjectId))
  const since = and(own, gte(records.occurredAt, from))
  const corrections = await database
    .select()
    .from(records)
    .where(and(since, eq(records.kind, 'correction')))
    .orderBy(asc(records.seq))
  const byRecord = new Map<number, CorrectionRecord[]>()
  for (const { body } of corrections) {
    const correction = JSON.parse(body) as CorrectionRecord
    byRecord.set(correction.corrects, [...(byRecord.get(correction.corrects) ?? []), correction])
  }
  const happened = await database
    .select()
    .from(records)
    .where(and(since, lt(records.occurredAt, until), eq(records.kind, 'attendance')))
  const here = new Set(happened.map(({ seq }) => seq))
  const moved = [...byRecord.keys()].filter((seq) => !here.has(seq))
  const others =
    moved.length === 0
      ? []
      : await database
          .select()
          .from(records)
          .where(and(own, inArray(records.seq, moved)))
  return [...happened, ...others]
    .sort((left, right) => left.seq - right.seq)
    .map(({ seq, body }) => ({ seq, record: JSON.parse(body) as AttendanceRecord, corrections: byRecord.get(seq) ?? [] }))
}

/** When and in which direction a record counts, after its corrections; `undefined`: it does not. The last correction holds. */
export function effectOf({ record, corrections }: CorrectedRecord): Pick<AttendanceRecord, 'occurredAt' | 'direction'> | undefined {
  const last = corrections.at(-1)
  if (last === undefined) return { occurredAt: record.occurredAt, direction: record.direction }
  return last.instead ?? undefined
}
