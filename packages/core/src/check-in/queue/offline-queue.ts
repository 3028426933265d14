import { LintasError } from '../../errors/index.js'
import type { Route } from '../../liveness/index.js'
import { checkKeys, checkText } from '../../options/index.js'
import { createDeviceKeys, openDeviceKeyStore, randomId, signBegin, type DeviceKey, type DeviceKeys } from '../../receipt/index.js'
import { Relay } from '../server/relay.js'
import { createAttemptLimits, type AttemptLimits } from './attempt-limits.js'
import { queueLock } from './locks.js'
import { OfflineSession } from './offline-session.js'
import { PACKS_TOKEN, parsePack } from './pack.js'
import { SURROUNDINGS, type QueueSurroundings, type SendPorts } from './ports.js'
import { createQueue, type Queue } from './queue.js'
import { openQueueStore, type QueueStore } from './store.js'
import { QueueWatch, type QueueNews } from './watch.js'

/** Options of {@link openOfflineQueue}. */
export interface OfflineQueueOptions {
  /** Where the agency has mounted its relay, on the page's own origin. */
  readonly relay: string | URL
  /** Who is logged in: the subject's random id, as the page has it from the agency. Others' check-ins wait on until they log in themselves. */
  readonly subject: string
  /** The key of this device, the same as the check-in's. Default: the one that IndexedDB keeps. */
  readonly deviceKeys?: DeviceKeys
  /** Default: the database `lintas-queue`, for four check-ins. */
  readonly store?: QueueStore
  /** For tests and unusual hosts. Default: the platform's. */
  readonly fetch?: typeof globalThis.fetch
  /** Clock, chance and events. Default: the browser's. */
  readonly surroundings?: QueueSurroundings
}

/** Check-ins without a network: what they are made with, and what waits. */
export interface OfflineQueue extends Queue {
  /**
   * Asks the server for what check-ins without a network are made with. `fresh`: it is here; `kept`: what is here is the day's; `none`: nothing is.
   * @throws LintasError `server-*`, `attempts-limited`, `queue-pack` for an answer that is none, `store-*`; the signal's reason
   */
  refresh(signal?: AbortSignal): Promise<'fresh' | 'kept' | 'none'>
  /** Check-ins that can be made without a network now. */
  left(): Promise<number>
  /**
   * Refreshes and sends: now, when network or page come back, and when a wait is over; `listener` is told after every attempt. Returns what ends it.
   */
  watch(listener: (news: QueueNews) => void): () => void
  /** For `createServerCheckIn`. */
  readonly seam: OfflineSeam
}

/** What `createServerCheckIn` needs of a queue. */
export interface OfflineSeam {
  readonly limits: AttemptLimits
  /** A session that is made without a network. @throws LintasError `queue-pack`, `store-*` */
  session(key: DeviceKey, route: Route): Promise<OfflineSession>
  /** Keeps evidence before it is sent, so that whatever happens to the page it arrives. */
  keep(sid: string, path: 'check-ins' | 'enrolments', evidence: Uint8Array<ArrayBuffer>): Promise<void>
  /** The person has been told what became of `sid`. */
  told(sid: string): Promise<void>
  /** Something waits: whoever watches sends it. */
  poke(): void
  now(): number
}

const KEYS = ['relay', 'subject', 'deviceKeys', 'store', 'fetch', 'surroundings'] as const

/**
 * The queue of `subject` on this device.
 * @throws TypeError that names a wrong option; LintasError `server-origin`
 */
