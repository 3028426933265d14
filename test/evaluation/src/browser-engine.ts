import { build } from 'esbuild'
import { chromium, type Browser } from 'playwright-core'
import type { EngineInfo, RunEngine } from './engine.js'
import { servePage, type PageServerOptions } from './page-server.js'
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
  return async ({ assets, spaces, detector, face, lanes }, queue) => {
    if (places.chromium === undefined) throw new Refusal('no Chromium was found: set CHROME_PATH, or use --engine node')
    const options: PageOptions = { spaces, detector, face, lanes }
    return runPage(places, { assets, script: await bundlePage(places.page), queue }, 'evaluatePictures', options)
  }
}

/** What every function of a page that works off a queue tells in the end. */
type PageInfo = Omit<EngineInfo, 'platform'>

/**
 * Serves a page, opens it in Chromium and calls the function `name` that its script left on `globalThis`.
 * @throws Refusal where there is no Chromium
 */
export async function runPage(places: BrowserPlaces, served: PageServerOptions, name: string, options: unknown): Promise<EngineInfo> {
  if (places.chromium === undefined) throw new Refusal('no Chromium was found: set CHROME_PATH')
  const server = await servePage(served)
  let browser: Browser | undefined
  try {
    browser = await chromium.launch({ executablePath: places.chromium, args: [...places.flags] })
    const page = await browser.newPage()
    await page.goto(server.url)
    const given = [name, options] as const
    const info = (await page.evaluate(
      ([called, told]) => (globalThis as unknown as Record<string, (options: unknown) => Promise<unknown>>)[called]?.(told),
      given,
    )) as PageInfo
    return { ...info, platform: `Chromium ${browser.version()}` }
  } catch (cause) {
    throw new Error(faultOf(places.chromium, cause), { cause })
  } finally {
    // A browser that is gone already may not hold back what is said about it.
    await browser?.close().catch(() => undefined)
    server.close()
  }
}

/** One sentence of the pages that Playwright tells. */
function faultOf(path: string, cause: unknown): string {
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
