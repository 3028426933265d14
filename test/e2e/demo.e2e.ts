import { describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { portraitFile } from './support/portraits.js'
import { SCENES } from './support/scenes.js'
import { visit } from './support/visit.js'
import { useWorld } from './support/world.js'

const world = useWorld({ pages: 'demo' })

/** Everything of this origin's IndexedDB but the sealing keys, by number, and whether any store mentions `subject`. */
function kept(page: Page, subject: string): Promise<{ readonly records: number; readonly mentions: number }> {
  return page.evaluate(async (name) => {
    const done = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error ?? new Error('IndexedDB failed'))
      })
    const keys: IDBValidKey[] = []
    const texts = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie, document.body.innerText]
    for (const { name: database = '' } of await indexedDB.databases()) {
      const opened = await done(indexedDB.open(database))
      for (const store of opened.objectStoreNames) {
        const table = opened.transaction(store).objectStore(store)
        keys.push(...(await done(table.getAllKeys())).filter((key) => key !== 'keys'))
        texts.push(JSON.stringify(await done(opened.transaction(store).objectStore(store).getAll())))
      }
      opened.close()
    }
    texts.push(JSON.stringify(keys))
    return { records: keys.length, mentions: texts.filter((text) => text.includes(name)).length }
  }, subject)
}

describe('the demo', () => {
  it('enrols, checks in, matches, and a deleted reference leaves nothing', async () => {
    await visit({ site: world.site, film: await world.film(SCENES.enrolled) }, async ({ page, go }) => {
      await page.getByRole('heading', { level: 1 }).waitFor()
      // The page says that the demonstration checks no liveness.
      expect(await page.locator('.notice').innerText()).toMatch(/PAD/)
      const enrolment = page.locator('lintas-enrolment')
      expect(await enrolment.isVisible()).toBe(false)
      const subject = await page.locator('#subject').inputValue()
      await page.locator('#agree').check()
      await enrolment.getByRole('button', { name: 'Mulai' }).click()
      await page.locator('lintas-enrolment[state=enrolled]').waitFor({ timeout: 120_000 })

      await page.locator('.reference', { hasText: subject }).waitFor()
      const before = await kept(page, subject)
      expect(before.records).toBe(1)
      const checkIn = page.locator('lintas-checkin')
      await checkIn.getByRole('button', { name: 'Mulai' }).click()
      await page.locator('lintas-checkin[state=admitted]').waitFor({ timeout: 120_000 })
      expect(await checkIn.locator('.panel').innerText()).toMatch(/Wajah cocok[^]*Keaslian wajah tidak diperiksa/)
      expect(await page.locator('#facts').innerText()).toMatch(/admitted[^]*match[^]*undetermined[^]*client-asserted/)

      await page.getByRole('button', { name: 'English' }).click()
      expect(await checkIn.locator('.panel').innerText()).toMatch(/Face matches[^]*Liveness not checked/)

      // The reference is still there after a reload, and gone after its deletion.
      await go('/')
      await page.locator('.reference', { hasText: subject }).waitFor()
      await page.getByRole('button', { name: `Delete the reference of ${subject}` }).click()
      await page.locator('#check-first').waitFor({ state: 'visible' })
      expect(await kept(page, subject)).toEqual({ records: 0, mentions: 0 })
      expect(await checkIn.isVisible()).toBe(false)
    })
  })

  it('compares two pictures by core alone, and shows what every stage did', async () => {
    await visit({ site: world.site, path: '/headless.html?lang=en' }, async ({ page }) => {
      const put = (side: 'a' | 'b', portrait: 'obama' | 'obama3' | 'biden'): Promise<void> =>
        page.locator(`.drop[data-side=${side}] input`).setInputFiles(portraitFile(portrait))
      await put('a', 'obama')
      await page.locator('.picture').nth(0).waitFor({ timeout: 60_000 })
      await put('b', 'obama3')
      await page.locator('.verdict.match').waitFor({ timeout: 60_000 })
      expect(await page.locator('.chips canvas').count()).toBe(4)
      expect(await page.locator('.picture .good').count()).toBe(2)
      for (const picture of await page.locator('.picture').all()) {
        expect(await picture.innerText()).toMatch(/facenet-128 160×160[^]*compact-512 112×112[^]*detection[^]*embedding\s+[\d.]+ ms/)
      }
      expect(await page.locator('#info').innerText()).toMatch(/wasm[^]*mediapipe[^]*facenet-128/)

      await put('b', 'biden')
      await page.locator('.verdict.non-match').waitFor({ timeout: 60_000 })
    })
  })

  it('shows every failure in its gallery, without a camera', async () => {
    await visit({ site: world.site, path: '/gallery.html' }, async ({ page }) => {
      await page.locator('lintas-checkin[state]').first().waitFor()
      expect(await page.locator('lintas-checkin').count()).toBe(2)
      expect(await page.evaluate(() => lintasTracks.length)).toBe(0)
    })
  })
})
