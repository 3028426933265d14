import type { CalibrationProfile } from '@lintas/core/comparison'
import type { Template } from '@lintas/core/reference'
import {
  activeFingerprints,
  findSubject,
  flagDuplicate,
  listActive,
  noteLaterDuplicate,
  readReferences,
  type RegencyOf,
  type Storage,
} from '../../storage/index.js'
import type { Keyring } from '../keyring.js'
import { openTemplate } from '../templates.js'
import { createSegments, isItself, type Entry, type Found, type Segments } from './segments.js'
import { createVectorFinder, type Nearest, type VectorFinder } from './vector-finder.js'

/** What an agency is told of a search: who of its own, and how many elsewhere, without a name. */
export interface DuplicateCount {
  /** Subject ids of the tenant. */
  readonly own: readonly string[]
  readonly elsewhere: number
  /** References of other people that other models made, here and elsewhere: nobody knows whether one of them is this face. */
  readonly leftOut: number
}

/** What a search needs. */
export interface DuplicateSearchOptions {
  readonly storage: Storage
  readonly keyring: Keyring
  readonly calibration: CalibrationProfile
  /** A score of this or more is a possible duplicate. Default: the profile's, which was set for one comparison and finds many among thousands. */
  readonly threshold?: number
  /** Finds the tenant in whose review list pairs are flagged; absent, or where there is none: nowhere. */
  readonly regencyOf?: RegencyOf
  /** Most references in memory; 4 bytes × dimension each. Default 50,000. */
  readonly limit?: number
  /** Search by the vectors of a storage that was opened with them: TEMPLATES IN CLEAR in the database, and none in memory. Default `false`. */
  readonly vectors?: boolean
}

/** A regency's search for faces that are enrolled twice. */
export interface RegencySearch {
  /** Tells the agency no more than that there are some. Writes nothing. */
  search(tenantId: string, subjectId: string, template: Template): Promise<DuplicateCount>
  /**
   * Flags pairs for the regency's officers, and notes with an enrolment of the other's that waits that somebody came later: for an enrolment that is
   * settled, so that nothing is left of one that is not.
   */
  flag(tenantId: string, subjectId: string, template: Template): Promise<void>
  /** Tenants and subjects, for a regency officer's eyes alone. */
  find(tenantId: string, subjectId: string, template: Template): Promise<Nearest>
  /** References that the last search left out; `undefined` before the first one. */
  leftOut(): number | undefined
  /** References in memory. */
  size(): number
}

const MOST = 10
const BATCH = 500

/**
 * Searches the references of all tenants, active and pending, exactly, in memory. Before each search the gallery asks the database whether the set has
 * changed, so that nobody who was erased is found, and nobody who was approved a moment ago is missed, by whichever instance.
 */
export function createDuplicateSearch(options: DuplicateSearchOptions): RegencySearch {
  const { storage, keyring, calibration, regencyOf, threshold = calibration.threshold, vectors = false } = options
  const { nearest, size } = vectors ? { ...createVectorFinder(storage, keyring, calibration), size: () => 0 } : inMemory(options)
  let leftOut: number | undefined
  const find = async (tenantId: string, subjectId: string, template: Template): Promise<Nearest> => {
    const personId = (await storage.snapshot(tenantId, (scope) => findSubject(scope, subjectId)))?.personId ?? null
    const itself = { tenantId, subjectId, personId }
    const best = await nearest(template, MOST + 1, threshold, itself)
    leftOut = best.leftOut
    return { found: best.found.filter((found) => !isItself(found, itself)), leftOut: best.leftOut }
  }
  return {
    find,
    size,
    leftOut: () => leftOut,
    search: async (tenantId, subjectId, template) => {
      const nearby = await find(tenantId, subjectId, template)
      const own = nearby.found.filter((other) => other.tenantId === tenantId).map((other) => other.subjectId)
      return { own, elsewhere: nearby.found.length - own.length, leftOut: nearby.leftOut }
    },
    flag: async (tenantId, subjectId, template) => {
      const { found } = await find(tenantId, subjectId, template)
      const regencyId = regencyOf === undefined ? undefined : await storage.snapshot(tenantId, regencyOf)
      if (regencyId !== undefined && found.length > 0) await flagAll(storage, regencyId, { tenantId, subjectId }, found)
      // Who waits elsewhere was searched for before this one came.
      for (const other of found) await storage.transact(other.tenantId, (scope) => noteLaterDuplicate(scope, other.subjectId))
    },
  }
}

async function flagAll(
  storage: Storage,
  regencyId: string,
  { tenantId, subjectId }: Pick<Entry, 'tenantId' | 'subjectId'>,
  found: readonly Found[],
): Promise<void> {
  await storage.transact(regencyId, async (scope) => {
    for (const other of found) {
      const pair = [
        { agencyId: tenantId, subjectId },
        { agencyId: other.tenantId, subjectId: other.subjectId },
      ] as const
      await flagDuplicate(scope, pair, other.score)
    }
  })
}

function inMemory({
  storage,
  keyring,
  calibration,
  limit = 50_000,
}: DuplicateSearchOptions): Pick<VectorFinder, 'nearest'> & Pick<RegencySearch, 'size'> {
  const segments = createSegments(calibration, limit)
  const fingerprints = new Map<string, string>()
  // One refresh at a time: two would add the same reference twice.
  let turn: Promise<void> = Promise.resolve()
  const refresh = (): Promise<void> => (turn = turn.catch(() => undefined).then(() => refreshAll(storage, keyring, segments, fingerprints)))
  return {
    size: () => segments.size,
    nearest: async (template, count, threshold, itself) => {
      await refresh()
      const { found, leftOut } = segments.search(template, count, threshold)
      return { found, leftOut: leftOut.filter((entry) => !isItself(entry, itself)).length }
    },
  }
}

async function refreshAll(storage: Storage, keyring: Keyring, segments: Segments, known: Map<string, string>): Promise<void> {
  const now = await activeFingerprints(storage)
  for (const tenantId of new Set([...now.keys(), ...known.keys()])) {
    const fingerprint = now.get(tenantId)
    if (known.get(tenantId) === fingerprint) continue
    await refreshTenant(storage, keyring, segments, tenantId)
    if (fingerprint === undefined) known.delete(tenantId)
    else known.set(tenantId, fingerprint)
  }
}

async function refreshTenant(storage: Storage, keyring: Keyring, segments: Segments, tenantId: string): Promise<void> {
  const active = new Map((await storage.snapshot(tenantId, listActive)).map((one) => [one.referenceId, one]))
  segments.retain(tenantId, new Set(active.keys()))
  const fresh = [...active.keys()].filter((id) => !segments.has(id))
  for (let start = 0; start < fresh.length; start += BATCH) {
    const rows = await storage.snapshot(tenantId, (scope) => readReferences(scope, fresh.slice(start, start + BATCH)))
    for (const row of rows) {
      const { subjectId, referenceId } = row
      segments.add(referenceId, { tenantId, subjectId, personId: active.get(referenceId)?.personId ?? null }, openTemplate(keyring, row))
    }
  }
}
