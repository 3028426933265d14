import { and, asc, eq, gt, isNotNull, isNull, lt, lte, ne, or, type SQL } from 'drizzle-orm'
import { randomId } from './hashing.js'
import { inserted, only, type Scope } from './scope.js'
import { lockSubject } from './subjects.js'
import { evidence } from './tables-events.js'

/** What is kept after a decision, encrypted: `replay` to know a session again, `sealed` for an appeal. */
export type Evidence = typeof evidence.$inferSelect

/** What new evidence is made of. */
export interface NewEvidence extends Pick<Evidence, 'sid' | 'class' | 'ciphertext' | 'keyId'> {
  readonly keepMs: number
}

/** Under a legal hold at an instant. */
export const heldAt = (now: Date): SQL | undefined => and(isNotNull(evidence.legalHold), or(isNull(evidence.holdUntil), gt(evidence.holdUntil, now)))

/** Under none. */
export const freeAt = (now: Date): SQL | undefined => or(isNull(evidence.legalHold), lte(evidence.holdUntil, now))

/** No appeal stands at an instant. */
export const unopposedAt = (now: Date): SQL | undefined => or(isNull(evidence.appealUntil), lte(evidence.appealUntil, now))

/** Keeps evidence; `undefined` where there is no such subject or it is erased. */
export async function keepEvidence(scope: Scope, subjectId: string, kept: NewEvidence): Promise<Evidence | undefined> {
  if ((await lockSubject(scope, subjectId)) === undefined) return undefined
  const { tenantId, now, database } = scope
  const { sid, class: kind, ciphertext, keyId, keepMs } = kept
  const expiresAt = new Date(now.getTime() + keepMs)
  const row = { tenantId, evidenceId: randomId(), subjectId, sid, class: kind, ciphertext, keyId, createdAt: now, expiresAt }
  return inserted(await database.insert(evidence).values(row).returning())
}

/** Evidence of a subject and class, oldest first. */
export async function listEvidence({ tenantId, database }: Scope, subjectId: string, kind: Evidence['class']): Promise<readonly Evidence[]> {
  const all = and(eq(evidence.tenantId, tenantId), eq(evidence.subjectId, subjectId), eq(evidence.class, kind))
  return await database.select().from(evidence).where(all).orderBy(asc(evidence.createdAt), asc(evidence.evidenceId))
}

/** Evidence of a session and class. */
export async function findEvidence({ tenantId, database }: Scope, sid: string, kind: Evidence['class']): Promise<Evidence | undefined> {
  const itself = and(eq(evidence.tenantId, tenantId), eq(evidence.sid, sid), eq(evidence.class, kind))
  return only(await database.select().from(evidence).where(itself).limit(1))
}

/** Removes evidence of a session and class that is not under a hold; gives how many. */
export async function dropEvidence({ tenantId, now, database }: Scope, sid: string, kind: Evidence['class']): Promise<number> {
  const free = and(eq(evidence.tenantId, tenantId), eq(evidence.sid, sid), eq(evidence.class, kind), freeAt(now))
  return (await database.delete(evidence).where(free).returning({ id: evidence.evidenceId })).length
}

/** Puts evidence under a legal hold, or lifts it (`null`); `false` for no such evidence. */
export async function holdEvidence(scope: Scope, evidenceId: string, reason: string | null): Promise<boolean> {
  const { tenantId, database } = scope
  const itself = and(eq(evidence.tenantId, tenantId), eq(evidence.evidenceId, evidenceId))
  await lockOwner(scope, itself)
  return (await database.update(evidence).set({ legalHold: reason, holdUntil: null }).where(itself).returning({ id: evidence.evidenceId })).length > 0
}

/** What a session's evidence is kept by though its time be over. */
export interface Keeping {
  readonly reason: string
  /** `null`: until it is lifted. */
  readonly until: Date | null
}

/** What kept a session's evidence is over. */
export interface Ended {
  readonly endedFor: string
}

/**
 * Puts all that is still kept of a session under a legal hold, or lifts the one that there is; gives how much that concerns. Under the subject's lock, so that
 * an erasure or a sweep either sees the hold or is done before it.
 */
