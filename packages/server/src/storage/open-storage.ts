import { join } from 'node:path'
import type { Engine, Mode } from './engine.js'
import { StorageError } from './errors.js'
import { lockFolder } from './folder-lock.js'
import { migrate, readMigrations, type Migration } from './migrations.js'
import { openPglite } from './pglite.js'
import { openPostgres } from './postgres.js'
import { retryTransient } from './retry.js'
import type { Scope } from './scope.js'
import { checkVectorsOff, switchVectorsOn } from './vectors/switch.js'

/** Where the rows are. */
export type StoragePlace =
  /** PostgreSQL inside this process, its files in `folder`, which is locked: one process at a time. */
  | { readonly kind: 'embedded'; readonly folder: string }
  /** The same without files: for tests, and a demo that forgets. */
  | { readonly kind: 'memory' }
  /** A PostgreSQL server, 16 or later, shared by any number of instances. */
  | {
      readonly kind: 'postgres'
      /** `postgres://user:password@host:port/database`. */
      readonly url: string
      /** Most connections of this process. Default 10. */
      readonly connections?: number
      /** How long to wait for a connection. Default 5000. */
      readonly connectTimeoutMs?: number
      /** How long one statement may run. Default 15000. */
      readonly statementTimeoutMs?: number
    }

/** Options of {@link openStorage} that hold for every place. */
export interface StorageOptions {
  /** The server's clock, milliseconds since 1970. Default `Date.now`. */
  readonly clock?: () => number
  /** How often a transaction is tried that loses against others. Default 10. */
  readonly attempts?: number
  /** The migrations to apply. Default: those of this package. */
  readonly migrations?: readonly Migration[]
  /** Keep vectors of active references in a table, for a search among more than memory holds: TEMPLATES IN CLEAR. Default `false`. */
  readonly vectors?: boolean
  /** Runs when a reference becomes active, in the same transaction: what makes its vector. */
  readonly approved?: Scope['approved']
}

/** An open storage. */
export interface Storage {
  /**
   * Runs `work` in one transaction for one tenant: all that it wrote is there when this resolves, and nothing of it when this rejects. `work`
   * may run more than once, so it does nothing that a rollback cannot undo.
   * @throws StorageError `storage-busy`, `storage-unavailable`, `storage-closed`; whatever `work` throws
   */
  transact<T>(tenantId: string, work: (scope: Scope) => Promise<T>): Promise<T>
  /**
   * Runs `work` for one tenant on a snapshot: everything it reads is of the one moment at which it began. It can write nothing.
   * @throws as {@link Storage.transact}
   */
  snapshot<T>(tenantId: string, work: (scope: Scope) => Promise<T>): Promise<T>
  /** Waits for what is going on, then lets go of the database and of the folder. */
  close(): Promise<void>
}

/**
 * Opens the storage and brings its tables up to date.
 * @throws StorageError `storage-locked` (another process holds the folder: `details.pid`), `storage-folder`, `storage-unavailable`,
 * `storage-migration-altered`, `storage-migration-unknown`, `storage-migration-failed`, `storage-vectors`
 */
export async function openStorage(place: StoragePlace, options: StorageOptions = {}): Promise<Storage> {
  const migrations = options.migrations ?? (await readMigrations())
  const { vectors = false } = options
  const engine = await openEngine(place, vectors)
  try {
    await migrate(engine, migrations)
    await (vectors ? switchVectorsOn(engine) : checkVectorsOff(engine))
  } catch (error) {
    await engine.close()
    throw error
  }
  return overEngine(engine, options)
}

async function openEngine(place: StoragePlace, vectors: boolean): Promise<Engine> {
  if (place.kind === 'memory') return await openPglite(undefined, vectors)
  if (place.kind === 'postgres') {
    const { url, connections = 10, connectTimeoutMs = 5_000, statementTimeoutMs = 15_000 } = place
    return openPostgres({ url, connections, connectTimeoutMs, statementTimeoutMs })
  }
  const lock = lockFolder(place.folder)
  try {
    const engine = await openPglite(join(place.folder, 'data'), vectors)
    return { ...engine, close: () => engine.close().finally(() => lock.release()) }
  } catch (error) {
    lock.release()
    throw error
  }
}

function overEngine(engine: Engine, { clock = Date.now, attempts = 10, approved }: StorageOptions): Storage {
  const more = approved === undefined ? {} : { approved }
  const running = new Set<Promise<unknown>>()
  let closing: Promise<void> | undefined
  const run = async <T>(mode: Mode, tenantId: string, work: (scope: Scope) => Promise<T>): Promise<T> => {
    if (closing !== undefined) throw new StorageError('storage-closed', 'the storage is closed')
    const result = retryTransient(attempts, () =>
      engine.transaction(mode, (transaction) => work({ tenantId, now: new Date(clock()), database: transaction.database, transaction, ...more })),
    )
    running.add(result)
    return await result.finally(() => running.delete(result))
  }
  return {
    transact: (tenantId, work) => run('write', tenantId, work),
    snapshot: (tenantId, work) => run('snapshot', tenantId, work),
    close: () => (closing ??= Promise.allSettled(running).then(() => engine.close())),
  }
}
