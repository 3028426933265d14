import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ERROR_CODES } from '@lintas/core'
import { LOCALES, messagesOf, type LintasCheckin, type LocaleName, type MessageKey } from '@lintas/element'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Page } from 'playwright-core'
import { temporaryFolder } from './support/folders.js'
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

/** Drops files onto the middle of `selector`, as a hand does: the browser's own drop, which opens a file where no page prevents it. */
async function drop(page: Page, selector: string, files: readonly string[]): Promise<void> {
  const target = page.locator(selector)
  await target.scrollIntoViewIfNeeded()
  const box = await target.boundingBox()
  if (box === null) throw new Error(`${selector} is not to be seen`)
  const session = await page.context().newCDPSession(page)
  const where = { x: box.x + box.width / 2, y: box.y + box.height / 2, data: { items: [], files: [...files], dragOperationsMask: 1 } }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) await session.send('Input.dispatchDragEvent', { type, ...where })
  await session.detach()
}

/** What a server's answers show, by the gallery's case. */
const RELAYED: Readonly<Record<string, { readonly state: string; readonly words: readonly MessageKey[] }>> = {
  pending: { state: 'pending', words: ['pending-enrolment-title', 'pending-enrolment-lead'] },
  review: { state: 'pending', words: ['pending-checkin-title', 'pending-checkin-lead'] },
  kept: { state: 'waiting', words: ['waiting-title', 'waiting-lead'] },
  unsaid: { state: 'refused', words: ['refused-checkin-title', 'refused-unsaid'] },
  wait: { state: 'refused', words: ['pad-hint:more-light', 'next-wait'] },
  assisted: { state: 'refused', words: ['refused-checkin-title', 'next-assisted'] },
  server: { state: 'comparing', words: ['relayed-title', 'relayed-lead'] },
}

/** What an element of the gallery shows for a case, by the locale's own words. */
function expectedOf(name: string, locale: LocaleName): { readonly state: string; readonly texts: readonly string[] } {
  const words = messagesOf(locale)
  const say = (key: string): string => words[key as MessageKey]
  if ((ERROR_CODES as readonly string[]).includes(name)) {
    return { state: 'error', texts: [say(`error:${name}`), say(`help:${name}`), say('code-line').replace('{code}', name)] }
  }
  if (name.startsWith('hint:')) return { state: name === 'hint:hold-still' ? 'holding' : 'searching', texts: [say(name)] }
  if (name.startsWith('action:')) {
    const count = say('acting-lead').replace('{step}', '2').replace('{of}', '3')
    return { state: 'acting', texts: [say(name), name === 'action:turn-left' ? `${say('acting-again')} ${count}` : count] }
  }
  // Before the start: all movements are nothing to be told of.
  if (name.startsWith('route:')) {
    const chosen = name === 'route:standard' ? [] : [say('route-chosen').replace('{route}', say(name))]
    return { state: 'idle', texts: [say('checkin-title'), ...chosen] }
  }
  if (name.startsWith('pad-hint:')) return { state: 'refused', texts: [say('reason:pad:undetermined'), say(name)] }
  if (`reason:${name}` in words) {
    const kind = name === 'samples-disagree' ? 'enrolment' : 'checkin'
    return { state: 'refused', texts: [say(`refused-${kind}-title`), say(`reason:${name}`)] }
  }
  const relayed = RELAYED[name]
  if (relayed !== undefined) return { state: relayed.state, texts: relayed.words.map(say) }
  return { state: name, texts: [say(`${name}-title`)] }
}

interface Shown {
  readonly state: string
  readonly missing: readonly string[]
}

/** Opens a case and waits until both of its elements show what they should, or do not in three seconds; tells what each lacks. */
function openCase(page: Page, name: string): Promise<readonly Shown[]> {
  const expected = LOCALES.map((locale) => expectedOf(name, locale))
  return page.evaluate(
    async ({ hash, wanted }) => {
      location.hash = hash
      const look = (): Shown[] => {
        const elements = [...document.querySelectorAll<HTMLElement>('.viewer :is(lintas-checkin, lintas-enrolment):not([hidden])')]
        return elements.map((element, index) => {
          const lines = [...(element.shadowRoot?.querySelectorAll('h2, p, li, [part=route]') ?? [])].map((line) => line.textContent.trim())
          return { state: element.getAttribute('state') ?? '', missing: wanted[index]?.texts.filter((text) => !lines.includes(text)) ?? ['?'] }
        })
      }
      const done = (): boolean => look().every(({ state, missing }, index) => state === wanted[index]?.state && missing.length === 0)
      const end = performance.now() + 3000
      do await new Promise((resolve) => setTimeout(resolve, 20))
      while (!done() && performance.now() < end)
      return look()
    },
    { hash: encodeURIComponent(name), wanted: expected },
  )
}

