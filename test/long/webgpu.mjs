// WebGPU on Chromium's software adapter, test/e2e/webgpu.long.ts: right, and far too slow for npm test.
import { fileURLToPath } from 'node:url'
import { startVitest } from 'vitest/node'

const root = fileURLToPath(new URL('../..', import.meta.url))
const limits = { testTimeout: 900_000, hookTimeout: 180_000 }
// Sets the exit code when a test fails.
const vitest = await startVitest('test', [], { root, config: false, watch: false, include: ['test/e2e/webgpu.long.ts'], ...limits })
await vitest.close()
