import { LintasError } from '../errors/index.js'
import { checkKeys, checkNumber, checkText } from '../options/index.js'
import { openDatabase, type Database } from './database.js'
import { claimKeys, readAll, readKeys, readRecord, removeAll, removeRecords, writeRecord } from './record-table.js'
import { checkStoreKeys, createStoreKeys, keyLost, recordKeyOf, recordPrefix, seal, unseal, webCrypto, type StoreKeys } from './sealing.js'
import { checkSubjectId } from './subject-id.js'
import { decodeTemplate, encodeTemplate } from './template-codec.js'
import type { Template } from './types.js'

/** Options of {@link openReferenceStore}. */
export interface ReferenceStoreOptions {
  /** The database's name. Default `lintas-references`. */
  readonly name?: string
  /** Longest time that one call waits for IndexedDB, milliseconds, 100 to 120000. Default 10000. A write that is late may still happen. */
  readonly timeoutMs?: number
}

/** What a store tells of a reference without handing out its embeddings. */
export type ReferenceSummary = { readonly subjectId: string; readonly spaces: readonly string[] } & Pick<
  Template,
  'createdAt' | 'sampleCount' | 'quality'
>

/**
 * References on this device, one a subject, sealed with a key that cannot be exported. Every method may throw LintasError
 * `store-unavailable` (IndexedDB is missing, blocked or fails) and, {@link clear} aside, `store-key-lost` (there are references that
 * nobody can read again: `clear()` is the way out). A store that a browser wiped as a whole looks like one that was never used.
 */
export interface ReferenceStore {
  /** Keeps `template` in place of the subject's former one. @throws LintasError `store-quota`, `template-invalid` */
  put(template: Template): Promise<void>
  /** The subject's reference; undefined when none was kept. @throws LintasError `reference-damaged` */
  get(subjectId: string): Promise<Template | undefined>
  /** All references that can be read, ordered by subject, and how many are damaged. */
  list(): Promise<{ readonly references: readonly ReferenceSummary[]; readonly damaged: number }>
  /** All templates, for a search, ordered by subject, and how many are damaged. */
  getAll(): Promise<{ readonly templates: readonly Template[]; readonly damaged: number }>
  /** Removes everything of the subject, a damaged reference too; whether there was any. */
  delete(subjectId: string): Promise<boolean>
  /** Removes the references that cannot be read for damage, whoever's they were; how many. */
  deleteDamaged(): Promise<number>
  /** Removes all references and the key. */
  clear(): Promise<void>
}

/**
 * Opens the reference store of this origin.
 * @throws TypeError that names a wrong option
 * @throws LintasError `store-unavailable` where IndexedDB or WebCrypto is missing, blocked or silent
 */
export async function openReferenceStore(options: ReferenceStoreOptions = {}): Promise<ReferenceStore> {
  checkKeys('openReferenceStore', options, ['name', 'timeoutMs'])
  const name = options.name === undefined ? 'lintas-references' : checkText('name', options.name)
  const timeoutMs = checkNumber('timeoutMs', options.timeoutMs, 10_000, { min: 100, max: 120_000 })
  webCrypto()
  const database = openDatabase(name, timeoutMs)
  await readKeys(database)
  return new IndexedReferenceStore(database)
}

/** Tries again when another tab cleared the store between two steps; more often than that means a fault. */
const ATTEMPTS = 3

