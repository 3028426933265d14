// People composed of films before the whole server with its real verifier: enrolled, approved, admitted; another face and the same pictures again
// refused. The films take some minutes the first time. Check-ins: LINTAS_COMPOSED_ROUNDS, 24 by default.
import { runBin } from '../../scripts/lib/run.mjs'

process.exitCode = await runBin('vitest/vitest.mjs', ['run', '--project', 'unit', 'test/server/composed.test.ts'], {
  env: { LINTAS_COMPOSED_ROUNDS: process.env.LINTAS_COMPOSED_ROUNDS ?? '24' },
})
