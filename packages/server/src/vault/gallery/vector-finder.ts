import { createHash } from 'node:crypto'
import { packEmbeddings, type CalibrationProfile } from '@lintas/core/comparison'
import type { Template } from '@lintas/core/reference'
import { pendingEverywhere, readReferences, type Scope, type SealedReference, type Storage } from '../../storage/index.js'
import { countSpaces, lockActive, nearestVectors, putVector, withoutVector, type NearVector } from '../../storage/vectors/index.js'
import type { Keyring } from '../keyring.js'
import { openTemplate } from '../templates.js'
import { areAlike, netsOf, parseNets, textOfNets, type Net } from './nets.js'
import { createSegments, isItself, type Entry, type Found, type Searched } from './segments.js'

/** What is near, and how much of the rest could not be compared. */
export interface Nearest {
  /** Best first. */
  readonly found: readonly Found[]
  /** References of others that other models made. */
  readonly leftOut: number
}

/** Finds by vectors that lie IN CLEAR in the database, for more references than a process has memory for. */
export interface VectorFinder {
  /** The best `count` at or above `threshold`: candidates of the index, each compared exactly with what is sealed. `itself` is not counted as left out. */
  nearest(template: Template, count: number, threshold: number, itself: Entry): Promise<Nearest>
  /** Makes the vectors that are missing or of another profile, where the profile can compare the reference; gives how many. */
  fill(): Promise<number>
}

/** What a storage with vectors does when a reference becomes active, in the same transaction. */
export type KeepVector = (scope: Scope, reference: SealedReference) => Promise<void>

/** Candidates that are taken from the index and compared. */
const CANDIDATES = 100
const BATCH = 200

/** The hook of a storage with vectors. @throws LintasError `models-unlike` for a reference that the profile cannot compare */
export function keepVector(keyring: Keyring, profile: CalibrationProfile): KeepVector {
  const put = putVectorOf(profile)
  return async (scope, reference) => {
    await put(scope, reference, openTemplate(keyring, reference))
  }
}

function putVectorOf(profile: CalibrationProfile) {
  const prefix = prefixOf(profile)
  return async (scope: Scope, { referenceId, subjectId }: SealedReference, template: Template): Promise<void> => {
    const vector = packEmbeddings(template.embeddings, profile)
    await putVector(scope, { referenceId, subjectId, space: `${prefix}${textOfNets(netsOf(template, profile) ?? [])}`, vector })
  }
}

/** A finder over a storage that was opened with vectors. */
export function createVectorFinder(storage: Storage, keyring: Keyring, profile: CalibrationProfile): VectorFinder {
  const prefix = prefixOf(profile)
  const fill = createFill(storage, keyring, profile)
  return {
    fill,
    nearest: async (template, count, threshold, itself) => {
      // First: who is approved between the two is then found in both, and not in neither.
      const pending = await pendingEverywhere(storage)
      // What an instance with another profile approved, or a rebuild that was broken off, is not missed.
      await fill()
      const vector = packEmbeddings(template.embeddings, profile)
      const nets = netsOf(template, profile) ?? []
      const all = await countSpaces(storage, itself)
      const alike = all.filter(({ space }) => areAlike(netsIn(space, prefix), nets))
      const spaces = alike.flatMap(({ space }) => space ?? [])
      const near = await nearestVectors(storage, { spaces, vector, count: Math.max(count, CANDIDATES) })
      const exact = await compareExactly(storage, keyring, profile, withPending(near, pending), (segments) =>
        segments.search(template, count, threshold),
      )
      const others = sum(all) - sum(alike)
      return { found: exact.found, leftOut: others + exact.leftOut.filter((entry) => !isItself(entry, itself)).length }
    },
  }
}

const sum = (counts: readonly { readonly count: number }[]): number => counts.reduce((total, { count }) => total + count, 0)

/** Of a vector's space under this profile; no net is like none. */
function netsIn(space: string | null, prefix: string): readonly Net[] {
  return space?.startsWith(prefix) === true ? (parseNets(space.slice(prefix.length)) ?? []) : []
}

function createFill(storage: Storage, keyring: Keyring, profile: CalibrationProfile): () => Promise<number> {
  const put = putVectorOf(profile)
  // Those that the profile cannot compare, so that they are opened once and not with every search.
  const strangers = new Set<string>()
  const fillTenant = async (tenantId: string, ids: readonly string[]): Promise<number> => {
    const fresh = ids.filter((id) => !strangers.has(`${tenantId}/${id}`))
    if (fresh.length === 0) return 0
    return await storage.transact(tenantId, async (scope) => {
      let made = 0
      for (const row of await lockActive(scope, fresh)) {
        const template = openTemplate(keyring, row)
        if (netsOf(template, profile) === undefined) strangers.add(`${tenantId}/${row.referenceId}`)
        else {
          await put(scope, row, template)
          made += 1
        }
      }
      return made
    })
  }
  return async () => {
    let made = 0
    let after: { readonly tenantId: string; readonly referenceId: string } | undefined
    for (;;) {
      const missing = await withoutVector(storage, prefixOf(profile), BATCH, after)
      after = missing.at(-1)
      if (after === undefined) return made
      for (const [tenantId, ids] of byTenant(missing)) made += await fillTenant(tenantId, ids)
    }
  }
}

function withPending(near: readonly NearVector[], pending: readonly NearVector[]): readonly NearVector[] {
  const known = new Set(near.map(({ tenantId, referenceId }) => `${tenantId}/${referenceId}`))
  return [...near, ...pending.filter(({ tenantId, referenceId }) => !known.has(`${tenantId}/${referenceId}`))]
}

async function compareExactly(
  storage: Storage,
  keyring: Keyring,
  profile: CalibrationProfile,
  near: readonly NearVector[],
  search: (segments: ReturnType<typeof createSegments>) => Searched,
): Promise<Searched> {
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

/** Names the numbers that a profile packs: another mean or weight makes others of the same faces. What follows it are the nets that made them. */
function prefixOf({ id, models }: CalibrationProfile): string {
  const facts = models.map(({ space, weight, mean }) => [
    space,
    weight,
    mean === undefined ? null : Buffer.from(mean.buffer, mean.byteOffset, mean.byteLength).toString('base64'),
  ])
  return `${id}/${createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16)} `
}
