// 10,000 mutated bundles over HTTP against sessions in the right state: none is accepted, none reaches the verification. How many: LINTAS_MUTANTS.
import { runBin } from '../../scripts/lib/run.mjs'

process.exitCode = await runBin('vitest/vitest.mjs', ['run', '--project', 'unit', 'test/server/mutants.test.ts'], {
  env: { LINTAS_MUTANTS: process.env.LINTAS_MUTANTS ?? '10000' },
})
