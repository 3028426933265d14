// npm run bench [-- NAME…]: every test/bench/*.bench.mjs, or those named, one after another. Times are told as ratios within one run;
// results go to docs/evaluation/*.json.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = new URL('.', import.meta.url)
const wanted = process.argv.slice(2)
const all = readdirSync(folder).filter((file) => file.endsWith('.bench.mjs'))
const unknown = wanted.find((name) => !all.includes(`${name}.bench.mjs`))
if (unknown !== undefined) {
  process.stderr.write(`There is no benchmark ${unknown}; there are ${all.map((file) => file.replace('.bench.mjs', '')).join(', ')}\n`)
  process.exit(2)
}
let failed = 0
for (const file of all.filter((name) => wanted.length === 0 || wanted.includes(name.replace('.bench.mjs', '')))) {
  process.stdout.write(`\n${file}\n`)
  const { status } = spawnSync(process.execPath, [fileURLToPath(new URL(file, folder))], { stdio: 'inherit' })
  if (status !== 0) failed += 1
}
process.exit(failed === 0 ? 0 : 1)
