// kill -9 of a server with an embedded database under load, again and again on one folder: every acknowledged check-in is in attendance exactly
// once, repeats get the stored answer, the ledger is whole against every head that was told. Rounds: LINTAS_CRASH_ROUNDS, 12 by default.
import { runBin } from '../../scripts/lib/run.mjs'

process.exitCode = await runBin('vitest/vitest.mjs', ['run', '--project', 'unit', 'test/server/crash.test.ts'], {
  env: { LINTAS_CRASH_ROUNDS: process.env.LINTAS_CRASH_ROUNDS ?? '12' },
})
