import { LintasError } from '../../errors/index.js'
import { checkKeys, checkNumber, checkText } from '../../options/index.js'
import { openDatabase, type Database } from '../../reference/database.js'
import { bundleAtRest, isParts, readBundle, restKey } from './at-rest.js'
import { isRecord, lostRecord } from './kept-record.js'
import { parsePack, type Pack } from './pack.js'
import { rangeOf, Table } from './table.js'
import type { KeptRecord, KeptState, NewRecord, SealedParts } from './types.js'

/** Options of {@link openQueueStore}. */
export interface QueueStoreOptions {
  /** The database's name. Default `lintas-queue`. */
  readonly name?: string
  /** Check-ins that may wait on this device, of all subjects, 1 to 64. Default 4; a kiosk needs more. */
  readonly limit?: number
  /** Longest time that one call waits for IndexedDB, milliseconds, 100 to 120000. Default 10000. */
  readonly timeoutMs?: number
}

/** A nonce of a pack, spent. */
export interface TakenNonce {
  readonly nonce: string
  readonly pack: Pack
}

/**
 * What waits on this device. Each call is one transaction: whatever ends the page, all of it has happened or nothing.
 * All may throw LintasError `store-unavailable`, `store-quota`.
 */
export interface QueueStore {
  /** The subject's pack and what is left of its nonces, in order. */
  pack(subject: string): Promise<{ readonly pack: Pack; readonly left: readonly string[] } | undefined>
  /** Keeps `pack` in place of the one before. Nonces that were taken stay taken, also where the same pack comes again. */
  keepPack(subject: string, pack: Pack): Promise<void>
  /**
   * The subject's next nonce, taken for good; undefined where none is left. It is taken before anything is asked of the person: whoever reloads the
   * page until the first action suits has spent it.
   * @throws LintasError `queue-full` where a check-in made with it could not wait; nothing is taken then
   */
  takeNonce(subject: string): Promise<TakenNonce | undefined>
  /** Keeps a check-in with its parts or its bundle; where the same is kept, that stays. @throws LintasError `queue-full` */
  add(record: NewRecord, evidence: SealedParts | Uint8Array<ArrayBuffer>): Promise<void>
  /** Everything that is kept, in order. What cannot be read is listed as failed with `queue-damaged`. */
  list(): Promise<readonly KeptRecord[]>
  parts(sid: string): Promise<SealedParts | undefined>
  bundle(sid: string): Promise<Uint8Array<ArrayBuffer> | undefined>
  /** Ends the waiting of `sid` and removes its evidence; false where it was not waiting (another tab was first). */
  settle(sid: string, state: Exclude<KeptState, { readonly kind: 'waiting' }>): Promise<boolean>
  /** Forgets `sid`, also while it waits. */
  remove(sid: string): Promise<void>
  /** A small value by name, changed in one transaction; what is kept then. */
  note<T>(name: string, choose: (kept: unknown) => T): Promise<T>
}

/** How many answered check-ins are kept that no page has seen; the oldest go first. Refusals are not among them. */
const MOST_DONE = 16
/** Taken nonces that are remembered, for the case that a server tells the same pack again. */
const MOST_TAKEN = 16
const RECORDS = 'record:'
const at = {
  record: (sid: string): string => `${RECORDS}${sid}`,
  parts: (sid: string): string => `parts:${sid}`,
  pack: (subject: string): string => `pack:${subject}`,
  note: (name: string): string => `note:${name}`,
} as const

/** @throws TypeError that names a wrong option */
export function openQueueStore(options: QueueStoreOptions = {}): QueueStore {
  checkKeys('openQueueStore', options, ['name', 'limit', 'timeoutMs'])
  const name = options.name === undefined ? 'lintas-queue' : checkText('name', options.name)
  const limit = checkNumber('limit', options.limit, 4, { min: 1, max: 64, integer: true })
  return queueStoreOn(openDatabase(name, checkNumber('timeoutMs', options.timeoutMs, 10_000, { min: 100, max: 120_000 })), limit)
}

