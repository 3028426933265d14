import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Engine, Transaction } from './engine.js'
import { StorageError } from './errors.js'

/** One numbered SQL file. */
export interface Migration {
  readonly number: number
  readonly name: string
  readonly sha256: string
  readonly text: string
}

/** Beside `src` and `dist` alike. */
const FOLDER = new URL('../../migrations/', import.meta.url)
const NAME = /^(\d{4})-[a-z0-9-]+\.sql$/u

/** Any number that nobody else uses for an advisory lock of this database: "LINTAS" in hex. */
const LOCK = 0x4c494e544153

const tableOf = (name: string): string => `CREATE TABLE ${name}
  (number integer PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`

/** The shipped migrations in order, numbered from 1 without a gap. */
export async function readMigrations(folder: URL | string = FOLDER): Promise<readonly Migration[]> {
  const place = typeof folder === 'string' ? folder : fileURLToPath(folder)
  const names = (await readdir(place)).filter((name) => name.endsWith('.sql')).sort()
  return await Promise.all(
    names.map(async (name, index) => {
      const number = Number(NAME.exec(name)?.[1])
      if (number !== index + 1) throw new StorageError('storage-migration-failed', `${name} is not migration ${index + 1}`, { details: { name } })
      const text = await readFile(`${place}/${name}`, 'utf8')
      return { number, name, sha256: createHash('sha256').update(text).digest('hex'), text }
    }),
  )
}

/** Tables of what was applied: of the schema, and of what a deployment may switch on. */
type Applied = 'lintas_migrations' | 'lintas_vector_migrations'

/**
 * Applies what is missing, in one transaction and under an advisory lock: of several instances that start at once one applies, the others
 * wait and find it done. Forward only.
 * @returns the numbers applied now
 * @throws StorageError `storage-migration-altered`, `storage-migration-unknown`, `storage-migration-failed`
 */
export async function migrate(engine: Engine, migrations: readonly Migration[], table: Applied = 'lintas_migrations'): Promise<readonly number[]> {
  return await engine.transaction('write', async (transaction) => {
    // Whoever waits for another instance's migration waits as long as that takes.
    await transaction.exec('SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0')
    await transaction.exec(`SELECT pg_advisory_xact_lock(${LOCK})`)
    const [known] = await transaction.rows('SELECT to_regclass($1) IS NOT NULL AS here', [table])
    // Not IF NOT EXISTS: that asks for the right to create tables even where it creates none, and a server need not have it.
    if (known?.['here'] !== true) await transaction.exec(tableOf(table))
    const applied = await transaction.rows(`SELECT number, name, sha256 FROM ${table} ORDER BY number`)
    applied.forEach((row, index) => checkApplied(row, migrations[index]))
    const missing = migrations.slice(applied.length)
    for (const migration of missing) await apply(transaction, migration, table)
    return missing.map(({ number }) => number)
  })
}

function checkApplied(row: Readonly<Record<string, unknown>>, shipped: Migration | undefined): void {
  const { number, name, sha256 } = row
  const details = { number: Number(number), name: String(name) }
  if (shipped === undefined) {
    throw new StorageError('storage-migration-unknown', `${String(name)} was applied by a newer release: start that one`, { details })
  }
  if (number !== shipped.number || sha256 !== shipped.sha256) {
    throw new StorageError('storage-migration-altered', `${String(name)} is not what it was when it was applied`, { details })
  }
}

async function apply(transaction: Transaction, { number, name, sha256, text }: Migration, table: Applied): Promise<void> {
  try {
    await transaction.exec(text)
    await transaction.rows(`INSERT INTO ${table} (number, name, sha256) VALUES ($1, $2, $3)`, [number, name, sha256])
  } catch (cause) {
    throw new StorageError('storage-migration-failed', `${name} failed`, { cause, details: { number, name } })
  }
}
