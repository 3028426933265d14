import { leftOf, pauseAfter } from './back-off.js'
import type { QueueLock } from './locks.js'
import type { QueueSurroundings, SendPorts } from './ports.js'
import { send } from './send.js'
import type { QueueStore } from './store.js'
import type { KeptRecord, QueueEntry } from './types.js'

/** What a {@link Queue} is made of. */
export interface QueueParts {
  readonly store: QueueStore
  readonly send: SendPorts
  readonly lock: QueueLock
  readonly surroundings: QueueSurroundings
  /** Whose check-ins are sent: the relay knows the subject by its login, and would take another's for this one's. */
  readonly subject: string
}

/** What a flush came to. */
export interface Flushed {
  /**
   * `empty`: nothing waits any more. `later`: something does, and is tried again. `elsewhere`: another tab is at it. `login`: nobody is logged in.
   */
  readonly state: 'empty' | 'later' | 'elsewhere' | 'login'
  /** Check-ins that got an answer, a refusal of the server's to take one among them. */
  readonly settled: number
  /** Until the next attempt has a chance, milliseconds. */
  readonly retryInMs?: number
  /** Why nothing went through: a code of LintasError. */
  readonly fault?: string
}

export interface FlushOptions {
  readonly signal?: AbortSignal
  /** The network or the person has just come: own back-off does not count. What the server asked for does. Default false. */
  readonly urgent?: boolean
}

/** Check-ins that wait for the network, and are sent one after the other. */
export interface Queue {
  /** The subject's, in order: those that wait, and those that nobody has acknowledged. */
  entries(): Promise<readonly QueueEntry[]>
  /** Sends what waits, in order; stops at the first that does not go through. @throws LintasError `store-*`, the signal's reason */
  flush(options?: FlushOptions): Promise<Flushed>
  /** The page has seen what became of `sid`, and it is forgotten. What waits goes on waiting. */
  acknowledge(sid: string): Promise<void>
}

/** How long before another tab is asked for again, milliseconds. */
const ELSEWHERE_MS = 30_000

export function createQueue(parts: QueueParts): Queue {
  const { store, subject, surroundings, lock } = parts
  return {
    entries: async () => (await ownOf(store, subject)).map((record) => toldOf(record, surroundings.now())),
    flush: async (options = {}) => {
      options.signal?.throwIfAborted()
      const waiting = await waitingOf(store, subject)
      if (waiting.length === 0) return { state: 'empty', settled: 0 }
      const left = leftOf(await store.note('pause', (kept) => kept), surroundings.now(), options.urgent === true)
      if (left > 0) return { state: 'later', settled: 0, retryInMs: left }
      return (await lock.run((held) => flushHeld(parts, options.signal, held))) ?? { state: 'elsewhere', settled: 0, retryInMs: ELSEWHERE_MS }
    },
    acknowledge: async (sid) => {
      const record = (await store.list()).find((kept) => kept.sid === sid)
      if (record !== undefined && record.state.kind !== 'waiting') await store.remove(sid)
    },
  }
}

async function flushHeld(parts: QueueParts, signal: AbortSignal | undefined, held: () => Promise<boolean>): Promise<Flushed> {
  const { store, subject, surroundings } = parts
  let settled = 0
  // Read again each time: another tab may have added or settled some.
  for (let next = (await waitingOf(store, subject))[0]; next !== undefined; next = (await waitingOf(store, subject))[0]) {
    signal?.throwIfAborted()
    if (!(await held())) return { state: 'elsewhere', settled, retryInMs: ELSEWHERE_MS }
    const sent = await send(next, store, parts.send, signal)
    if (sent.kind === 'later') {
      const { code, retryAfterMs } = sent
      const pause = await store.note('pause', (kept) => pauseAfter(kept, surroundings.now(), surroundings.random, retryAfterMs))
      return { state: code === 'server-login' ? 'login' : 'later', settled, retryInMs: leftOf(pause, surroundings.now(), false), fault: code }
    }
    // The answer is kept before anything is removed: both are one transaction.
    if (await store.settle(next.sid, sent)) settled += 1
    await store.note('pause', () => undefined)
  }
  return { state: 'empty', settled }
}

/** What was lost is told to everybody: nobody knows whose it was. */
async function ownOf(store: QueueStore, subject: string): Promise<readonly KeptRecord[]> {
  return (await store.list()).filter((record) => record.subject === subject || record.subject === '')
}

/** Bundles of a session come first: it is over after ten minutes, and what was made without a network has time. */
async function waitingOf(store: QueueStore, subject: string): Promise<readonly KeptRecord[]> {
  const waiting = (await ownOf(store, subject)).filter(({ state }) => state.kind === 'waiting')
  const isBundle = ({ request }: KeptRecord): boolean => request.kind === 'bundle'
  return [...waiting.filter(isBundle), ...waiting.filter((record) => !isBundle(record))]
}

function toldOf({ sid, sinceMs, request, state }: KeptRecord, nowMs: number): QueueEntry {
  const common = { sid, since: new Date(sinceMs).toISOString(), ageMs: Math.max(0, nowMs - sinceMs), kind: request.kind }
  if (state.kind === 'waiting') return { ...common, state: 'waiting' }
  return state.kind === 'done' ? { ...common, state: 'done', outcome: state.outcome } : { ...common, state: 'failed', code: state.code }
}
