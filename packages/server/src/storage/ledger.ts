import { randomBytes } from 'node:crypto'
import { and, asc, eq, gt, gte, lt } from 'drizzle-orm'
import { canonicalJson, commitmentHash, genesisHash, rowHash, type LedgerHead } from './ledger-hash.js'
import type { LedgerRecord } from './record.js'
import { only, type Scope } from './scope.js'
import { ledger, ledgerHeads, ledgerSalts, records } from './tables-ledger.js'

/** A record as it stands in the ledger. */
export interface StoredRecord {
  readonly seq: number
  readonly record: LedgerRecord
}

/** An empty chain for the scope's tenant. */
export async function startLedger({ tenantId, database }: Scope): Promise<void> {
  await database.insert(ledgerHeads).values({ tenantId, seq: 0, rowSha256: genesisHash(tenantId) })
}

/**
 * Appends a record. Appends of one tenant wait for each other until their transactions end, so that numbers have no gap and every row
 * follows the one before: append late in a transaction.
 * @throws TypeError for a tenant that does not exist
 */
export async function appendRecord({ tenantId, database }: Scope, record: LedgerRecord): Promise<LedgerHead> {
  const own = eq(ledgerHeads.tenantId, tenantId)
  const head = only(await database.select().from(ledgerHeads).where(own).for('update'))
  if (head === undefined) throw new TypeError(`there is no tenant ${tenantId}`)
  const body = canonicalJson(record)
  const salt = randomBytes(32).toString('hex')
  const row = { tenantId, seq: head.seq + 1, prevSha256: head.rowSha256, commitmentSha256: commitmentHash(salt, body) }
  const { seq } = row
  const rowSha256 = rowHash(row)
  await database.insert(ledger).values({ ...row, rowSha256 })
  await database.insert(ledgerSalts).values({ tenantId, seq, salt })
  const { kind, subjectId, occurredAt } = record
  await database.insert(records).values({ tenantId, seq, kind, subjectId, occurredAt: new Date(occurredAt), body })
  await database.update(ledgerHeads).set({ seq, rowSha256 }).where(own)
  return { tenantId, seq, rowSha256 }
}

/** The last row, for others to keep; `undefined` for no such tenant. */
export async function ledgerHead({ tenantId, database }: Scope): Promise<LedgerHead | undefined> {
  return only(await database.select().from(ledgerHeads).where(eq(ledgerHeads.tenantId, tenantId)))
}

/** A record by its number; `undefined` for one that is not there or was erased. */
export async function findRecord({ tenantId, database }: Scope, seq: number): Promise<StoredRecord | undefined> {
  const row = only(
    await database
      .select()
      .from(records)
      .where(and(eq(records.tenantId, tenantId), eq(records.seq, seq))),
  )
  return row === undefined ? undefined : stored(row)
}

/** Which records. */
export interface RecordQuery {
  readonly subjectId?: string
  /** From this instant on. */
  readonly from?: Date
  /** Before this instant. */
  readonly until?: Date
  /** The last `seq` of the page before. Default 0. */
  readonly after?: number
  readonly limit: number
}

/** A page of records in the order of the ledger. */
export async function listRecords({ tenantId, database }: Scope, query: RecordQuery): Promise<readonly StoredRecord[]> {
  const { subjectId, from, until, after = 0, limit } = query
  const fits = and(
    eq(records.tenantId, tenantId),
    gt(records.seq, after),
    subjectId === undefined ? undefined : eq(records.subjectId, subjectId),
    from === undefined ? undefined : gte(records.occurredAt, from),
    until === undefined ? undefined : lt(records.occurredAt, until),
  )
  return (await database.select().from(records).where(fits).orderBy(asc(records.seq)).limit(limit)).map(stored)
}

// Written by `appendRecord` alone; `verifyLedger` proves that it is still what was written.
const stored = ({ seq, body }: { readonly seq: number; readonly body: string }): StoredRecord => ({ seq, record: JSON.parse(body) as LedgerRecord })
