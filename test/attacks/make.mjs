// node test/attacks/make.mjs --out DIR [--species NAME…]: writes attacks as MJPEG cameras and a list of them. `--help` tells the rest.
import { fileURLToPath } from 'node:url'
import { load } from './load.mjs'

try {
  const { make } = await load(fileURLToPath(new URL('main.ts', import.meta.url)))
  process.exitCode = await make(process.argv.slice(2), (line) => process.stdout.write(`${line}\n`))
} catch (fault) {
  console.error(fault instanceof TypeError ? fault.message : fault)
  process.exitCode = 1
}
