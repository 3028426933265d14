import type { Jwks } from '@lintas/core/receipt'
import { verifyLedger, type LedgerFault, type LedgerHead } from '../storage/index.js'
import { openSigningKeys, readHead, signHead } from '../vault/index.js'
import { chosenTenants, readJson, required, UsageError, type Command, type ExitCode } from './ports.js'

const FAULTS: Readonly<Record<LedgerFault, string>> = {
  gap: 'a row is missing',
  prev: 'the row does not follow the one before',
  hash: 'the row’s hash is not its hash',
  commitment: 'the record or its salt is not what was committed to',
  columns: 'the columns beside the record say something else than the record',
  missing: 'a record or its salt is gone, and no erasure says why',
  restored: 'a record is there that was erased: a backup was restored; run reapply-erasures',
  orphan: 'there is a record without a row',
  truncated: 'the ledger ends before a head that was kept: rows were taken away',
  head: 'the row is not the one of a head that was kept: the ledger was written anew',
}

/** Proves a tenant's ledger against heads that somebody kept elsewhere. */
export async function verifyLedgerCommand(command: Command): Promise<ExitCode> {
  const { ports, storage, options } = command
  const tenant = required(options, 'tenant')
  const heads = await readHeads(command, tenant, required(options, 'heads'))
  if (heads === undefined) return 1
  const found = await storage.snapshot(tenant, (scope) => verifyLedger(scope, heads))
  if (found === undefined) throw new UsageError(`there is no tenant ${JSON.stringify(tenant)}`)
  if (!found.intact) {
    ports.out(`The ledger of ${tenant} does NOT hold at row ${found.seq}: ${FAULTS[found.fault]} (${found.fault}).`)
    return 1
  }
  const last = Math.max(...heads.map(({ seq }) => seq))
  ports.out(`The ledger of ${tenant} holds: ${found.head.seq} rows, ${found.erased} of them erased, ${heads.length} heads kept elsewhere are in it.`)
  if (last < found.head.seq) ports.out(`Of the rows after ${last} no head was kept: whoever owns the database could have written them anew.`)
  return 0
}

/** Heads of the tenant; `undefined` where one of them is not what its signature says. */
async function readHeads({ ports, config }: Command, tenant: string, path: string): Promise<readonly LedgerHead[] | undefined> {
  const value = await readJson(ports, path)
  if (!Array.isArray(value)) throw new UsageError(`${path} must be a list of heads, as the command heads writes it`)
  const texts = value.map((one: unknown) => {
    if (typeof one !== 'string') throw new UsageError(`${path} must hold nothing but signed heads`)
    return one
  })
  const own = texts.filter((jws) => tenantOf(jws) === tenant)
  if (own.length === 0) throw new UsageError(`${path} has no head of ${tenant}: without one, a ledger written anew would pass`)
  const jwks = await keysOf(ports, config)
  const heads: LedgerHead[] = []
  for (const jws of own) {
    try {
      heads.push(await readHead(jws, { jwks, issuer: config.issuer, tenant }))
    } catch (error) {
      ports.out(`A head in ${path} is NOT of this server: ${error instanceof Error ? error.message : String(error)}`)
      return undefined
    }
  }
  return heads
}

/** What an unverified head says of itself, to sort them; {@link readHead} tells whether it is true. */
function tenantOf(jws: string): unknown {
  try {
    return (JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()) as { readonly tid?: unknown } | null)?.tid
  } catch {
    return undefined
  }
}

async function keysOf({ clock = Date.now }: Command['ports'], { signingKey }: Command['config']): Promise<Jwks> {
  return (await openSigningKeys(signingKey, clock())).jwks
}

/** Today's signed heads, for others to keep. */
export async function headsCommand(command: Command): Promise<ExitCode> {
  const { ports, config, storage } = command
  const { key } = await openSigningKeys(config.signingKey, (ports.clock ?? Date.now)())
  const heads: string[] = []
  for (const tenantId of await chosenTenants(command)) {
    const head = await storage.snapshot(tenantId, (scope) => signHead(scope, config.issuer, key))
    if (head !== undefined) heads.push(head)
  }
  ports.out(JSON.stringify(heads, undefined, 2))
  return 0
}
