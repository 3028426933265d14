import { setTimeout as sleep } from 'node:timers/promises'
import { openStorage, verifyLedger } from '../../src/storage/index.js'
import { startChild, type Child } from './children.js'

/** What a round of appends, ended by kill -9, left behind. */
export interface CrashRound {
  /** The last `seq` that the child was told is written, and had told us of. */
  readonly acknowledged: number
  /** The last `seq` that is there. */
  readonly recorded: number
  /** Whether the ledger is whole, against the heads of every record that was acknowledged. */
  readonly intact: boolean
}

/**
 * Lets a child append to the folder until it told of `count` records, kills it and looks.
 * @param meanwhile done while the child holds the folder
 */
export async function crashRound(script: string, folder: string, count: number, meanwhile?: (child: Child) => Promise<void>): Promise<CrashRound> {
  const child = startChild(script, 'append', folder)
  const first = await child.first
  if (first !== 'held') throw new Error(`the child was not let in: ${first}`)
  await meanwhile?.(child)
  while (child.lines.length <= count) await sleep(1)
  child.process.kill('SIGKILL')
  await child.end
  // A line may have been cut by the kill.
  const heads = child.lines.flatMap((line) => {
    const [, seq, rowSha256] = /^(\d+) ([0-9a-f]{64})$/u.exec(line) ?? []
    return seq === undefined || rowSha256 === undefined ? [] : [{ tenantId: 'opd', seq: Number(seq), rowSha256 }]
  })
  const storage = await openStorage({ kind: 'embedded', folder })
  try {
    const found = await storage.snapshot('opd', (scope) => verifyLedger(scope, heads))
    return { acknowledged: heads.at(-1)?.seq ?? 0, recorded: found?.intact ? found.head.seq : 0, intact: found?.intact === true }
  } finally {
    await storage.close()
  }
}
