// npm run test:long [-- NAME…]: what takes longer than a change should wait for, all of test/long or those named. Run by hand; results are
// committed under docs/evaluation.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled } from './lib/install.mjs'
import { ROOT, run } from './lib/run.mjs'

const folder = join(ROOT, 'test/long')
const wanted = process.argv.slice(2)
const all = readdirSync(folder)
  .filter((name) => name.endsWith('.mjs'))
  .map((name) => name.slice(0, -'.mjs'.length))
  .sort()
const unknown = wanted.find((name) => !all.includes(name))
if (unknown !== undefined) {
  console.error(`There is no long test ${unknown}; there are ${all.join(', ')}`)
  process.exit(2)
}
await ensureInstalled()
const scripts = wanted.length === 0 ? all : wanted
let failed = 0
for (const name of scripts) {
  console.log(`\n── ${name} ──`)
  if ((await run(process.execPath, [join(folder, `${name}.mjs`)])) !== 0) failed += 1
}
console.log(`${scripts.length - failed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
