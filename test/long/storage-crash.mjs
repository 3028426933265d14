// kill -9 of a process that appends to an embedded storage, again and again on one folder: what was acknowledged is recorded, and the ledger
// is whole against the head of every acknowledged record. Rounds: LINTAS_CRASH_ROUNDS, 40 by default.
import { runBin } from '../../scripts/lib/run.mjs'

process.exitCode = await runBin(
  'vitest/vitest.mjs',
  ['run', '--project', 'unit', 'packages/server/test/storage/embedded.test.ts', '-t', 'outlives kill -9'],
  {
    env: { LINTAS_CRASH_ROUNDS: process.env.LINTAS_CRASH_ROUNDS ?? '40' },
  },
)