export function openOfflineQueue(options: OfflineQueueOptions): OfflineQueue {
  checkKeys('openOfflineQueue', options, KEYS)
  const subject = checkText('subject', options.subject)
  const relay = new Relay(options.relay, options.fetch)
  const { store = openQueueStore(), surroundings = SURROUNDINGS } = options
  const keys = options.deviceKeys ?? createDeviceKeys(openDeviceKeyStore())
  const lock = queueLock(store, surroundings.now)
  const queue = createQueue({ store, subject, surroundings, lock, send: portsOver(relay) })
  const limits = createAttemptLimits(store, subject, surroundings.now)
  const watches = new Set<QueueWatch>()
  const refresh = (signal?: AbortSignal): Promise<'fresh' | 'kept' | 'none'> => refreshed({ relay, store, subject, keys, limits }, signal)
  const left = async (): Promise<number> => (await store.pack(subject))?.left.length ?? 0
  const poke = (): void => {
    for (const watch of watches) watch.poke()
  }
  return {
    ...{ ...queue, refresh, left },
    acknowledge: async (sid) => {
      await queue.acknowledge(sid)
      poke()
    },
    watch: (listener) => {
      const watch = new QueueWatch(queue, surroundings, async () => void (await refresh()))
      watch.add(listener)
      watches.add(watch)
      return () => {
        watch.stop()
        watches.delete(watch)
      }
    },
    seam: { ...seamOf({ store, subject, limits }, surroundings, relay), poke },
  }
}

function seamOf(
  { store, subject, limits }: Pick<RefreshParts, 'store' | 'subject' | 'limits'>,
  { now }: QueueSurroundings,
  relay: Relay,
): Omit<OfflineSeam, 'poke'> {
  const target = relay.urlOf('deferred')
  const admit = async (): Promise<void> => {
    const verdict = await limits.begin(false)
    if (verdict.allowed) return
    const retryAfterMs = verdict.reason === 'assisted' ? undefined : Math.max(0, verdict.retryAt - now())
    const details = { code: verdict.reason, ...(retryAfterMs !== undefined && { retryAfterMs }) }
    throw new LintasError('attempts-limited', `too many attempts on this device: ${verdict.reason}`, { details })
  }
  return {
    limits,
    now,
    session: (key, route) => OfflineSession.open({ store, subject, key, route, target, admit }),
    keep: (sid, path, evidence) => store.add({ sid, subject, sinceMs: now(), request: { kind: 'bundle', path } }, evidence),
    told: (sid) => store.remove(sid),
  }
}

interface RefreshParts {
  readonly relay: Relay
  readonly store: QueueStore
  readonly subject: string
  readonly keys: DeviceKeys
  readonly limits: AttemptLimits
}

async function refreshed({ relay, store, subject, keys, limits }: RefreshParts, signal: AbortSignal | undefined): Promise<'fresh' | 'kept' | 'none'> {
  const proof = await signBegin({ token: PACKS_TOKEN, method: 'POST', url: relay.urlOf('packs'), jti: randomId() }, await keys.get())
  const answer = await relay.send('packs', { proof }, signal).catch((error: unknown) => {
    // It was told before: a pack is told once.
    if (error instanceof LintasError && error.code === 'server-session' && error.details['status'] === 409) return undefined
    throw error
  })
  if (answer === undefined) return (await store.pack(subject)) === undefined ? 'none' : 'kept'
  const pack = parsePack(answer)
  const before = (await store.pack(subject))?.pack
  await store.keepPack(subject, pack)
  // A new one is told only to who may begin: an officer may have helped meanwhile. The same one again is told to anybody.
  if (before?.day !== pack.day || before.issuedAt !== pack.issuedAt) await limits.cleared()
  await askToPersist(store)
  return 'fresh'
}

/** Asked once in the life of the store: some browsers put the question to the person. */
async function askToPersist(store: QueueStore): Promise<void> {
  const manager = typeof navigator === 'undefined' ? undefined : (navigator as Partial<Navigator>).storage
  if (typeof manager?.persist !== 'function') return
  const first = { asks: true }
  await store.note('persist', (kept) => {
    first.asks = kept !== true
    return true
  })
  // Whatever it says: what waits, waits with or without.
  if (first.asks) await manager.persist().catch(() => false)
}

function portsOver(relay: Relay): SendPorts {
  return {
    deferred: (message, signal) => relay.send('deferred', message, signal),
    evidence: (path, bundle, sealed, signal) =>
      relay.submit(path, bundle, signal, sealed ? 'application/vnd.lintas.evidence+sealed' : 'application/vnd.lintas.evidence'),
  }
}
