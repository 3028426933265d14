import { and, asc, eq, gt, notExists, sql } from 'drizzle-orm'
import { canonicalJson, commitmentHash, genesisHash, rowHash, type LedgerHead, type LedgerRow } from './ledger-hash.js'
import type { LedgerRecord } from './record.js'
import { only, type Scope } from './scope.js'
import { ledger, ledgerHeads, ledgerSalts, records } from './tables-ledger.js'

/** What is wrong with a ledger at a row. */
export type LedgerFault =
  | 'gap' // the next number is missing
  | 'prev' // the row does not follow the one before
  | 'hash' // the row's hash is not its hash
  | 'commitment' // the record or its salt is not what was committed to
  | 'columns' // the columns beside the record say something else than it does
  | 'missing' // record or salt is gone, and no erasure says why
  | 'restored' // record or salt is there though it was erased: a backup was restored
  | 'orphan' // a record or salt without a row
  | 'truncated' // the chain ends before a known head
  | 'head' // the row is not the one of a known head: the chain was rewritten

/** What {@link verifyLedger} found. */
export type LedgerVerification =
  | { readonly intact: true; readonly head: LedgerHead; readonly erased: number }
  | { readonly intact: false; readonly seq: number; readonly fault: LedgerFault }

interface Joined extends LedgerRow {
  readonly rowSha256: string
  readonly salt: string | null
  readonly kind: string | null
  readonly subjectId: string | null
  readonly occurredAt: Date | null
  readonly body: string | null
}

/** Rows read at a time. */
const PAGE = 1_000

/** What the walk knows when it stands behind a row. */
interface Walk {
  last: LedgerHead
  readonly missing: Set<number>
  readonly erased: Set<number>
}

/**
 * Proves that the scope's ledger is whole, row by row, and that it contains the `heads` that somebody kept elsewhere. Without such heads it
 * shows accidents and clumsy hands: who owns the database could compute a whole new chain. Runs in a snapshot (`storage.snapshot`): across
 * several moments, appends and erasures of others would look like faults.
 * @returns the first row that is broken; `undefined` for no such tenant
 */
export async function verifyLedger(scope: Scope, heads: readonly LedgerHead[] = []): Promise<LedgerVerification | undefined> {
  const { tenantId } = scope
  if ((await currentHead(scope)) === undefined) return undefined
  const walk: Walk = { last: { tenantId, seq: 0, rowSha256: genesisHash(tenantId) }, missing: new Set(), erased: new Set() }
  const broken = headFault(walk.last, heads) ?? (await walkRows(scope, walk, heads))
  if (broken !== undefined) return { intact: false, ...broken }
  const unexplained = [...walk.missing].find((seq) => !walk.erased.has(seq))
  if (unexplained !== undefined) return { intact: false, seq: unexplained, fault: 'missing' }
  const restored = [...walk.erased].find((seq) => !walk.missing.has(seq))
  if (restored !== undefined) return { intact: false, seq: restored, fault: 'restored' }
  const orphan = await findOrphan(scope)
  if (orphan !== undefined) return { intact: false, seq: orphan, fault: 'orphan' }
  const beyond = heads.find(({ seq }) => seq > walk.last.seq)
  if (beyond !== undefined) return { intact: false, seq: walk.last.seq + 1, fault: 'truncated' }
  return { intact: true, head: walk.last, erased: walk.erased.size }
}

type Broken = { readonly seq: number; readonly fault: LedgerFault } | undefined

/** Walks to the end of the chain, which has to be where its own head says. */
async function walkRows(scope: Scope, walk: Walk, heads: readonly LedgerHead[]): Promise<Broken> {
  for (;;) {
    const page = await readPage(scope, walk.last.seq)
    for (const row of page) {
      const fault = judgeRow(row, walk)
      if (fault !== undefined) return { seq: fault === 'gap' ? walk.last.seq + 1 : row.seq, fault }
      walk.last = { tenantId: row.tenantId, seq: row.seq, rowSha256: row.rowSha256 }
      const rewritten = headFault(walk.last, heads)
      if (rewritten !== undefined) return rewritten
    }
    if (page.length === 0) break
  }
  const head = await currentHead(scope)
  return head?.seq === walk.last.seq && head.rowSha256 === walk.last.rowSha256 ? undefined : headBroken(head, walk.last)
}

