import { beforeAll, describe, expect, it } from 'vitest'
import { attempt, enrolled, expectAdmitted, expectFault } from './support/attempt.js'
import { SCENES } from './support/scenes.js'
import type { Misbehaviour } from './support/site.js'
import { visit } from './support/visit.js'
import { useWorld } from './support/world.js'

const world = useWorld()
let reference = ''

beforeAll(async () => {
  reference = await enrolled(world.site, 'obama')
})

const isModel = (path: string): boolean => /\/lintas\/.*facenet.*\.onnx$/.test(path)
/** The browser's own line about a failed request. */
const FAILED_REQUEST = /Failed to load resource/

describe('the camera', () => {
  const denying = { camera: 'deny', flags: ['--use-fake-device-for-media-stream'] } as const

  it('denied by the person: says so', async () => {
    await visit({ site: world.site, ...denying }, async ({ page }) => {
      const ending = await attempt(page, { reference })
      expectFault(ending, 'camera-denied')
      expect(ending.states).toEqual(['loading', 'permission', 'error'])
    })
  })

  it('denied before: says so without asking, and downloads nothing for a camera that cannot be had', async () => {
    await visit({ site: world.site, ...denying }, async ({ page, context }) => {
      // Grants one thing and thereby rejects every other.
      await context.grantPermissions(['geolocation'])
      expect(await page.evaluate(async () => (await navigator.permissions.query({ name: 'camera' })).state)).toBe('denied')
      world.site.forget()
      expectFault(await attempt(page, { reference }), 'camera-denied')
      expect(world.site.requested.filter((path) => path.startsWith('/lintas/'))).toEqual([])
    })
  })

  it('unplugged in the middle: ends the attempt, and another one works', async () => {
    await visit({ site: world.site, film: await world.film(SCENES.samePerson) }, async ({ page }) => {
      await page.evaluate((given) => {
        e2e.show({ reference: given })
        e2e.unplugSoon()
      }, reference)
      expectFault(await page.evaluate(() => e2e.attempt()), 'camera-ended')
      expect(await page.evaluate(() => lintasTracks.map(({ readyState }) => readyState))).toEqual(['ended'])
      expectAdmitted(await page.evaluate(() => e2e.attempt()))
    })
  })
})

describe('given up', () => {
  it('while frames are analysed: back to the start, camera off', async () => {
    await visit({ site: world.site, film: await world.film(SCENES.noFace) }, async ({ page }) => {
      await page.evaluate((given) => {
        e2e.show({ reference: given })
        e2e.begin()
      }, reference)
      await page.locator('lintas-checkin[state=searching]').waitFor()
      expect(await page.evaluate(() => lintasTracks.map(({ readyState }) => readyState))).toEqual(['live'])
      await page.getByRole('button', { name: 'Batal' }).click()
      await page.locator('lintas-checkin[state=idle]').waitFor()
      expect(await page.evaluate(() => lintasTracks.map(({ readyState }) => readyState))).toEqual(['ended'])
      expect(await page.evaluate(() => e2e.log().cancelled)).toBe(true)
      // The element goes with the page's own navigation, too.
      await page.evaluate(() => e2e.begin())
      await page.locator('lintas-checkin[state=searching]').waitFor()
      await page.evaluate(() => document.querySelector('lintas-checkin')?.remove())
      expect(await page.evaluate(() => lintasTracks.map(({ readyState }) => readyState))).toEqual(['ended', 'ended'])
    })
  })

  it('before the camera came: a stream that comes afterwards is stopped', async () => {
    await visit({ site: world.site, film: await world.film(SCENES.noFace) }, async ({ page }) => {
      await page.evaluate((given) => {
        e2e.delayCamera(1500)
        e2e.show({ reference: given })
        e2e.begin()
      }, reference)
      await page.locator('lintas-checkin[state=permission]').waitFor()
      await page.evaluate(() => document.querySelector('lintas-checkin')?.cancel())
      expect(await page.evaluate(() => lintasTracks.length)).toBe(0)
      await page.waitForFunction(() => lintasTracks.length === 1)
      await page.waitForFunction(() => lintasTracks[0]?.readyState === 'ended')
      expect(await page.locator('lintas-checkin').getAttribute('state')).toBe('idle')
    })
  })
})

describe('the assets folder', () => {
  const cases: readonly { readonly name: string; readonly how: Misbehaviour; readonly path: (path: string) => boolean; readonly code: string }[] = [
    { name: 'a model that is missing', how: 'missing', path: isModel, code: 'assets-not-found' },
    { name: 'a model with one wrong bit', how: 'corrupted', path: isModel, code: 'assets-hash' },
    { name: 'a page in place of a model', how: 'html', path: isModel, code: 'assets-html' },
    { name: 'a model served as text', how: 'mime', path: isModel, code: 'assets-mime' },
    { name: 'a model that breaks off, again and again', how: 'cut', path: isModel, code: 'assets-cut' },
    // Four tries of fifteen seconds of silence each.
    { name: 'a model that stops coming', how: 'stalled', path: isModel, code: 'assets-stalled' },
    { name: 'a server that cannot be reached', how: 'unreachable', path: (path) => path.endsWith('.wasm'), code: 'assets-network' },
    { name: 'a worker script that is missing', how: 'missing', path: (path) => path.endsWith('/lintas-worker.js'), code: 'worker-load' },
  ]

  it.each(cases)('$name is told as $code, and no camera is turned on', async ({ how, path, code }) => {
    world.site.misbehave((asked) => (path(asked) ? how : undefined))
    try {
      await visit({ site: world.site, film: await world.film(SCENES.noFace), expectedErrors: FAILED_REQUEST }, async ({ page }) => {
        expectFault(await attempt(page, { reference }), code)
        expect(await page.evaluate(() => lintasTracks.length)).toBe(0)
      })
    } finally {
      world.site.misbehave(undefined)
    }
  })

  it('mended while the page stands: another attempt works, and downloads only what was missing', async () => {
    await visit({ site: world.site, film: await world.film(SCENES.samePerson), expectedErrors: FAILED_REQUEST }, async ({ page }) => {
      world.site.misbehave((path) => (isModel(path) ? 'missing' : undefined))
      expectFault(await attempt(page, { reference }), 'assets-not-found')
      world.site.misbehave(undefined)
      world.site.forget()
      expectAdmitted(await page.evaluate(() => e2e.attempt()))
      expect(world.site.requested.filter((path) => isModel(path))).toHaveLength(1)
    })
  })
})
