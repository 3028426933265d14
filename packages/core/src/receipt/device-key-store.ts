import { LintasError } from '../errors/index.js'
import { checkKeys, checkNumber, checkText } from '../options/index.js'
import { openDatabase } from '../reference/database.js'
import type { DeviceKeyStore } from './device-key.js'

/** Options of {@link openDeviceKeyStore}. */
export interface DeviceKeyStoreOptions {
  /** The database's name. Default `lintas-device`: not that of the references, so that removing them leaves the device known. */
  readonly name?: string
  /** Longest time that one call waits for IndexedDB, milliseconds, 100 to 120000. Default 10000. */
  readonly timeoutMs?: number
}

const KEPT_AT = 'device-key'

/**
 * A device's key in IndexedDB, for the browser; opened at the first call, each of which may throw LintasError `store-unavailable` or
 * `store-quota`.
 * @throws TypeError that names a wrong option
 */
export function openDeviceKeyStore(options: DeviceKeyStoreOptions = {}): DeviceKeyStore {
  checkKeys('openDeviceKeyStore', options, ['name', 'timeoutMs'])
  const name = options.name === undefined ? 'lintas-device' : checkText('name', options.name)
  const database = openDatabase(name, checkNumber('timeoutMs', options.timeoutMs, 10_000, { min: 100, max: 120_000 }))
  return {
    get: async () => {
      const request = await told(database.run('readonly', (store) => store.get(KEPT_AT) as IDBRequest<unknown>))
      return request.result
    },
    set: async (choose) => {
      const chosen: { value?: unknown } = {}
      const work = (store: IDBObjectStore): void => {
        const request = store.get(KEPT_AT) as IDBRequest<unknown>
        request.onsuccess = () => {
          chosen.value = choose(request.result)
          store.put(chosen.value, KEPT_AT)
        }
      }
      await told(database.run('readwrite', work))
      return chosen.value
    },
    delete: async () => {
      await told(database.run('readwrite', (store) => store.delete(KEPT_AT)))
    },
  }
}

/** The database's faults speak of references, which this is not. */
async function told<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof LintasError)) throw error
    throw new LintasError(error.code, 'The key of this device cannot be kept', { cause: error })
  }
}
