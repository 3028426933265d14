import type { Database } from './database.js'
import { recordPrefix, type SealedRecord, type StoreKeys } from './sealing.js'

/** Where the store's keys lie; every other entry is a record. */
const KEYS_AT = 'keys'

/** What lies under a record's key, and what lies around it. */
export interface Found {
  readonly record: unknown
  /** Records that `keys` did not seal: their key is lost. */
  readonly strays: number
  /** Whether `keys` are still the store's: another tab may have cleared it. */
  readonly current: boolean
}

/** All records, and the keys at the same moment. */
export interface Snapshot {
  /** Unchecked; undefined when there are none. */
  readonly keys: unknown
  readonly records: readonly (readonly [key: string, value: unknown])[]
}

/** The store's keys, and how many records there are. */
export async function readKeys(database: Database): Promise<{ readonly keys: unknown; readonly records: number }> {
  const [keys, all] = await database.run('readonly', (store) => [store.get(KEYS_AT), store.count()] as const)
  return { keys: keys.result as unknown, records: all.result - (keys.result === undefined ? 0 : 1) }
}

/** Puts `fresh` in place where the store is wholly empty; what is there afterwards. Of two tabs at once the first wins, and both go on with its keys. */
export async function claimKeys(database: Database, fresh: StoreKeys): Promise<{ readonly keys: unknown; readonly records: number }> {
  await database.run('readwrite', (store) => {
    const count = store.count()
    count.onsuccess = () => {
      if (count.result === 0) store.put(fresh, KEYS_AT)
    }
  })
  return readKeys(database)
}

/** The record under `recordKey`. */
export async function readRecord(database: Database, keys: StoreKeys, recordKey: string): Promise<Found> {
  const [record, around] = await database.run('readonly', (store) => [store.get(recordKey) as IDBRequest<unknown>, lookAround(store, keys)] as const)
  return { record: record.result, ...around() }
}

/** Writes `record` if `keys` are still the store's; whether they are. */
export async function writeRecord(database: Database, keys: StoreKeys, recordKey: string, record: SealedRecord): Promise<boolean> {
  const current = await database.run('readwrite', (store) => whenCurrent(store, keys, () => store.put(record, recordKey)))
  return current()
}

/** Removes `recordKeys` if `keys` are still the store's; what was under the first of them. */
export async function removeRecords(database: Database, keys: StoreKeys, recordKeys: readonly string[]): Promise<Found> {
  const [record, around] = await database.run('readwrite', (store) => {
    const request = store.get(recordKeys[0] ?? KEYS_AT) as IDBRequest<unknown>
    whenCurrent(store, keys, () => recordKeys.forEach((key) => store.delete(key)))
    return [request, lookAround(store, keys)] as const
  })
  return { record: record.result, ...around() }
}

/** Everything. */
export async function readAll(database: Database): Promise<Snapshot> {
  const [at, values] = await database.run('readonly', (store) => [store.getAllKeys(), store.getAll() as IDBRequest<unknown[]>] as const)
  const entries = at.result.map((key, index) => [typeof key === 'string' ? key : '', values.result[index]] as const)
  return { keys: entries.find(([key]) => key === KEYS_AT)?.[1], records: entries.filter(([key]) => key !== KEYS_AT) }
}

/** Removes everything, the keys too: what an underlying file may still hold cannot be read again. */
export async function removeAll(database: Database): Promise<void> {
  await database.run('readwrite', (store) => {
    store.clear()
  })
}

function lookAround(store: IDBObjectStore, keys: StoreKeys): () => Omit<Found, 'record'> {
  const prefix = recordPrefix(keys)
  const now = store.get(KEYS_AT) as IDBRequest<Partial<StoreKeys> | undefined>
  const all = store.count()
  const ours = store.count(IDBKeyRange.bound(prefix, `${prefix}\uffff`))
  return () => ({
    strays: all.result - ours.result - (now.result === undefined ? 0 : 1),
    current: now.result?.keyId === keys.keyId,
  })
}

function whenCurrent(store: IDBObjectStore, keys: StoreKeys, then: () => void): () => boolean {
  const now = store.get(KEYS_AT) as IDBRequest<Partial<StoreKeys> | undefined>
  const current = (): boolean => now.result?.keyId === keys.keyId
  now.onsuccess = () => {
    if (current()) then()
  }
  return current
}
