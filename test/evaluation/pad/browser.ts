import { chromium, type Browser } from 'playwright-core'
import { faultOf, type BrowserPlaces } from '../src/browser-engine.js'
import type { EngineInfo } from '../src/engine.js'
import { servePage } from '../src/page-server.js'
import { Refusal } from '../src/refusal.js'
import type { PadPageOptions } from './page/main.js'
import type { PadQueue } from './queue.js'

/** Runs the page until the queue is empty. @param script the page's, bundled */
export async function runPage(places: BrowserPlaces, script: string, assets: string, queue: PadQueue, options: PadPageOptions): Promise<EngineInfo> {
  if (places.chromium === undefined) throw new Refusal('no Chromium was found: set CHROME_PATH')
  // A clip is played from memory.
  const server = await servePage({ assets, script, queue, policy: 'media-src blob:' })
  let browser: Browser | undefined
  try {
    browser = await chromium.launch({ executablePath: places.chromium, args: [...places.flags] })
    const page = await browser.newPage()
    await page.goto(server.url)
    const info = await page.evaluate(
      (given) => (globalThis as unknown as { evaluatePad: (told: PadPageOptions) => Promise<Omit<EngineInfo, 'platform'>> }).evaluatePad(given),
      options,
    )
    return { ...info, platform: `Chromium ${browser.version()}` }
  } catch (cause) {
    throw new Error(faultOf(places.chromium, cause), { cause })
  } finally {
    await browser?.close().catch(() => undefined)
    server.close()
  }
}
