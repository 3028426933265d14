import { setTimeout as sleep } from 'node:timers/promises'
import { sqlState, StorageError } from './errors.js'

/** Serialization failure and deadlock: the database says that the same again may succeed. Anything else is not tried again. */
const TRANSIENT = new Set(['40001', '40P01'])
const FIRST_WAIT_MS = 5
const LONGEST_WAIT_MS = 200

/**
 * What `attempt` gives; tried again, after a short random wait, while it loses against other transactions.
 * @param attempts how often at most, 1 or more
 * @throws StorageError `storage-busy` after the last attempt; any other error as it is
 */
export async function retryTransient<T>(attempts: number, attempt: () => Promise<T>): Promise<T> {
  for (let count = 1; ; count += 1) {
    try {
      return await attempt()
    } catch (error) {
      const state = sqlState(error)
      if (state === undefined || !TRANSIENT.has(state)) throw error
      if (count >= attempts) {
        throw new StorageError('storage-busy', `a transaction lost ${count} times against others`, {
          cause: error,
          details: { state, attempts: count },
        })
      }
      // Random, so that those who met do not meet again.
      await sleep(Math.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** count))
    }
  }
}
