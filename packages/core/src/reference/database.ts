import { createStore, type UseStore } from 'idb-keyval'
import { LintasError } from '../errors/index.js'

/** One object store of keys and values. Every call is one transaction: all of it happens, or nothing. */
export interface Database {
  /**
   * Runs `work`, which issues its requests at once or from the callbacks of others, and resolves with what `work` gave when the
   * transaction has been committed.
   * @throws LintasError `store-unavailable`, `store-quota`
   */
  run<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => T): Promise<T>
}

/** The database `name`, opened at the first transaction. The one file that knows idb-keyval. */
export function openDatabase(name: string, timeoutMs: number): Database {
  let use: UseStore | undefined
  const attempt = <T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => T): Promise<T> => {
    use ??= createStore(name, 'references')
    return use(mode, (store) => commit(store, work))
  }
  return {
    run: async (mode, work) => {
      try {
        // Blocked storage may throw at the mere mention of it, so this stands inside.
        if (typeof indexedDB === 'undefined') throw unavailable('there is no IndexedDB here')
        return await within(
          timeoutMs,
          attempt(mode, work).catch((error: unknown) => {
            // A browser may close a connection without a word (WebKit does); a new one mends it.
            if (!isNamed(error, 'InvalidStateError')) throw error
            use = undefined
            return attempt(mode, work)
          }),
        )
      } catch (error) {
        use = undefined
        throw storeFault(error)
      }
    },
  }
}

function commit<T>(store: IDBObjectStore, work: (store: IDBObjectStore) => T): Promise<T> {
  const { transaction } = store
  return new Promise((resolve, reject) => {
    let result: T
    transaction.oncomplete = () => resolve(result)
    // `onerror` comes before the transaction knows its error; `onabort` always follows it.
    transaction.onabort = () => reject(transaction.error ?? new DOMException('the transaction was aborted', 'AbortError'))
    try {
      result = work(store)
    } catch (error) {
      reject(error instanceof Error ? error : new Error('a request was refused', { cause: error }))
      transaction.abort()
    }
  })
}

/** Some browsers never answer a request to open a database: without a limit the person would wait for ever. */
async function within<T>(timeoutMs: number, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unavailable(`IndexedDB did not answer within ${timeoutMs} ms`)), timeoutMs)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

function storeFault(error: unknown): LintasError {
  if (error instanceof LintasError) return error
  if (isNamed(error, 'QuotaExceededError'))
    return new LintasError('store-quota', 'There is no room left for references on this device', { cause: error })
  return unavailable(error instanceof Error ? `${error.name}: ${error.message}` : 'IndexedDB failed', error)
}

function unavailable(reason: string, cause?: unknown): LintasError {
  return new LintasError('store-unavailable', `References cannot be kept on this device: ${reason}`, { cause })
}

function isNamed(error: unknown, name: string): boolean {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === name
}
