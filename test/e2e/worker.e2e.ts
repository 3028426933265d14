import { beforeAll, describe, expect, it } from 'vitest'
import { attempt, enrolled, expectAdmitted } from './support/attempt.js'
import { SCENES } from './support/scenes.js'
import { longestTaskMs } from './support/trace.js'
import { visit } from './support/visit.js'
import { useWorld } from './support/world.js'

const world = useWorld()
let reference = ''

beforeAll(async () => {
  reference = await enrolled(world.site, 'obama')
})

describe('the worker', () => {
  it('ends when nobody asks for a while, and starts again at the next call', async () => {
    await visit({ site: world.site }, async ({ page }) => {
      await page.evaluate(() => e2e.keep({ idleMs: 1500, threads: 1 }))
      const before = await page.evaluate(() => e2e.seeOnKept('obama'))
      expect(page.workers()).toHaveLength(1)
      await expect.poll(() => page.workers().length, { timeout: 20_000 }).toBe(0)
      expect(await page.evaluate(() => e2e.seeOnKept('obama'))).toEqual(before)
      expect(page.workers()).toHaveLength(1)
      await page.evaluate(() => e2e.letGo())
      await expect.poll(() => page.workers().length, { timeout: 20_000 }).toBe(0)
    })
  })

  it('is gone with the element', async () => {
    await visit({ site: world.site, film: await world.film(SCENES.samePerson) }, async ({ page }) => {
      expectAdmitted(await attempt(page, { reference }))
      // Kept for the next attempt.
      expect(page.workers().length).toBeGreaterThan(0)
      await page.evaluate(() => document.querySelector('lintas-checkin')?.remove())
      await expect.poll(() => page.workers().length, { timeout: 20_000 }).toBe(0)
    })
  })
})

describe('the page', () => {
  it('is never busy for 50 ms of processor time during a check-in', async () => {
    await visit({ site: world.site, film: await world.film(SCENES.samePerson) }, async ({ browser, page }) => {
      await browser.startTracing(page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline'] })
      const ending = await attempt(page, { reference })
      const trace = await browser.stopTracing()
      expectAdmitted(ending)
      expect(longestTaskMs(trace)).toBeLessThan(50)
    })
  })
})
