import { readConfig } from '../../../packages/server/src/config/index.js'
import { listRecords, openStorage, verifyLedger, type AttendanceRecord, type LedgerHead } from '../../../packages/server/src/storage/index.js'
import { TENANT } from './seed.js'
import type { ServerEnvironment } from './servers.js'

/** What a ledger holds, and whether it is whole against heads that agencies were told. */
export interface LedgerState {
  readonly intact: boolean
  /** Sessions of the attendance records, in order. */
  readonly sids: readonly string[]
}

/** Opens the storage and looks: an embedded one must have no server on it. */
export async function readLedger(environment: ServerEnvironment, heads: readonly LedgerHead[]): Promise<LedgerState> {
  const storage = await openStorage(readConfig(environment).storage)
  try {
    return await storage.snapshot(TENANT, async (scope) => {
      const found = await verifyLedger(scope, heads)
      const stored = await listRecords(scope, { limit: 100_000 })
      const attendance = stored.map(({ record }) => record).filter((record): record is AttendanceRecord => record.kind === 'attendance')
      return { intact: found?.intact === true, sids: attendance.map(({ sid }) => sid) }
    })
  } finally {
    await storage.close()
  }
}

/** The head that a decision names; its signature is not looked at. */
export function headOf(decision: string): LedgerHead {
  const { seq, head } = JSON.parse(Buffer.from(decision.split('.')[1] ?? '', 'base64url').toString('utf8')) as { seq: number; head: string }
  return { tenantId: TENANT, seq, rowSha256: Buffer.from(head, 'base64url').toString('hex') }
}
