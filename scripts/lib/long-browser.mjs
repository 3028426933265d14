import { fileURLToPath } from 'node:url'
import { startVitest } from 'vitest/node'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Runs test/e2e/<name>.long.ts, which no project includes, over what is built; the exit code says whether it passed. */
export async function runLongBrowser(name) {
  const limits = { testTimeout: 900_000, hookTimeout: 180_000 }
  // Sets the exit code when a test fails.
  const vitest = await startVitest('test', [], { root: ROOT, config: false, watch: false, include: [`test/e2e/${name}.long.ts`], ...limits })
  await vitest.close()
}
