// Three servers on one PostgreSQL, one of them killed under load, with more people than the unit tests have. People: LINTAS_INSTANCE_PEOPLE, 150 by default.
import { runBin } from '../../scripts/lib/run.mjs'

process.exitCode = await runBin('vitest/vitest.mjs', ['run', '--project', 'unit', 'test/server/instances.test.ts'], {
  env: { LINTAS_INSTANCE_PEOPLE: process.env.LINTAS_INSTANCE_PEOPLE ?? '150' },
})
