import { build } from 'esbuild'
import { chromium, type Browser } from 'playwright-core'
import type { EngineInfo, RunEngine } from './engine.js'
import { servePage } from './page-server.js'
import type { PageOptions } from './page.js'
import { Refusal } from './refusal.js'

/** Where things are that the engine cannot know itself: it is bundled before it runs. */
export interface BrowserPlaces {
  /** Source of the page's script. */
  readonly page: string
  readonly chromium: string | undefined
  readonly flags: readonly string[]
}

/** The shipped bundle in Chromium, its workers and assets as a deployment serves them. */
export function browserEngine(places: BrowserPlaces): RunEngine {
  return async ({ assets, spaces, detector, face, lanes }, queue): Promise<EngineInfo> => {
    if (places.chromium === undefined) throw new Refusal('no Chromium was found: set CHROME_PATH, or use --engine node')
    const server = await servePage({ assets, script: await bundlePage(places.page), queue })
    let browser: Browser | undefined
    try {
      browser = await chromium.launch({ executablePath: places.chromium, args: [...places.flags] })
      const page = await browser.newPage()
      await page.goto(server.url)
      const options: PageOptions = { spaces, detector, face, lanes }
      const info = await page.evaluate(
        (given) =>
          (globalThis as unknown as { evaluatePictures: (told: PageOptions) => Promise<Omit<EngineInfo, 'platform'>> }).evaluatePictures(given),
        options,
      )
      return { ...info, platform: `Chromium ${browser.version()}` }
    } catch (cause) {
      throw new Error(faultOf(places.chromium, cause), { cause })
    } finally {
      // A browser that is gone already may not hold back what is said about it.
      await browser?.close().catch(() => undefined)
      server.close()
    }
  }
}

/** One sentence of the pages that Playwright tells. */
export function faultOf(path: string, cause: unknown): string {
  const [first = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n')
  return `Chromium (${path}) did not start, or ended: ${first}. What is embedded already is kept: the same command goes on from there`
}

/** With what `@lintas/core` ships, not with its sources: the path aliases of this repository's tsconfig are left aside. */
export async function bundlePage(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['browser', 'import', 'default'],
    tsconfigRaw: '{}',
    logLevel: 'error',
  })
  return outputFiles[0]?.text ?? ''
}
