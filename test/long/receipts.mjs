// 100,000 mutated receipts, none of which may be taken: the unit run's test, asked for five times as many.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const VITEST = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url))
const args = [VITEST, 'run', '--project', 'unit', 'packages/core/test/receipt/fuzz.test.ts']
const env = { ...process.env, LINTAS_RECEIPT_MUTATIONS: '100000' }
process.exit(spawnSync(process.execPath, args, { cwd: ROOT, env, stdio: 'inherit' }).status ?? 1)
