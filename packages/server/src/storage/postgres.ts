import { drizzle } from 'drizzle-orm/node-postgres'
import { Pool, type PoolClient } from 'pg'
import { MODES, type Engine, type Mode, type Transaction } from './engine.js'
import { StorageError } from './errors.js'

/** How to reach a PostgreSQL server. */
export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string
  /** Most connections of this process. */
  readonly connections: number
  /** How long to wait for a connection, milliseconds. */
  readonly connectTimeoutMs: number
  /** How long one statement may run, milliseconds. */
  readonly statementTimeoutMs: number
}

/** A PostgreSQL server, 16 or later. The one file that knows `pg`. Connects at the first transaction. */
export function openPostgres(options: PostgresOptions): Engine {
  const pool = new Pool({
    connectionString: options.url,
    max: options.connections,
    connectionTimeoutMillis: options.connectTimeoutMs,
    statement_timeout: options.statementTimeoutMs,
    idle_in_transaction_session_timeout: options.statementTimeoutMs,
    application_name: 'lintas',
  })
  // A connection that dies while idle is taken out of the pool by the pool; without a listener it would end the process.
  pool.on('error', () => undefined)
  return {
    transaction: async (mode, work) => {
      const client = await pool.connect().catch((cause: unknown) => {
        throw new StorageError('storage-unavailable', 'PostgreSQL cannot be reached', { cause })
      })
      return await inTransaction(client, mode, work)
    },
    close: () => pool.end(),
  }
}

async function inTransaction<T>(client: PoolClient, mode: Mode, work: (transaction: Transaction) => Promise<T>): Promise<T> {
  let broken: Error | undefined
  // An error of a connection in use reaches the pending query as well; unheard it would end the process.
  const onError = (error: Error): void => void (broken = error)
  client.on('error', onError)
  try {
    await client.query(`BEGIN ${MODES[mode]}`)
    const result = await work(describe(client))
    const { command } = await client.query('COMMIT')
    if (command !== 'COMMIT') throw new StorageError('storage-unavailable', 'a statement failed, so the transaction was rolled back')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch((fault: unknown) => {
      broken = fault instanceof Error ? fault : new Error(String(fault))
    })
    throw error
  } finally {
    client.off('error', onError)
    client.release(broken)
  }
}

function describe(client: PoolClient): Transaction {
  return {
    database: drizzle({ client }),
    exec: async (text) => void (await client.query(text)),
    rows: async (text, values = []) => (await client.query<Record<string, unknown>>(text, [...values])).rows,
  }
}
