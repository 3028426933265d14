import { LintasError } from '../../errors/index.js'
import type { Database } from '../../reference/database.js'

/** All keys that begin with `prefix`. */
export const rangeOf = (prefix: string): IDBKeyRange => IDBKeyRange.bound(prefix, `${prefix}\uffff`)

/** The one object store. The database's faults speak of references, which these are not. */
export class Table {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async run<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => T): Promise<T> {
    try {
      return await this.#database.run(mode, work)
    } catch (error) {
      if (!(error instanceof LintasError)) throw error
      throw new LintasError(error.code, 'Check-ins cannot wait on this device', { cause: error })
    }
  }

  async get(key: string): Promise<unknown> {
    return (await this.run('readonly', (store) => store.get(key) as IDBRequest<unknown>)).result
  }

  async entries(prefix: string): Promise<readonly (readonly [key: string, value: unknown])[]> {
    const [keys, values] = await this.run('readonly', (store) => {
      return [store.getAllKeys(rangeOf(prefix)), store.getAll(rangeOf(prefix)) as IDBRequest<unknown[]>] as const
    })
    return keys.result.map((key, index) => [typeof key === 'string' ? key : '', values.result[index]] as const)
  }

  /** Puts what `choose` makes of what is kept; of two tabs at once each sees what the other made. */
  async change<T>(key: string, choose: (kept: unknown) => T): Promise<T> {
    const chosen: { value?: T } = {}
    await this.run('readwrite', (store) => {
      const request = store.get(key) as IDBRequest<unknown>
      request.onsuccess = () => {
        const value = choose(request.result)
        chosen.value = value
        store.put(value, key)
      }
    })
    return chosen.value as T
  }
}
