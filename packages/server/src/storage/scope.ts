import type { Database, Transaction } from './engine.js'
import type { SealedReference } from './reference-sets.js'

/** One transaction on behalf of one tenant. Every function of the storage takes one first, and reads and writes that tenant's rows alone. */
export interface Scope {
  readonly tenantId: string
  /** The server's clock when the transaction began. Clocks of several instances are kept together by NTP. */
  readonly now: Date
  readonly database: Database
  readonly transaction: Transaction
  /** What the deployment does when a reference becomes active, in the same transaction. */
  readonly approved?: (scope: Scope, reference: SealedReference) => Promise<void>
}

/** The first of at most one row. */
export const only = <T>(rows: readonly T[]): T | undefined => rows[0]

/** The row that an INSERT … RETURNING gives. */
export function inserted<T>(rows: readonly T[]): T {
  const [row] = rows
  if (row === undefined) throw new TypeError('the database gave no row for an INSERT')
  return row
}
