// A check-in while the network goes, in Chromium, test/e2e/offline.long.ts: some three minutes. What is built is what runs: npm run build first.
import { fileURLToPath } from 'node:url'
import { startVitest } from 'vitest/node'

const root = fileURLToPath(new URL('../..', import.meta.url))
const limits = { testTimeout: 900_000, hookTimeout: 180_000 }
// Sets the exit code when a test fails.
const vitest = await startVitest('test', [], { root, config: false, watch: false, include: ['test/e2e/offline.long.ts'], ...limits })
await vitest.close()
