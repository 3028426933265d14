import { and, asc, eq, gte, lt } from 'drizzle-orm'
import { canonicalJson } from './ledger-hash.js'
import { randomId } from './hashing.js'
import { inserted, type Scope } from './scope.js'
import { audit } from './tables-events.js'

/** Who did or saw what. `details` is JSON, and never holds biometric data. */
export type AuditEntry = typeof audit.$inferSelect

/** An act to be noted. */
export interface AuditAct {
  /** Actor id: an API key's, an officer's, or `system`. */
  readonly actor: string
  /** E.g. `reference-approved`. */
  readonly action: string
  readonly subjectId?: string
  readonly details?: Readonly<Record<string, string | number | boolean>>
}

/** Notes an act, in the transaction of the act itself. */
export async function noteAct({ tenantId, now, database }: Scope, act: AuditAct): Promise<AuditEntry> {
  const { actor, action, subjectId, details = {} } = act
  const row = { tenantId, entryId: randomId(), at: now, actor, action, subjectId: subjectId ?? null, details: canonicalJson(details) }
  return inserted(await database.insert(audit).values(row).returning())
}

/** Acts from one instant to before another, of one subject or all, first to last. */
export async function listActs(
  { tenantId, database }: Scope,
  query: { readonly from: Date; readonly until: Date; readonly subjectId?: string; readonly limit: number },
): Promise<readonly AuditEntry[]> {
  const { from, until, subjectId, limit } = query
  const ofSubject = subjectId === undefined ? undefined : eq(audit.subjectId, subjectId)
  const fits = and(eq(audit.tenantId, tenantId), gte(audit.at, from), lt(audit.at, until), ofSubject)
  return await database.select().from(audit).where(fits).orderBy(asc(audit.at), asc(audit.entryId)).limit(limit)
}