/** A store in `database`, which is its own. */
export function queueStoreOn(database: Database, limit: number): QueueStore {
  const table = new Table(database)
  return {
    pack: async (subject) => {
      const kept = keptPack(await table.get(at.pack(subject)))
      return kept && { pack: kept.pack, left: kept.pack.nonces.filter((nonce) => !kept.taken.includes(nonce)) }
    },
    keepPack: async (subject, pack) => {
      await table.change(at.pack(subject), (kept) => ({ pack, taken: keptPack(kept)?.taken ?? [] }))
    },
    takeNonce: (subject) => takeNonce(table, subject, limit),
    add: async (record, evidence) => {
      const kept = evidence instanceof Uint8Array ? await bundleAtRest(await restKey(table), record.sid, evidence) : evidence
      await add(table, record, kept, limit)
    },
    list: async () => (await table.entries(RECORDS)).map(([key, value]) => readRecord(key, value)).sort((a, b) => a.order - b.order),
    parts: async (sid) => {
      const parts = await table.get(at.parts(sid))
      return isParts(parts) ? parts : undefined
    },
    bundle: async (sid) => readBundle(await restKey(table), sid, await table.get(at.parts(sid))),
    settle: (sid, state) => settle(table, sid, state),
    remove: (sid) => table.run('readwrite', (store) => void [at.record(sid), at.parts(sid)].forEach((key) => store.delete(key))),
    note: (name, choose) => table.change(at.note(name), choose),
  }
}

async function takeNonce(table: Table, subject: string, limit: number): Promise<TakenNonce | undefined> {
  const found: { taken?: TakenNonce; full?: boolean } = {}
  await table.run('readwrite', (store) => {
    withRecords(store, (records) => {
      found.full = waitingIn(records).length >= limit
      const request = store.get(at.pack(subject)) as IDBRequest<unknown>
      request.onsuccess = () => {
        const kept = keptPack(request.result)
        const nonce = kept?.pack.nonces.find((one) => !kept.taken.includes(one))
        if (found.full === true || kept === undefined || nonce === undefined) return
        found.taken = { nonce, pack: kept.pack }
        store.put({ pack: kept.pack, taken: [...kept.taken, nonce].slice(-MOST_TAKEN) }, at.pack(subject))
      }
    })
  })
  if (found.full === true) throw full(limit)
  return found.taken
}

async function add(table: Table, record: NewRecord, evidence: unknown, limit: number): Promise<void> {
  const found: { full?: boolean } = {}
  await table.run('readwrite', (store) => {
    withRecords(store, (records) => {
      if (records.some(({ sid }) => sid === record.sid)) return
      found.full = waitingIn(records).length >= limit
      if (found.full) return
      const order = Math.max(0, ...records.map((kept) => kept.order)) + 1
      const kept: KeptRecord = { schema: 'lintas-waiting/1', ...record, order, state: { kind: 'waiting' } }
      store.put(kept, at.record(record.sid))
      store.put(evidence, at.parts(record.sid))
    })
  })
  if (found.full === true) throw full(limit)
}

async function settle(table: Table, sid: string, state: KeptState): Promise<boolean> {
  const found = { settled: false }
  await table.run('readwrite', (store) => {
    withRecords(store, (records) => {
      const record = records.find((kept) => kept.sid === sid)
      if (record?.state.kind !== 'waiting') return
      found.settled = true
      store.put({ ...record, state }, at.record(sid))
      store.delete(at.parts(sid))
      const done = records.filter((kept) => kept.state.kind === 'done').sort((a, b) => b.order - a.order)
      if (state.kind === 'done') done.slice(MOST_DONE - 1).forEach((old) => store.delete(at.record(old.sid)))
    })
  })
  return found.settled
}

function withRecords(store: IDBObjectStore, then: (records: readonly KeptRecord[]) => void): void {
  const request = store.getAll(rangeOf(RECORDS)) as IDBRequest<unknown[]>
  request.onsuccess = () => {
    then(request.result.filter(isRecord))
  }
}

const waitingIn = (records: readonly KeptRecord[]): readonly KeptRecord[] => records.filter(({ state }) => state.kind === 'waiting')

function readRecord(key: string, value: unknown): KeptRecord {
  return isRecord(value) ? value : lostRecord(key.slice(RECORDS.length))
}

function keptPack(value: unknown): { readonly pack: Pack; readonly taken: readonly string[] } | undefined {
  const { pack, taken } = (typeof value === 'object' && value !== null ? value : {}) as { readonly pack?: unknown; readonly taken?: unknown }
  try {
    return { pack: parsePack(pack), taken: Array.isArray(taken) ? (taken as readonly string[]) : [] }
  } catch {
    return undefined
  }
}

function full(limit: number): LintasError {
  return new LintasError('queue-full', `${limit} check-ins wait on this device: no more are kept until they are sent`, { details: { limit } })
}
