import { and, asc, eq, inArray, ne, sql } from 'drizzle-orm'
import { noteAct } from './audit.js'
import { withdrawConsent } from './consents.js'
import { isHeld } from './evidence.js'
import { appendRecord } from './ledger.js'
import { only, type Scope } from './scope.js'
import { decisions, evidence, limits, sessions, sessionSteps } from './tables-events.js'
import { ledgerSalts, records } from './tables-ledger.js'
import { references, subjects, tombstones } from './tables-people.js'

/** That a subject was erased, when, why and by whom; nothing of the subject itself. */
export type Tombstone = typeof tombstones.$inferSelect

/** Why and by whom, and whether attendance goes too. */
export interface ErasureRequest {
  readonly reason: string
  /** Actor id. */
  readonly erasedBy: string
  /** Erase the attendance records as well. Default `false`: attendance rests on public duty, not on consent. */
  readonly attendance?: boolean
}

/** How many rows went. */
export interface Erased {
  readonly tombstone: Tombstone
  readonly references: number
  readonly evidence: number
  readonly records: number
}

/**
 * Erases what is held of a subject's face: references, evidence, commitments, findings. Its consent ends, its open sessions with it, and a
 * tombstone stays. Doing it again does no harm. All or nothing, since the scope is one transaction.
 */
export async function eraseSubject(
  scope: Scope,
  subjectId: string,
  request: ErasureRequest,
): Promise<{ readonly erased: Erased } | { readonly refused: 'not-found' | 'legal-hold' }> {
  const { tenantId, now, database } = scope
  const itself = and(eq(subjects.tenantId, tenantId), eq(subjects.subjectId, subjectId))
  if (only(await database.select().from(subjects).where(itself).for('update')) === undefined) return { refused: 'not-found' }
  if (await isHeld(scope, subjectId)) return { refused: 'legal-hold' }
  const { reason, erasedBy } = request
  await withdrawConsent(scope, subjectId)
  await endSessions(scope, subjectId)
  const gone = { references: await deleteReferences(scope, subjectId), evidence: await deleteEvidence(scope, subjectId) }
  await database.delete(limits).where(and(eq(limits.tenantId, tenantId), eq(limits.subjectId, subjectId)))
  await database.update(subjects).set({ erasedAt: now }).where(itself)
  const tombstone = await bury(scope, { tenantId, subjectId, erasedAt: now, reason, erasedBy })
  await noteAct(scope, { actor: erasedBy, action: 'subject-erased', subjectId, details: { ...gone, attendance: request.attendance === true } })
  // Last, because it locks the tenant's ledger.
  const erasedRecords = request.attendance === true ? await eraseRecords(scope, subjectId, request) : 0
  return { erased: { tombstone, ...gone, records: erasedRecords } }
}

/** Erasures of a tenant, first to last: to be kept outside of the backups, so that they can be done again after one is restored. */
export async function listTombstones({ tenantId, database }: Scope): Promise<readonly Tombstone[]> {
  return await database
    .select()
    .from(tombstones)
    .where(eq(tombstones.tenantId, tenantId))
    .orderBy(asc(tombstones.erasedAt), asc(tombstones.subjectId))
}

async function bury(scope: Scope, tombstone: Tombstone): Promise<Tombstone> {
  const { database } = scope
  const made = only(await database.insert(tombstones).values(tombstone).onConflictDoNothing().returning())
  if (made !== undefined) return made
  const same = and(eq(tombstones.tenantId, tombstone.tenantId), eq(tombstones.subjectId, tombstone.subjectId))
  return only(await database.select().from(tombstones).where(same)) ?? tombstone
}

async function endSessions({ tenantId, now, database }: Scope, subjectId: string): Promise<void> {
  const own = and(eq(sessions.tenantId, tenantId), eq(sessions.subjectId, subjectId))
  // First, because it locks them: a step that is being taken is then either here already, or refused as expired.
  await database
    .update(sessions)
    .set({ expiresAt: now, action: null, nonceSha256: null })
    .where(and(own, ne(sessions.state, 'decided')))
  const sids = database.select({ sid: sessions.sid }).from(sessions).where(own)
  await database.delete(sessionSteps).where(and(eq(sessionSteps.tenantId, tenantId), inArray(sessionSteps.sid, sids)))
  await database
    .update(decisions)
    .set({ findings: null })
    .where(and(eq(decisions.tenantId, tenantId), inArray(decisions.sid, sids)))
}

async function deleteReferences({ tenantId, database }: Scope, subjectId: string): Promise<number> {
  const own = and(eq(references.tenantId, tenantId), eq(references.subjectId, subjectId))
  return (await database.delete(references).where(own).returning({ id: references.referenceId })).length
}

async function deleteEvidence({ tenantId, database }: Scope, subjectId: string): Promise<number> {
  const own = and(eq(evidence.tenantId, tenantId), eq(evidence.subjectId, subjectId))
  return (await database.delete(evidence).where(own).returning({ id: evidence.evidenceId })).length
}

async function eraseRecords(scope: Scope, subjectId: string, { reason, erasedBy }: ErasureRequest): Promise<number> {
  const { tenantId, now, database } = scope
  const own = and(eq(records.tenantId, tenantId), eq(records.subjectId, subjectId), ne(records.kind, 'erasure'))
  // The triggers let records and salts go for this tenant, in this transaction alone.
  await database.execute(sql`SELECT set_config('lintas.erasing', ${tenantId}, true)`)
  const gone = await database.delete(records).where(own).returning({ seq: records.seq })
  const erased = gone.map(({ seq }) => seq).sort((left, right) => left - right)
  if (erased.length > 0) {
    await database.delete(ledgerSalts).where(and(eq(ledgerSalts.tenantId, tenantId), inArray(ledgerSalts.seq, erased)))
    await appendRecord(scope, { kind: 'erasure', subjectId, occurredAt: now.toISOString(), reason, erasedBy, erased })
  }
  await database.execute(sql`SELECT set_config('lintas.erasing', '', true)`)
  return erased.length
}
