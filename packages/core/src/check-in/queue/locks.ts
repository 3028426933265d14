import { randomId } from '../../receipt/index.js'
import type { QueueStore } from './store.js'

/** Lets one tab at a time send. */
export interface QueueLock {
  /** What `work` gives, or undefined where another tab is at it. `held` tells between two messages whether to go on. */
  run<T>(work: (held: () => Promise<boolean>) => Promise<T>): Promise<T | undefined>
}

const NAME = 'lintas-queue'

/** Of one message with all its repeats at most. */
const LEASE_MS = 120_000

/** Web Locks where there are some; else a lease in the store. Two that send at once do no harm: every message is the same at every repeat. */
export function queueLock(store: QueueStore, now: () => number): QueueLock {
  const locks = typeof navigator === 'undefined' ? undefined : (navigator as Partial<Navigator>).locks
  return locks === undefined ? leaseLock(store, now) : webLock(locks)
}

function webLock(locks: LockManager): QueueLock {
  return {
    run: async (work) => {
      const ran = await locks.request(NAME, { ifAvailable: true }, async (lock) =>
        lock === null ? undefined : { result: await work(() => Promise.resolve(true)) },
      )
      return ran?.result
    },
  }
}

/** For browsers without Web Locks: whoever writes their name keeps it for two minutes. A tab that died lets go by itself. */
export function leaseLock(store: QueueStore, now: () => number): QueueLock {
  return {
    run: async (work) => {
      const holder = randomId()
      const renew = async (): Promise<boolean> => (await store.note('lease', (kept) => leaseFor(kept, holder, now()))).holder === holder
      if (!(await renew())) return undefined
      try {
        return await work(renew)
      } finally {
        await store.note('lease', (kept) => (isLease(kept) && kept.holder === holder ? undefined : kept))
      }
    },
  }
}

interface Lease {
  readonly holder: string
  readonly untilMs: number
}

/** A lease that ends later than any may was written before the clock was set back. */
function leaseFor(kept: unknown, holder: string, nowMs: number): Lease {
  const stands = isLease(kept) && kept.holder !== holder && kept.untilMs > nowMs && kept.untilMs <= nowMs + LEASE_MS
  return stands ? kept : { holder, untilMs: nowMs + LEASE_MS }
}

function isLease(value: unknown): value is Lease {
  return typeof value === 'object' && value !== null && 'holder' in value && 'untilMs' in value && typeof value.untilMs === 'number'
}
