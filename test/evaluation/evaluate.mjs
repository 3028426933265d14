// npm run evaluate: builds what is evaluated, bundles the tool's own TypeScript, runs it. `--help` tells the rest.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { findChromium, CHROMIUM_FLAGS } from '../../scripts/lib/chromium.mjs'
import { ROOT } from '../../scripts/lib/run.mjs'

const args = process.argv.slice(2)
const own = (path) => fileURLToPath(new URL(path, import.meta.url))

const TOOL = join(ROOT, '.lintas', 'evaluation', `tool-${process.pid}.mjs`)
const removeTool = () => rmSync(TOOL, { force: true })

async function bundleTool() {
  const { bundleForNode } = await import('../../scripts/lib/bundle.mjs')
  await bundleForNode({
    entryPoints: [own('src/main.ts')],
    outfile: TOOL,
  })
}

async function run() {
  if (!args.some((arg) => ['--help', '-h', '--no-build'].includes(arg))) {
    const { build } = await import('../../scripts/build.mjs')
    await build(args.some((arg) => arg.startsWith('--assets')) ? ['core'] : ['core', 'workers', 'element', 'assets'])
  }
  // Samples are written whole, one by one: whatever is in the store stays, and the next run goes on from there.
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ]) {
    process.once(signal, () => {
      removeTool()
      process.exit(code)
    })
  }
  try {
    await bundleTool()
    const { main } = await import(pathToFileURL(TOOL).href)
    const places = {
      repository: ROOT,
      cwd: process.env.INIT_CWD ?? process.cwd(),
      page: own('src/page.ts'),
      chromium: findChromium(),
      flags: CHROMIUM_FLAGS,
    }
    return await main(args, places)
  } finally {
    removeTool()
  }
}

try {
  process.exitCode = await run()
} catch (fault) {
  const install = fault.code === 'ERR_MODULE_NOT_FOUND' ? '\nRun npm start once: it installs what is needed.' : ''
  // One sentence is enough for a browser that died or a full disk; whoever looks for a bug asks for more.
  console.error(process.env.LINTAS_DEBUG ? fault : `evaluate: ${fault.message}${install}`)
  process.exitCode = 1
}
