import { and, asc, eq } from 'drizzle-orm'
import { only, type Scope } from './scope.js'
import { tombstones } from './tables-people.js'

/**
 * That something of a subject was erased, when, why and by whom; nothing of the subject itself. `part`: `biometrics` (a consent ended, which
 * can happen again), `subject`, or `attendance` (the subject with its attendance).
 */
export type Tombstone = typeof tombstones.$inferSelect

/** Erasures of a tenant, first to last: to be kept outside of the backups, so that they can be done again after one is restored. */
export async function listTombstones({ tenantId, database }: Scope): Promise<readonly Tombstone[]> {
  return await database
    .select()
    .from(tombstones)
    .where(eq(tombstones.tenantId, tenantId))
    .orderBy(asc(tombstones.erasedAt), asc(tombstones.subjectId), asc(tombstones.part))
}

/** Writes a tombstone under the lock of its subject. A subject is erased once: done again, the first tombstone stays as it was. */
export async function bury({ database }: Scope, tombstone: Tombstone): Promise<Tombstone> {
  const { tenantId, subjectId, part, erasedAt } = tombstone
  const same = and(
    ...[eq(tombstones.tenantId, tenantId), eq(tombstones.subjectId, subjectId), eq(tombstones.part, part)],
    part === 'biometrics' ? eq(tombstones.erasedAt, erasedAt) : undefined,
  )
  const known = only(await database.select().from(tombstones).where(same))
  if (known !== undefined) return known
  return only(await database.insert(tombstones).values(tombstone).onConflictDoNothing().returning()) ?? tombstone
}
