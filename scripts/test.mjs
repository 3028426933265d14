// npm test: everything a fresh machine needs (packages, a Chromium), then npm run check.
import { ensureInstalled } from './lib/install.mjs'
import { findChromium } from './lib/chromium.mjs'
import { run } from './lib/run.mjs'

const HELP = 'Install Chromium or Google Chrome, or set CHROME_PATH to its executable, and run npm test again.'

async function ensureChromium() {
  if (findChromium() !== undefined) return
  if (process.env.CHROME_PATH) throw new Error(`CHROME_PATH is ${process.env.CHROME_PATH}, which cannot be executed. ${HELP}`)
  if (process.platform !== 'linux') throw new Error(`No Chromium was found. ${HELP}`)
  console.log('No Chromium was found: installing the system package …')
  const privileged = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  const apt = async (...args) => {
    const [command, ...rest] = [...privileged, 'apt-get', ...args]
    return run(command, rest, { env: { DEBIAN_FRONTEND: 'noninteractive' } })
  }
  await apt('update', '-qq')
  await apt('install', '-y', '-qq', '--no-install-recommends', 'chromium')
  if (findChromium() === undefined) throw new Error(`Chromium could not be installed by itself. ${HELP}`)
}

try {
  await ensureInstalled()
  await ensureChromium()
  process.exitCode = await run(process.execPath, ['scripts/check.mjs', ...process.argv.slice(2)])
} catch (fault) {
  console.error(fault.message)
  console.log('0 passed, 1 failed')
  process.exitCode = 1
}
