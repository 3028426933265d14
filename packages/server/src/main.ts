import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createApp } from './app.js'
import { readListen } from './environment.js'
import { listen } from './listen.js'

const ROOT = new URL('../../../', import.meta.url)
const pages = fileURLToPath(new URL('packages/demo/dist', ROOT))
const assets = fileURLToPath(new URL('.lintas/assets', ROOT))

try {
  if (!existsSync(pages)) throw new Error('The demo pages are not built: run npm start, or npm run build')
  const app = createApp({ pages, assets })
  const address = await listen(app, readListen(process.env))
  console.log(`LINTAS demo: ${address}`)
  if (!existsSync(assets)) console.log('The assets folder is not assembled: the pages will say that files are missing. Run npm run build.')
  closeOnSignal(() => app.close())
} catch (fault) {
  console.error(fault instanceof Error ? fault.message : fault)
  process.exitCode = 1
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