describe('the demo', () => {
  it('enrols, checks in, matches, and a deleted reference leaves nothing', async () => {
    // A portrait that is held still makes no movements: the comparison is tried without them.
    await visit({ site: world.site, film: await world.film(SCENES.enrolled), path: '/client.html?pad=none' }, async ({ page, go }) => {
      await page.getByRole('heading', { level: 1 }).waitFor()
      // The page says that liveness is not checked here.
      expect(await page.locator('.notice').innerText()).toMatch(/PAD[^]*dimatikan/)
      expect(await page.locator('#no-challenge').isChecked()).toBe(true)
      const enrolment = page.locator('lintas-enrolment')
      expect(await enrolment.isVisible()).toBe(false)
      const subject = await page.locator('#subject').inputValue()
      await page.locator('#agree').check()
      await enrolment.getByRole('button', { name: 'Mulai' }).click()
      await page.locator('lintas-enrolment[state=enrolled]').waitFor({ timeout: 120_000 })

      await page.locator('.reference', { hasText: subject }).waitFor()
      expect(await page.locator('#told').innerText()).toBe(`Data wajah ${subject} tersimpan.`)
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
      await go('/client.html')
      await page.locator('.reference', { hasText: subject }).waitFor()
      await page.getByRole('button', { name: `Delete the reference of ${subject}` }).press('Enter')
      await page.locator('#check-first').waitFor({ state: 'visible' })
      expect(await page.locator('#told').innerText()).toBe(`The reference of ${subject} was deleted.`)
      // The pressed button is gone; the keyboard is not.
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('check-title')
      expect((await kept(page, subject)).records).toBe(0)
      expect(await checkIn.isVisible()).toBe(false)
      await go('/client.html')
      await page.locator('#check-first').waitFor({ state: 'visible' })
      expect(await kept(page, subject)).toEqual({ records: 0, mentions: 0 })
    })
  })

  it('asks for movements unless the switch turns them off, which the address keeps and the page says the worth of', async () => {
    await visit({ site: world.site, path: '/client.html?lang=en' }, async ({ page }) => {
      const policy = (): Promise<unknown> => page.locator('lintas-checkin').evaluate((element) => (element as LintasCheckin).policy)
      const worth = (): Promise<string> => page.locator('#worth-pad').innerText()
      expect(await policy()).toEqual({ pad: 'standard' })
      expect(await worth()).toMatch(/not been measured/)
      await page.locator('#no-challenge').check()
      expect([await policy(), new URL(page.url()).search]).toEqual([{ pad: 'none' }, '?lang=en&pad=none'])
      expect(await worth()).toMatch(/is off/)
      await page.reload()
      expect(await page.locator('#no-challenge').isChecked()).toBe(true)
      await page.locator('#no-challenge').uncheck()
      expect([await policy(), new URL(page.url()).search]).toEqual([{ pad: 'standard' }, '?lang=en'])
    })
  })

  it('ends the download with the attempt that it was for, and loads again for the next', async () => {
    await visit({ site: world.site, film: await world.film(SCENES.enrolled), path: '/client.html' }, async ({ page }) => {
      const asked: string[] = []
      // The models never arrive.
      await page.route('**/*.onnx', (route) => void asked.push(route.request().url()))
      const enrolment = page.locator('lintas-enrolment')
      await page.locator('#agree').check()
      await enrolment.getByRole('button', { name: 'Mulai' }).click()
      await expect.poll(() => asked.length, { timeout: 30_000 }).toBeGreaterThan(0)
      expect(page.workers()).toHaveLength(1)
      await enrolment.getByRole('button', { name: 'Batal' }).click()
      await expect.poll(() => page.workers().length).toBe(0)

      await page.unroute('**/*.onnx')
      await enrolment.getByRole('button', { name: 'Mulai' }).click()
      await page.locator('lintas-enrolment[state=enrolled]').waitFor({ timeout: 120_000 })
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

  it('takes two pictures dropped at once, one for each side, and speaks of them in either language', async () => {
    await visit({ site: world.site, path: '/headless.html?lang=en' }, async ({ page }) => {
      await drop(page, '.drop[data-side=b]', [portraitFile('obama'), portraitFile('obama3')])
      await page.locator('.verdict.match').waitFor({ timeout: 60_000 })
      const lines = (): Promise<string[]> => page.locator('#status .status').allInnerTexts()
      expect(await lines()).toEqual(['Picture A: Done.', 'Picture B: Done.'])
      await page.getByRole('button', { name: 'Indonesia' }).click()
      expect(await lines()).toEqual(['Gambar A: Selesai.', 'Gambar B: Selesai.'])
    })
  })

  it('a file that is no picture spoils only its own side; one dropped beside the zones does not replace the page', async () => {
    const folder = await temporaryFolder()
    onTestFinished(() => rm(folder, { recursive: true }))
    const broken = join(folder, 'broken.jpg')
    await writeFile(broken, 'not a picture')
    await visit({ site: world.site, path: '/headless.html?lang=en' }, async ({ page }) => {
      await drop(page, '.intro', [portraitFile('obama')])
      await drop(page, '.drop[data-side=a]', [portraitFile('obama'), broken])
      await page.locator('.picture').waitFor({ timeout: 60_000 })
      expect(await page.locator('#status [data-side=a]').innerText()).toBe('Picture A: Done.')
      expect(await page.locator('#status [data-side=b]').innerText()).toMatch(/^Picture B: Fault still-undecodable:/)
      const workers = page.workers()
      expect(workers).toHaveLength(1)
      await drop(page, '.drop[data-side=b]', [portraitFile('obama3')])
      await page.locator('.verdict.match').waitFor({ timeout: 60_000 })
      // The same line looked at both: nothing was loaded a second time.
      expect(page.workers()).toEqual(workers)
      // Unprevented, a dropped picture opens in place of the page or beside it.
      expect(
        page
          .context()
          .pages()
          .map((one) => new URL(one.url()).pathname),
      ).toEqual(['/headless.html'])
    })
  })

  it('shows every failure in its gallery, in both languages, without a camera', async () => {
    await visit({ site: world.site, path: '/gallery.html' }, async ({ page }) => {
      const names = await page.locator('#case option').evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value))
      const codes = Object.keys(messagesOf('id')).flatMap((key) => /^reason:(.*)$/.exec(key)?.[1] ?? /^hint:.*$/.exec(key)?.[0] ?? [])
      expect(names).toEqual(expect.arrayContaining([...ERROR_CODES, ...codes, 'admitted', 'enrolled', 'loading', 'permission', 'comparing']))
      for (const name of names) {
        const right = LOCALES.map((locale) => ({ state: expectedOf(name, locale).state, missing: [] }))
        expect(await openCase(page, name), name).toEqual(right)
      }
      expect(await page.evaluate(() => lintasTracks.length)).toBe(0)
    })
  })

  it('shows the first case of its gallery where an address names none', async () => {
    await visit({ site: world.site, path: '/gallery.html#%' }, async ({ page }) => {
      await page.locator('lintas-checkin[state=refused]').first().waitFor()
      expect(await page.locator('#chosen').innerText()).toBe('comparison:non-match')
    })
  })
})

describe('the README', () => {
  it('shows a page that works as it stands: enrols, then admits the same person', async () => {
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
    const [, snippet = ''] = /```html\n(<script[^]*?)```/.exec(readme) ?? []
    await visit({ site: world.site, film: await world.film(SCENES.enrolled), path: '/client.html' }, async ({ page, go }) => {
      // Its script is inline: the one thing that the strict header of the site would not allow.
      await page.route('**/readme', (route) => route.fulfill({ contentType: 'text/html', body: `<!doctype html><title>README</title>${snippet}` }))
      await go('/readme')
      const said: string[] = []
      page.on('console', (message) => said.push(message.text()))
      await page.locator('lintas-enrolment').getByRole('button', { name: 'Mulai' }).click()
      await page.locator('lintas-enrolment[state=enrolled]').waitFor({ timeout: 120_000 })
      await page.locator('lintas-checkin').getByRole('button', { name: 'Mulai' }).click()
      await page.locator('lintas-checkin[state=admitted]').waitFor({ timeout: 120_000 })
      expect(said).toContain('admitted []')
    })
  })
})
