import { and, asc, count, eq, gt, gte, inArray, lt, or, sql } from 'drizzle-orm'
import type { StoredRecord } from './ledger.js'
import type { LedgerRecord } from './record.js'
import type { Scope } from './scope.js'
import { audit } from './tables-events.js'
import { records } from './tables-ledger.js'

/** What officers do, as the audit log names it. */
export const OFFICER_ACTIONS = [
  'enrolment-approved',
  'enrolment-rejected',
  'enrolment-seen',
  'attendance-attested',
  'attendance-corrected',
  'review-accepted',
  'review-rejected',
  'device-bound',
  'device-revoked',
  'device-kiosk',
  'device-kiosk-ended',
  'limits-cleared',
  'duplicate-settled',
  'findings-seen',
  'evidence-opened',
] as const

/** Those of them that change nothing. */
export const LOOKS: readonly ActCount['action'][] = ['findings-seen', 'enrolment-seen', 'evidence-opened']

/** How often an officer did something, and with whom. */
export interface ActCount {
  readonly actor: string
  readonly action: (typeof OFFICER_ACTIONS)[number]
  /** The second officer, where this one was the first. */
  readonly second: string | null
  /** The first officer, where this one was the second. */
  readonly first: string | null
  readonly count: number
}

/** Acts of officers from one instant to before another, counted: no subject is named. */
export async function countActs({ tenantId, database }: Scope, from: Date, until: Date): Promise<readonly ActCount[]> {
  const second = sql<string | null>`(${audit.details})::jsonb->>'second'`
  const first = sql<string | null>`(${audit.details})::jsonb->>'first'`
  const fits = and(eq(audit.tenantId, tenantId), gte(audit.at, from), lt(audit.at, until), inArray(audit.action, [...OFFICER_ACTIONS]))
  const rows = await database
    .select({ actor: audit.actor, action: audit.action, second, first, count: count() })
    .from(audit)
    .where(fits)
    .groupBy(audit.actor, audit.action, sql`3`, sql`4`)
    .orderBy(asc(audit.actor), asc(audit.action), sql`3`, sql`4`)
  return rows as readonly ActCount[]
}

/** Attestations and corrections of a subject's attendance, and reviews that were accepted, in the ledger's order: what the subject is to be told. `after`: last `seq` of the page before. */
export async function officerActsOn(
  { tenantId, database }: Scope,
  subjectId: string,
  page: { readonly after?: number; readonly limit: number },
): Promise<readonly StoredRecord[]> {
  const attested = and(eq(records.kind, 'attendance'), sql`(${records.body})::jsonb->>'assurance' = 'officer-attested'`)
  const own = and(eq(records.tenantId, tenantId), eq(records.subjectId, subjectId), gt(records.seq, page.after ?? 0))
  const accepted = and(eq(records.kind, 'attendance'), sql`(${records.body})::jsonb->>'acceptedAt' IS NOT NULL`)
  const fits = and(own, or(eq(records.kind, 'correction'), attested, accepted))
  const rows = await database.select().from(records).where(fits).orderBy(asc(records.seq)).limit(page.limit)
  return rows.map(({ seq, body }) => ({ seq, record: JSON.parse(body) as LedgerRecord }))
}
