import { and, eq, inArray, isNull, lte } from 'drizzle-orm'
import { noteAct } from './audit.js'
import { forgetDuplicates } from './duplicates.js'
import { eraseSubject } from './erasure.js'
import { heldSessions } from './evidence.js'
import type { Storage } from './open-storage.js'
import { forgetPacks } from './packs.js'
import { only, type Scope } from './scope.js'
import { decisions, evidence, sessions, sessionSteps } from './tables-events.js'
import { devices } from './tables-devices.js'
import { consents, references, subjects } from './tables-people.js'
import { bury, type Tombstone } from './tombstones.js'

/** What came of doing erasures again. */
export interface Reapplied {
  /** Tombstones that took something away. */
  readonly done: number
  /** Tombstones of subjects that the backup does not know. */
  readonly absent: number
  /** Subjects of which nothing was erased, since something of them is under a legal hold: look at each. */
  readonly held: readonly StillHeld[]
}

/** Of whom nothing was erased, and the sessions whose hold keeps it. */
export interface StillHeld extends Pick<Tombstone, 'tenantId' | 'subjectId'> {
  readonly sids: readonly string[]
}

/**
 * Does erasures again, in order, after a backup was restored and before it serves. A consent that ended takes what was made until then: what
 * a later consent brought stays. Each in a transaction of its own, whatever came of those before it; doing it again does no
 * harm.
 */
export async function reapplyErasures(storage: Storage, tombstones: readonly Tombstone[]): Promise<Reapplied> {
  const inOrder = [...tombstones].sort((left, right) => left.erasedAt.getTime() - right.erasedAt.getTime())
  let done = 0
  let absent = 0
  const held: StillHeld[] = []
  for (const tombstone of inOrder) {
    const refused = await storage.transact(tombstone.tenantId, (scope) => reapply(scope, tombstone))
    if (refused === undefined) done += 1
    else if (refused === 'not-found') absent += 1
    else held.push(refused)
  }
  return { done, absent, held }
}

async function reapply(scope: Scope, tombstone: Tombstone): Promise<'not-found' | StillHeld | undefined> {
  const { subjectId, part, reason, erasedBy } = tombstone
  const { tenantId, database } = scope
  const itself = and(eq(subjects.tenantId, tenantId), eq(subjects.subjectId, subjectId))
  if (only(await database.select().from(subjects).where(itself).for('update')) === undefined) return 'not-found'
  const sids = await heldSessions(scope, subjectId)
  if (sids.length > 0) return { tenantId, subjectId, sids }
  await bury(scope, tombstone)
  if (part === 'biometrics') {
    await eraseUntil(scope, tombstone)
    return undefined
  }
  const result = await eraseSubject(scope, subjectId, { reason, erasedBy, attendance: part === 'attendance' })
  if ('refused' in result) throw new TypeError('an erasure was refused for what was looked at before it, under the same lock')
  return undefined
}

/** What was there when the consent ended. Pairs and packs go whole: a search and a phone make them anew. */
async function eraseUntil(scope: Scope, { subjectId, erasedAt, erasedBy }: Tombstone): Promise<void> {
  const { tenantId, database } = scope
  await database
    .update(consents)
    .set({ withdrawnAt: erasedAt })
    .where(and(eq(consents.tenantId, tenantId), eq(consents.subjectId, subjectId), isNull(consents.withdrawnAt), lte(consents.givenAt, erasedAt)))
  await database
    .delete(references)
    .where(and(eq(references.tenantId, tenantId), eq(references.subjectId, subjectId), lte(references.createdAt, erasedAt)))
  await database.delete(evidence).where(and(eq(evidence.tenantId, tenantId), eq(evidence.subjectId, subjectId), lte(evidence.createdAt, erasedAt)))
  await database.delete(devices).where(and(eq(devices.tenantId, tenantId), eq(devices.subjectId, subjectId), lte(devices.createdAt, erasedAt)))
  const own = and(eq(sessions.tenantId, tenantId), eq(sessions.subjectId, subjectId), lte(sessions.createdAt, erasedAt))
  const sids = database.select({ sid: sessions.sid }).from(sessions).where(own)
  await database.delete(sessionSteps).where(and(eq(sessionSteps.tenantId, tenantId), inArray(sessionSteps.sid, sids)))
  await database
    .update(decisions)
    .set({ findings: null })
    .where(and(eq(decisions.tenantId, tenantId), inArray(decisions.sid, sids)))
  await forgetPacks(scope, subjectId)
  await forgetDuplicates(scope, subjectId)
  await noteAct(scope, { actor: erasedBy, action: 'consent-withdrawn', subjectId, details: { again: true } })
}