export async function holdSession(scope: Scope, sid: string, hold: Keeping | Ended): Promise<number> {
  const { tenantId, now, database } = scope
  await lockOwner(scope, and(eq(evidence.tenantId, tenantId), eq(evidence.sid, sid)))
  const set = 'endedFor' in hold ? { ...hold, legalHold: null, holdUntil: null } : { legalHold: hold.reason, holdUntil: hold.until, endedFor: null }
  const which = 'endedFor' in hold ? isNotNull(evidence.legalHold) : keptAt(now)
  const fits = and(eq(evidence.tenantId, tenantId), eq(evidence.sid, sid), which)
  return (await database.update(evidence).set(set).where(fits).returning({ id: evidence.evidenceId })).length
}

/** Lodges an appeal over what was sealed of a session, or closes the one that stands; `false` where nothing is kept of it. Locks as {@link holdSession}. */
export async function appealSession(scope: Scope, sid: string, appeal: { readonly reason: string; readonly until: Date } | Ended): Promise<boolean> {
  const { tenantId, now, database } = scope
  await lockOwner(scope, and(eq(evidence.tenantId, tenantId), eq(evidence.sid, sid)))
  const set =
    'endedFor' in appeal ? { ...appeal, appeal: null, appealUntil: null } : { appeal: appeal.reason, appealUntil: appeal.until, endedFor: null }
  const fits = and(eq(evidence.tenantId, tenantId), eq(evidence.sid, sid), eq(evidence.class, 'sealed'), keptAt(now))
  return (await database.update(evidence).set(set).where(fits).returning({ id: evidence.evidenceId })).length > 0
}

/** Evidence of a session and class that is not past its time, swept or not. */
export async function keptEvidence({ tenantId, now, database }: Scope, sid: string, kind: Evidence['class']): Promise<Evidence | undefined> {
  const fits = and(eq(evidence.tenantId, tenantId), eq(evidence.sid, sid), eq(evidence.class, kind), keptAt(now))
  return only(await database.select().from(evidence).where(fits).limit(1))
}

const keptAt = (now: Date): SQL | undefined => or(gt(evidence.expiresAt, now), heldAt(now), gt(evidence.appealUntil, now))

/** Locks the one whose evidence it is: before the evidence, as an erasure does. */
async function lockOwner(scope: Scope, which: SQL | undefined): Promise<void> {
  const owner = only(await scope.database.select({ subjectId: evidence.subjectId }).from(evidence).where(which).limit(1))
  if (owner !== undefined) await lockSubject(scope, owner.subjectId)
}

/** Whether something of the subject's is under a legal hold. */
export async function isHeld(scope: Scope, subjectId: string): Promise<boolean> {
  return (await heldSessions(scope, subjectId)).length > 0
}

/** Sessions of a subject's of which something is under a legal hold, by id. */
export async function heldSessions({ tenantId, now, database }: Scope, subjectId: string): Promise<readonly string[]> {
  const held = and(eq(evidence.tenantId, tenantId), eq(evidence.subjectId, subjectId), heldAt(now))
  const rows = await database.selectDistinct({ sid: evidence.sid }).from(evidence).where(held).orderBy(asc(evidence.sid))
  return rows.map(({ sid }) => sid)
}

/** Removes what has been kept long enough, is not under a hold, and has no appeal over it; gives how many. */
export async function sweepEvidence({ tenantId, now, database }: Scope): Promise<number> {
  const over = and(eq(evidence.tenantId, tenantId), lt(evidence.expiresAt, now), freeAt(now), unopposedAt(now))
  return (await database.delete(evidence).where(over).returning({ id: evidence.evidenceId })).length
}

/** A page of evidence that is under another key than `keyId`, by id. */
export async function staleEvidence({ tenantId, database }: Scope, keyId: string, limit: number, after = ''): Promise<readonly Evidence[]> {
  const stale = and(eq(evidence.tenantId, tenantId), ne(evidence.keyId, keyId), gt(evidence.evidenceId, after))
  return await database.select().from(evidence).where(stale).orderBy(asc(evidence.evidenceId)).limit(limit)
}

/** Puts the same evidence under another key; `false` where it is not under `from` any more, or is gone. */
export async function resealEvidence(
  { tenantId, database }: Scope,
  evidenceId: string,
  from: string,
  sealed: Pick<Evidence, 'ciphertext' | 'keyId'>,
): Promise<boolean> {
  const same = and(eq(evidence.tenantId, tenantId), eq(evidence.evidenceId, evidenceId), eq(evidence.keyId, from))
  const { ciphertext, keyId } = sealed
  return (await database.update(evidence).set({ ciphertext, keyId }).where(same).returning({ id: evidence.evidenceId })).length > 0
}
