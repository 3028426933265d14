import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { CHROMIUM_FLAGS, findChromium } from '../../../scripts/lib/chromium.mjs'
import type { Site } from './site.js'

/** How a browser is started for a visit. */
export interface VisitOptions {
  readonly site: Site
  /** The film that the camera shows. Default: no camera is faked. */
  readonly film?: string
  /** The person's answer when the browser asks for the camera. Default `allow`. */
  readonly camera?: 'allow' | 'deny'
  /** Flags beside the usual ones. */
  readonly flags?: readonly string[]
  /** Usual flags that are left out. */
  readonly without?: readonly string[]
  /** Opened at first, relative to the site. Default: the page of these tests. */
  readonly path?: string
  /** Console errors that belong to the test, e.g. the browser's own line about a 404. */
  readonly expectedErrors?: RegExp
}

/** A browser with one page, watched. */
export interface Visit {
  readonly browser: Browser
  readonly context: BrowserContext
  readonly page: Page
  /** Opens `path` anew. */
  go(path: string): Promise<void>
}

declare global {
  /** What {@link watchCameras} puts into the page. */
  var lintasTracks: MediaStreamTrack[]
}

/**
 * Starts a browser, opens the page, lets `act` do its work, and holds the visit to what holds for every visit: no request leaves the
 * page's origin, nothing violates the policy in page or worker, no page error, and no camera is left on.
 */
export async function visit(options: VisitOptions, act: (visit: Visit) => Promise<void>): Promise<void> {
  const { site } = options
  const browser = await launch(options)
  const found: string[] = []
  const reportedBefore = site.violations.length
  try {
    const context = await browser.newContext({ locale: 'id-ID' })
    await context.addInitScript(watchCameras)
    const page = await context.newPage()
    watch(page, options, found)
    const go = async (path: string): Promise<void> => void (await page.goto(new URL(path, site.origin).href, { waitUntil: 'load' }))
    await go(options.path ?? '/')
    await act({ browser, context, page, go })
    const live = await page.evaluate(() => lintasTracks.filter(({ readyState }) => readyState === 'live').length)
    if (live > 0) found.push(`${live} camera tracks were left on`)
    // Reports are sent on their own: those on the way are waited for.
    await page.waitForTimeout(200)
  } finally {
    await browser.close()
  }
  found.push(...site.violations.slice(reportedBefore).map((violation) => `the policy was violated: ${violation}`))
  if (found.length > 0) throw new Error(`The visit was not clean.\n  ${[...new Set(found)].join('\n  ')}`)
}

function launch({ film, camera = 'allow', flags = [], without = [] }: VisitOptions): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === undefined) throw new Error('no Chromium was found: set CHROME_PATH')
  const media = [
    ...(film === undefined ? [] : ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${film}`]),
    camera === 'allow' ? '--use-fake-ui-for-media-stream' : '--deny-permission-prompts',
  ]
  const args = [...CHROMIUM_FLAGS.filter((flag) => !without.includes(flag)), ...media, ...flags]
  // Some of the flags are playwright's own as well.
  return chromium.launch({ executablePath, args, ignoreDefaultArgs: [...without] })
}

function watch(page: Page, { site, expectedErrors }: VisitOptions, found: string[]): void {
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(site.origin) && !url.startsWith('data:') && !url.startsWith('blob:')) found.push(`a request left the origin: ${url}`)
  })
  page.on('pageerror', (error) => found.push(`the page threw: ${error.message}`))
  page.on('crash', () => found.push('the page crashed'))
  page.on('console', (message) => {
    const text = message.text()
    if (message.type() === 'error' && expectedErrors?.test(text) !== true) found.push(`console error: ${text}`)
  })
}

/** Runs in the page before anything else: keeps every track that the browser hands out. */
function watchCameras(): void {
  const tracks: MediaStreamTrack[] = []
  globalThis.lintasTracks = tracks
  // An insecure page has no mediaDevices.
  const devices = navigator.mediaDevices as MediaDevices | undefined
  if (devices === undefined) return
  const open = devices.getUserMedia.bind(devices)
  devices.getUserMedia = async (constraints) => {
    const stream = await open(constraints)
    tracks.push(...stream.getTracks())
    return stream
  }
}