const headBroken = (head: LedgerHead | undefined, last: LedgerHead): Broken =>
  head !== undefined && head.seq > last.seq ? { seq: last.seq + 1, fault: 'truncated' } : { seq: head?.seq ?? last.seq, fault: 'head' }

const headFault = (last: LedgerHead, heads: readonly LedgerHead[]): Broken =>
  heads.some((head) => head.tenantId !== last.tenantId || (head.seq === last.seq && head.rowSha256 !== last.rowSha256))
    ? { seq: last.seq, fault: 'head' }
    : undefined

function judgeRow(row: Joined, walk: Walk): LedgerFault | undefined {
  const { seq, salt, body } = row
  if (seq !== walk.last.seq + 1) return 'gap'
  if (row.prevSha256 !== walk.last.rowSha256) return 'prev'
  if (rowHash(row) !== row.rowSha256) return 'hash'
  if (salt === null && body === null) {
    walk.missing.add(seq)
    return undefined
  }
  if (salt === null || body === null) return 'missing'
  if (commitmentHash(salt, body) !== row.commitmentSha256) return 'commitment'
  const record = parseRecord(body)
  if (record === undefined) return 'columns'
  const { kind, subjectId, occurredAt } = record
  if (kind !== row.kind || subjectId !== row.subjectId || new Date(occurredAt).getTime() !== row.occurredAt?.getTime()) return 'columns'
  // An erasure explains only what was there before it.
  if (record.kind === 'erasure') for (const erased of record.erased) if (erased < seq) walk.erased.add(erased)
  return undefined
}

/** `undefined` for what `appendRecord` would not have written: somebody else computed a chain over it. */
function parseRecord(body: string): LedgerRecord | undefined {
  try {
    const record = JSON.parse(body) as LedgerRecord | null
    if (record === null || canonicalJson(record) !== body) return undefined
    return record.kind === 'erasure' && !Array.isArray(record.erased) ? undefined : record
  } catch {
    return undefined
  }
}

async function currentHead({ tenantId, database }: Scope): Promise<LedgerHead | undefined> {
  return only(await database.select().from(ledgerHeads).where(eq(ledgerHeads.tenantId, tenantId)))
}

async function readPage({ tenantId, database }: Scope, after: number): Promise<readonly Joined[]> {
  const { prevSha256, commitmentSha256, rowSha256 } = ledger
  const { kind, subjectId, occurredAt, body } = records
  const columns = {
    tenantId: ledger.tenantId,
    seq: ledger.seq,
    prevSha256,
    commitmentSha256,
    rowSha256,
    salt: ledgerSalts.salt,
    kind,
    subjectId,
    occurredAt,
    body,
  }
  return await database
    .select(columns)
    .from(ledger)
    .leftJoin(ledgerSalts, and(eq(ledgerSalts.tenantId, ledger.tenantId), eq(ledgerSalts.seq, ledger.seq)))
    .leftJoin(records, and(eq(records.tenantId, ledger.tenantId), eq(records.seq, ledger.seq)))
    .where(and(eq(ledger.tenantId, tenantId), gt(ledger.seq, after)))
    .orderBy(asc(ledger.seq))
    .limit(PAGE)
}

/** The first number that has a record or a salt and no row: foreign keys forbid it, and can be switched off. */
async function findOrphan({ tenantId, database }: Scope): Promise<number | undefined> {
  for (const table of [records, ledgerSalts]) {
    const row = database
      .select({ one: sql`1` })
      .from(ledger)
      .where(and(eq(ledger.tenantId, table.tenantId), eq(ledger.seq, table.seq)))
    const orphan = and(eq(table.tenantId, tenantId), notExists(row))
    const found = only(await database.select({ seq: table.seq }).from(table).where(orphan).orderBy(asc(table.seq)).limit(1))
    if (found !== undefined) return found.seq
  }
  return undefined
}
