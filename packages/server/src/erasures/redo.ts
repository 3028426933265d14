import { listTombstones, reapplyErasures, type Reapplied, type Storage, type Tombstone } from '../storage/index.js'
import { ErasuresError, readTombstones } from './tombstones-file.js'

/**
 * Does the erasures of a file again that the database does not know of: it is one that was restored. Those it knows were done in it. Gives how many it
 * did; without a restore that is none.
 * @throws ErasuresError `erasures-file`; `erasures-held`, once all others are done, where something of a subject is under a legal hold, which people have to
 * look at first
 */
export async function redoErasures(storage: Storage, path: string): Promise<number> {
  const missing = await unknownOf(storage, await readTombstones(path))
  const { done, held } = await reapplyErasures(storage, missing)
  if (held.length > 0) {
    const whom = held.map((one) => `${one.tenantId}/${one.subjectId}: ${releasesOf(one).join(' and ')}`).join('; ')
    throw new ErasuresError('erasures-held', `Erasures of ${path} could not be done again, since a legal hold stands. Once it may be lifted: ${whom}`)
  }
  return done
}

/** The commands that lift what keeps a subject from being erased. */
export const releasesOf = ({ tenantId, sids }: Reapplied['held'][number]): readonly string[] =>
  sids.map((sid) => `lintas holds release --tenant ${tenantId} --session ${sid} --reason … --actor …`)

async function unknownOf(storage: Storage, tombstones: readonly Tombstone[]): Promise<readonly Tombstone[]> {
  const known = new Set<string>()
  for (const tenantId of new Set(tombstones.map((one) => one.tenantId)))
    for (const one of await storage.snapshot(tenantId, listTombstones)) known.add(nameOf(one))
  return tombstones.filter((one) => !known.has(nameOf(one)))
}

/** A subject is erased once, a consent may end again and again. */
const nameOf = ({ tenantId, subjectId, part, erasedAt }: Tombstone): string =>
  JSON.stringify([tenantId, subjectId, part, ...(part === 'biometrics' ? [erasedAt.toISOString()] : [])])
