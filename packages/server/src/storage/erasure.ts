import { and, eq, inArray, isNull, ne, notInArray, sql } from 'drizzle-orm'
import { noteAct } from './audit.js'
import { withdrawConsent } from './consents.js'
import { forgetDevices } from './devices.js'
import { forgetDuplicates } from './duplicates.js'
import { isHeld } from './evidence.js'
import { appendRecord } from './ledger.js'
import { forgetPacks } from './packs.js'
import { forgetReviews } from './reviews.js'
import { only, type Scope } from './scope.js'
import { decisions, evidence, limits, sessions, sessionSteps } from './tables-events.js'
import { ledgerSalts, records } from './tables-ledger.js'
import { references, subjects } from './tables-people.js'
import { bury, type Tombstone } from './tombstones.js'

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
  readonly devices: number
  readonly records: number
}

/** Why nothing is erased. */
export type ErasureRefusal =
  | 'not-found' // no such subject
  | 'legal-hold' // something of it is under a legal hold

/**
 * Erases a subject: all that is held of its face, as {@link withdrawBiometrics} does, its limits, devices, and reviews that wait. Its open sessions end, and a
 * tombstone stays; it can be neither enrolled nor checked in again. Doing it again does no harm. All or nothing, since the scope is one
 * transaction.
 */
export async function eraseSubject(
  scope: Scope,
  subjectId: string,
  request: ErasureRequest,
): Promise<{ readonly erased: Erased } | { readonly refused: ErasureRefusal }> {
  const { tenantId, now, database } = scope
  const refused = await lockForErasure(scope, subjectId)
  if (refused !== undefined) return { refused }
  const { reason, erasedBy, attendance = false } = request
  const gone = await eraseBiometrics(scope, subjectId)
  await database.delete(limits).where(and(eq(limits.tenantId, tenantId), eq(limits.subjectId, subjectId)))
  await database
    .update(subjects)
    .set({ erasedAt: now })
    .where(and(eq(subjects.tenantId, tenantId), eq(subjects.subjectId, subjectId), isNull(subjects.erasedAt)))
  await forgetReviews(scope, subjectId, attendance)
  const tombstone = await bury(scope, { tenantId, subjectId, part: attendance ? 'attendance' : 'subject', erasedAt: now, reason, erasedBy })
  await noteAct(scope, { actor: erasedBy, action: 'subject-erased', subjectId, details: { ...gone, attendance } })
  // Last, because it locks the tenant's ledger.
  const erasedRecords = attendance ? await eraseRecords(scope, subjectId, request) : 0
  return { erased: { tombstone, ...gone, records: erasedRecords } }
}

/**
 * Ends a subject's consent and erases what rested on it: references in every state, evidence of both classes (frames, probes, hashes and
 * series), commitments, findings, devices, offline packs, and pairs that a search found. The subject stays, and its attendance, which rests
 * on public duty: it is attested by officers from now on, or a new consent enrols it anew. A review that waits holds no biometrics, and waits on.
 * A tombstone says so, each time.
 */
export async function withdrawBiometrics(
  scope: Scope,
  subjectId: string,
  request: Omit<ErasureRequest, 'attendance'>,
): Promise<{ readonly erased: Omit<Erased, 'records'> } | { readonly refused: ErasureRefusal }> {
  const { tenantId, now } = scope
  const refused = await lockForErasure(scope, subjectId)
  if (refused !== undefined) return { refused }
  const { reason, erasedBy } = request
  const gone = await eraseBiometrics(scope, subjectId)
  const tombstone = await bury(scope, { tenantId, subjectId, part: 'biometrics', erasedAt: now, reason, erasedBy })
  await noteAct(scope, { actor: erasedBy, action: 'consent-withdrawn', subjectId, details: gone })
  return { erased: { tombstone, ...gone } }
}

async function lockForErasure(scope: Scope, subjectId: string): Promise<ErasureRefusal | undefined> {
  const { tenantId, database } = scope
  const itself = and(eq(subjects.tenantId, tenantId), eq(subjects.subjectId, subjectId))
  if (only(await database.select().from(subjects).where(itself).for('update')) === undefined) return 'not-found'
  return (await isHeld(scope, subjectId)) ? 'legal-hold' : undefined
}

async function eraseBiometrics(scope: Scope, subjectId: string): Promise<Pick<Erased, 'references' | 'evidence' | 'devices'>> {
  await withdrawConsent(scope, subjectId)
  await endSessions(scope, subjectId)
  await forgetPacks(scope, subjectId)
  await forgetDuplicates(scope, subjectId)
  return {
    references: await deleteReferences(scope, subjectId),
    evidence: await deleteEvidence(scope, subjectId),
    devices: await forgetDevices(scope, subjectId),
  }
}

async function endSessions({ tenantId, now, database }: Scope, subjectId: string): Promise<void> {
  const own = and(eq(sessions.tenantId, tenantId), eq(sessions.subjectId, subjectId))
  // First, because it locks them: a step that is being taken is then either here already, or refused as expired.
  await database
    .update(sessions)
    .set({ state: 'ended', expiresAt: now, action: null, nonceSha256: null })
    .where(and(own, notInArray(sessions.state, ['decided', 'ended'])))
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