class IndexedReferenceStore implements ReferenceStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async put(template: Template): Promise<void> {
    const text = encodeTemplate(template)
    await this.#withKeys(async () => {
      const keys = (await this.#keys()) ?? (await this.#claim())
      const recordKey = await recordKeyOf(keys, template.subjectId)
      const written = await writeRecord(this.#database, keys, recordKey, await seal(keys, recordKey, text))
      return written ? { done: undefined } : undefined
    })
  }

  async get(subjectId: string): Promise<Template | undefined> {
    checkSubjectId(subjectId)
    return this.#withKeys(async () => {
      const keys = await this.#keys()
      if (keys === undefined) return { done: undefined }
      const recordKey = await recordKeyOf(keys, subjectId)
      const { record, strays, current } = await readRecord(this.#database, keys, recordKey)
      if (!current) return undefined
      if (record === undefined && strays > 0) throw keyLost()
      if (record === undefined) return { done: undefined }
      const template = await readTemplate(keys, recordKey, record)
      if (template?.subjectId !== subjectId) throw damaged(subjectId)
      return { done: template }
    })
  }

  async list(): Promise<{ readonly references: readonly ReferenceSummary[]; readonly damaged: number }> {
    const { templates, damaged } = await this.getAll()
    const references = templates.map(({ subjectId, createdAt, sampleCount, quality, embeddings }) => {
      return { subjectId, createdAt, sampleCount, quality, spaces: embeddings.map(({ space }) => space) }
    })
    return { references, damaged }
  }

  async getAll(): Promise<{ readonly templates: readonly Template[]; readonly damaged: number }> {
    const { templates, damaged } = await this.#readAll()
    return { templates, damaged: damaged.length }
  }

  async delete(subjectId: string): Promise<boolean> {
    checkSubjectId(subjectId)
    return this.#withKeys(async () => {
      const keys = await this.#keys()
      if (keys === undefined) return { done: false }
      const { record, strays, current } = await removeRecords(this.#database, keys, [await recordKeyOf(keys, subjectId)])
      if (!current) return undefined
      // One of the strays may be this subject's: erasure must not be claimed.
      if (strays > 0) throw keyLost()
      return { done: record !== undefined }
    })
  }

  async deleteDamaged(): Promise<number> {
    const { keys, damaged } = await this.#readAll()
    if (keys === undefined || damaged.length === 0) return 0
    const { current } = await removeRecords(this.#database, keys, damaged)
    return current ? damaged.length : 0
  }

  async clear(): Promise<void> {
    await removeAll(this.#database)
  }

  /** The store's keys; undefined when it is empty. Read anew each time, since another tab may have cleared it. */
  async #keys(): Promise<StoreKeys | undefined> {
    const { keys, records } = await readKeys(this.#database)
    if (keys === undefined && records === 0) return undefined
    return checkStoreKeys(keys)
  }

  async #claim(): Promise<StoreKeys> {
    const { keys } = await claimKeys(this.#database, await createStoreKeys())
    return checkStoreKeys(keys)
  }

  async #readAll(): Promise<{ keys: StoreKeys | undefined; templates: readonly Template[]; damaged: readonly string[] }> {
    const snapshot = await readAll(this.#database)
    if (snapshot.keys === undefined && snapshot.records.length === 0) return { keys: undefined, templates: [], damaged: [] }
    const keys = checkStoreKeys(snapshot.keys)
    if (snapshot.records.some(([key]) => !key.startsWith(recordPrefix(keys)))) throw keyLost()
    const read = await Promise.all(snapshot.records.map(async ([key, record]) => [key, await readTemplate(keys, key, record)] as const))
    const templates = read.flatMap(([, template]) => template ?? []).sort((left, right) => (left.subjectId < right.subjectId ? -1 : 1))
    return { keys, templates, damaged: read.flatMap(([key, template]) => (template === undefined ? key : [])) }
  }

  /** Runs `step` until it is done; undefined means that the keys changed beneath it. */
  async #withKeys<T>(step: () => Promise<{ readonly done: T } | undefined>): Promise<T> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const result = await step()
      if (result !== undefined) return result.done
    }
    throw new LintasError('store-unavailable', 'The references on this device are being cleared over and over')
  }
}

/** The template in `record`; undefined when it is damaged or lies under a subject it is not of. */
async function readTemplate(keys: StoreKeys, recordKey: string, record: unknown): Promise<Template | undefined> {
  const text = await unseal(keys, recordKey, record)
  if (text === undefined) return undefined
  try {
    const template = decodeTemplate(text)
    return (await recordKeyOf(keys, template.subjectId)) === recordKey ? template : undefined
  } catch (error) {
    if (error instanceof LintasError && error.code === 'template-invalid') return undefined
    throw error
  }
}

function damaged(subjectId: string): LintasError {
  return new LintasError('reference-damaged', "This subject's reference is damaged: delete it and enrol anew", { details: { subjectId } })
}
