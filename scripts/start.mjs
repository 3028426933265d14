// npm start: install what is missing, build what changed, serve the demo.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled } from './lib/install.mjs'
import { ROOT } from './lib/run.mjs'

const SERVER = join(ROOT, 'packages/server/dist/main.js')

try {
  await ensureInstalled()
  const { build } = await import('./build.mjs')
  await build()
  if (!existsSync(SERVER)) throw new Error('The demo server was not built: packages/server/src/main.ts is missing.')
  serve()
} catch (fault) {
  console.error(fault.message)
  process.exitCode = 1
}

/** The server prints its own address. It gets the terminal's Ctrl+C itself; we wait for it and end as it ended. */
function serve() {
  const server = spawn(process.execPath, [SERVER], { cwd: ROOT, stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => server.kill(signal))
  server.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1)))
}
