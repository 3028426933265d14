import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'

/** Drizzle over one open transaction, whichever engine carries it. */
export type Database = PgDatabase<PgQueryResultHKT>

/** One open transaction, with plain SQL beside Drizzle. */
export interface Transaction {
  readonly database: Database
  /** Runs SQL of any number of statements, without parameters. */
  exec(text: string): Promise<void>
  /** Rows of one statement as objects. */
  rows(text: string, values?: readonly unknown[]): Promise<readonly Readonly<Record<string, unknown>>[]>
}

/**
 * `write`: READ COMMITTED, each statement sees what others have committed; what must not change in between is locked. `snapshot`: reads only,
 * and sees the one moment at which it began, however long it takes.
 */
export type Mode = 'write' | 'snapshot'

/** Opens a transaction of each mode. */
export const MODES: Readonly<Record<Mode, string>> = {
  write: 'ISOLATION LEVEL READ COMMITTED READ WRITE',
  snapshot: 'ISOLATION LEVEL REPEATABLE READ READ ONLY',
}

/** What a door to a database gives: transactions, and an end. */
export interface Engine {
  /** Commits what `work` did when it resolves, and resolves after that; rolls back when it throws. */
  transaction<T>(mode: Mode, work: (transaction: Transaction) => Promise<T>): Promise<T>
  close(): Promise<void>
}
