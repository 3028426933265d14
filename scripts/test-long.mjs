// npm run test:long: what takes longer than a change should wait for. Run by hand; results are committed under docs/evaluation.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled } from './lib/install.mjs'
import { ROOT, run } from './lib/run.mjs'

const folder = join(ROOT, 'test/long')
await ensureInstalled()
const scripts = (() => {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.mjs'))
      .sort()
  } catch {
    return []
  }
})()
let failed = 0
for (const name of scripts) {
  console.log(`\n── ${name} ──`)
  if ((await run(process.execPath, [join(folder, name)])) !== 0) failed += 1
}
console.log(`${scripts.length - failed} passed, ${failed} failed`)
process.exitCode = failed > 0 || scripts.length === 0 ? 1 : 0
