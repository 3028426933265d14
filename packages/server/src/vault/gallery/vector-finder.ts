import { createHash } from 'node:crypto'
import { packEmbeddings, type CalibrationProfile } from '@lintas/core/comparison'
import type { Template } from '@lintas/core/reference'
import { pendingEverywhere, readReferences, type Scope, type SealedReference, type Storage } from '../../storage/index.js'
import { lockActive, nearestVectors, putVector, withoutVector, type NearVector } from '../../storage/vectors/index.js'
import type { Keyring } from '../keyring.js'
import { openTemplate } from '../templates.js'
import { createSegments, type Found } from './segments.js'

/** Finds by vectors that lie IN CLEAR in the database, for more references than a process has memory for. */
export interface VectorFinder {
  /** The best `count` at or above `threshold`, best first: candidates of the index, each compared exactly with what is sealed. */
  nearest(template: Template, count: number, threshold: number): Promise<readonly Found[]>
  /** Makes the vectors that are missing or of another profile; gives how many. */
  fill(): Promise<number>
}

/** What a storage with vectors does when a reference becomes active, in the same transaction. */
export type KeepVector = (scope: Scope, reference: SealedReference) => Promise<void>

/** Candidates that are taken from the index and compared. */
const CANDIDATES = 100
const BATCH = 200

/** The hook of a storage with vectors. */
export function keepVector(keyring: Keyring, profile: CalibrationProfile): KeepVector {
  const space = spaceOf(profile)
  return async (scope, reference) => {
    const { referenceId, subjectId } = reference
    await putVector(scope, { referenceId, subjectId, space, vector: packEmbeddings(openTemplate(keyring, reference).embeddings, profile) })
  }
}

/** A finder over a storage that was opened with vectors. */
export function createVectorFinder(storage: Storage, keyring: Keyring, profile: CalibrationProfile): VectorFinder {
  const space = spaceOf(profile)
  const keep = keepVector(keyring, profile)
  const fill = async (): Promise<number> => {
    for (let made = 0; ;) {
      const missing = await withoutVector(storage, space, BATCH)
      if (missing.length === 0) return made
      for (const [tenantId, ids] of byTenant(missing)) made += await fillTenant(storage, tenantId, ids, keep)
    }
  }
  return {
    fill,
    nearest: async (template, count, threshold) => {
      // First: who is approved between the two is then found in both, and not in neither.
      const pending = await pendingEverywhere(storage)
      // What an instance with another profile approved, or a rebuild that was broken off, is not missed.
      await fill()
      const near = await nearestVectors(storage, { space, vector: packEmbeddings(template.embeddings, profile), count: Math.max(count, CANDIDATES) })
      return await compareExactly(storage, keyring, profile, withPending(near, pending), (segments) => segments.search(template, count, threshold))
    },
  }
}

function withPending(near: readonly NearVector[], pending: readonly NearVector[]): readonly NearVector[] {
  const known = new Set(near.map(({ tenantId, referenceId }) => `${tenantId}/${referenceId}`))
  return [...near, ...pending.filter(({ tenantId, referenceId }) => !known.has(`${tenantId}/${referenceId}`))]
}

async function fillTenant(storage: Storage, tenantId: string, ids: readonly string[], keep: KeepVector): Promise<number> {
  return await storage.transact(tenantId, async (scope) => {
    const rows = await lockActive(scope, ids)
    for (const row of rows) await keep(scope, row)
    return rows.length
  })
}

async function compareExactly(
  storage: Storage,
  keyring: Keyring,
  profile: CalibrationProfile,
  near: readonly NearVector[],
  search: (segments: ReturnType<typeof createSegments>) => readonly Found[],
): Promise<readonly Found[]> {
  const segments = createSegments(profile, near.length)
  for (const [tenantId, ids] of byTenant(near)) {
    const persons = new Map(near.filter((one) => one.tenantId === tenantId).map((one) => [one.referenceId, one.personId]))
    for (const row of await storage.snapshot(tenantId, (scope) => readReferences(scope, ids))) {
      const { subjectId, referenceId } = row
      segments.add(referenceId, { tenantId, subjectId, personId: persons.get(referenceId) ?? null }, openTemplate(keyring, row))
    }
  }
  return search(segments)
}

function byTenant(rows: readonly { readonly tenantId: string; readonly referenceId: string }[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>()
  for (const { tenantId, referenceId } of rows) {
    const group = groups.get(tenantId)
    if (group === undefined) groups.set(tenantId, [referenceId])
    else group.push(referenceId)
  }
  return groups
}

/** Names the numbers that a profile packs: another mean or weight makes others of the same faces. */
function spaceOf({ id, models }: CalibrationProfile): string {
  const facts = models.map(({ space, weight, mean }) => [
    space,
    weight,
    mean === undefined ? null : Buffer.from(mean.buffer, mean.byteOffset, mean.byteLength).toString('base64'),
  ])
  return `${id}/${createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16)}`
}
