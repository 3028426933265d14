import { PGlite, type Transaction as PgliteTransaction } from '@electric-sql/pglite'
import { drizzle } from 'drizzle-orm/pglite'
import { MODES, type Engine, type Transaction } from './engine.js'
import { StorageError } from './errors.js'

/**
 * PostgreSQL inside this process. The one file that knows PGlite.
 * @param folder where it keeps its files; `undefined`: in memory, gone with the process. PGlite itself locks nothing: two processes on one
 * folder lose rows that both were told are written, so whoever calls this holds the folder's lock.
 * @param vectors load pgvector; a database that has it cannot be written to without it
 * @throws StorageError `storage-folder`
 */
export async function openPglite(folder: string | undefined, vectors = false): Promise<Engine> {
  const options = vectors ? { extensions: { vector: (await import('./vectors/pglite-vector.js')).pgliteVector } } : {}
  const client = await (folder === undefined ? PGlite.create(options) : PGlite.create(folder, options)).catch((cause: unknown) => {
    throw new StorageError('storage-folder', `the database in ${folder ?? 'memory'} cannot be opened`, { cause })
  })
  return {
    transaction: (mode, work) =>
      client.transaction(async (open) => {
        await open.query(`SET TRANSACTION ${MODES[mode]}`)
        const result = await work(describe(open))
        // COMMIT of a failed transaction rolls back without a word; any statement in it throws.
        await open.query('SELECT 1')
        return result
      }),
    close: () => client.close(),
  }
}

function describe(open: PgliteTransaction): Transaction {
  return {
    // Drizzle asks its client for `query` alone, which a transaction has; its types know only the whole PGlite.
    database: drizzle({ client: open as unknown as PGlite }),
    exec: async (text) => void (await open.exec(text)),
    rows: async (text, values = []) => (await open.query<Record<string, unknown>>(text, [...values])).rows,
  }
}
