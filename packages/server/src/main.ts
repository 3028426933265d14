import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readConfig } from './config/index.js'
import { openDemoServer } from './demo-server.js'
import { listen } from './listen.js'

const ROOT = new URL('../../../', import.meta.url)
const pages = fileURLToPath(new URL('packages/demo/dist', ROOT))
const assets = fileURLToPath(new URL('.lintas/assets', ROOT))
const folder = fileURLToPath(new URL('.lintas/demo', ROOT))

try {
  if (!existsSync(pages)) throw new Error('The demo pages are not built: run npm start, or npm run build')
  const config = readConfig({ ...process.env, LINTAS_DATA: process.env['LINTAS_DATA'] ?? join(folder, 'data') })
  const demo = await openDemoServer({ config, folder, pages, assets })
  closeOnSignal(() => demo.close())
  const address = await listen(demo.app, config.listen)
  console.log(`LINTAS demo: ${address}`)
  console.log('An agency, its relay and a LINTAS server in one process. Its data lies in .lintas/demo: delete that folder to begin anew.')
  if (!existsSync(assets)) console.log('The assets folder is not assembled: the pages will say that files are missing. Run npm run build.')
} catch (fault) {
  console.error(isLocked(fault) ? 'Another demo runs on .lintas/demo: stop it first, or set LINTAS_DATA to another folder.' : messageOf(fault))
  // What was opened meanwhile must not keep the process.
  process.exit(1)
}

function messageOf(fault: unknown): unknown {
  return fault instanceof Error ? fault.message : fault
}

function isLocked(fault: unknown): boolean {
  return fault instanceof Error && 'code' in fault && fault.code === 'storage-locked'
}

/** The first signal lets requests end; a second one does not wait for them. */
function closeOnSignal(close: () => Promise<unknown>): void {
  let closing = false
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (closing) process.exit(1)
      closing = true
      void close().then(() => process.exit(0))
    })
  }
}
