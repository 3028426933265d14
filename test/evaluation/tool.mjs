// What the evaluation commands share: builds what is evaluated, bundles the tool's own TypeScript, runs it in this process.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { findChromium, CHROMIUM_FLAGS } from '../../scripts/lib/chromium.mjs'
import { ROOT } from '../../scripts/lib/run.mjs'

const args = process.argv.slice(2)
const own = (path) => fileURLToPath(new URL(path, import.meta.url))

/**
 * Runs `main` of the module at `entry`, both paths relative to this folder, and sets the exit code.
 * @param {string} name of the command, for what it says of faults
 */
export async function runTool(name, entry, page) {
  const bundled = join(ROOT, '.lintas', 'evaluation', `tool-${process.pid}.mjs`)
  const remove = () => rmSync(bundled, { force: true })
  try {
    await buildEvaluated()
    // Findings are written whole, one by one: whatever is kept stays, and the next run goes on from there.
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ]) {
      process.once(signal, () => {
        remove()
        process.exit(code)
      })
    }
    const { bundleForNode } = await import('../../scripts/lib/bundle.mjs')
    await bundleForNode({ entryPoints: [own(entry)], outfile: bundled })
    const { main } = await import(pathToFileURL(bundled).href)
    const places = { repository: ROOT, cwd: process.env.INIT_CWD ?? process.cwd(), page: own(page), chromium: findChromium(), flags: CHROMIUM_FLAGS }
    process.exitCode = await main(args, places)
  } catch (fault) {
    const install = fault.code === 'ERR_MODULE_NOT_FOUND' ? '\nRun npm start once: it installs what is needed.' : ''
    // One sentence is enough for a browser that died or a full disk; whoever looks for a bug asks for more.
    console.error(process.env.LINTAS_DEBUG ? fault : `${name}: ${fault.message}${install}`)
    process.exitCode = 1
  } finally {
    remove()
  }
}

async function buildEvaluated() {
  if (args.some((arg) => ['--help', '-h', '--no-build'].includes(arg))) return
  const { build } = await import('../../scripts/build.mjs')
  await build(args.some((arg) => arg.startsWith('--assets')) ? ['core'] : ['core', 'workers', 'element', 'assets'])
}
