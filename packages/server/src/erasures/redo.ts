import { listTombstones, reapplyErasures, type Storage, type Tombstone } from '../storage/index.js'
import { ErasuresError, readTombstones } from './tombstones-file.js'

/**
 * Does the erasures of a file again that the database does not know of: it is one that was restored. Those it knows were done in it. Gives how many it
 * did; without a restore that is none.
 * @throws ErasuresError `erasures-file`; `erasures-held` where something of a subject is under a legal hold, which people have to look at first
 */
export async function redoErasures(storage: Storage, path: string): Promise<number> {
  const missing = await unknownOf(storage, await readTombstones(path))
  const { done, held } = await reapplyErasures(storage, missing)
  if (held.length > 0) {
    const whom = held.map(({ tenantId, subjectId }) => `${tenantId}/${subjectId}`).join(', ')
    throw new ErasuresError('erasures-held', `Erasures of ${path} could not be done again, since a legal hold stands: ${whom}`)
  }
  return done
}

async function unknownOf(storage: Storage, tombstones: readonly Tombstone[]): Promise<readonly Tombstone[]> {
  const known = new Set<string>()
  for (const tenantId of new Set(tombstones.map((one) => one.tenantId)))
    for (const one of await storage.snapshot(tenantId, listTombstones)) known.add(nameOf(one))
  return tombstones.filter((one) => !known.has(nameOf(one)))
}

/** A subject is erased once, a consent may end again and again. */
const nameOf = ({ tenantId, subjectId, part, erasedAt }: Tombstone): string =>
  JSON.stringify([tenantId, subjectId, part, ...(part === 'biometrics' ? [erasedAt.toISOString()] : [])])
