import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { LintasCheckin, LintasEnrolment } from '@lintas/element'
import { openDemoServer, readConfig, type DemoServer } from '@lintas/server'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ACTIONS } from '../attacks/index.js'
import type { Person } from './page/person.js'
import { DEMO_PAGES, assembleAssets, personScript, temporaryFolder } from './support/folders.js'
import { PERSON_FPS, personFilms, servePerson, type PersonFilms } from './support/live-person.js'
import type { Site } from './support/site.js'
import { visit } from './support/visit.js'

declare global {
  /** What {@link personScript} puts into the page. */
  var lintasPerson: { readonly standBeforeCamera: (actions: readonly string[], fps: number) => Promise<Person> }
}

let folder = ''
let demo: DemoServer | undefined
let site: Site
let script = ''
/** Two portraits of one person: nobody moves the same way twice. */
const films = new Map<string, PersonFilms>()

beforeAll(async () => {
  folder = await temporaryFolder()
  for (const portrait of ['obama', 'obama3'] as const) films.set(portrait, await personFilms(portrait, ACTIONS))
  script = await personScript()
  const config = readConfig({ LINTAS_DATA: join(folder, 'data'), LINTAS_WORKERS: '1' })
  demo = await openDemoServer({ config, folder, pages: DEMO_PAGES, assets: await assembleAssets() })
  const origin = `${await demo.app.listen({ host: '127.0.0.1', port: 0 })}/`
  site = { origin, requested: [], violations: [], forget: () => undefined, misbehave: () => undefined, close: () => Promise.resolve() }
  // Two people's films take a minute each on two cores.
}, 600_000)
afterAll(async () => {
  await demo?.close()
  await rm(folder, { recursive: true, force: true })
})

/** Puts somebody before the page's camera who does what either element asks. */
async function stand(page: Page, portrait: string): Promise<void> {
  await servePerson(page, films.get(portrait)!)
  await page.evaluate(script)
  await page.evaluate(
    async ([actions, fps]) => {
      const person = await lintasPerson.standBeforeCamera(actions, fps)
      for (const element of document.querySelectorAll<LintasCheckin | LintasEnrolment>('lintas-checkin, lintas-enrolment')) {
        const { ports } = element
        element.ports = {
          ...ports,
          createServerCheckIn: (options) => {
            const { run } = ports.createServerCheckIn(options)
            return {
              run: (source, wishes) =>
                run(source, {
                  ...wishes,
                  onPrompt: (prompt) => {
                    wishes?.onPrompt?.(prompt)
                    if (prompt !== undefined) person.does(prompt.action)
                  },
                }),
            }
          },
        }
      }
    },
    [ACTIONS, PERSON_FPS] as const,
  )
}

/** Attempts of an element, to an end of one. A machine that is busy with other things is too slow for the server's clock: then the person tries again. */
async function attempt(page: Page, tag: string, tries = 3): Promise<string> {
  const element = page.locator(tag)
  await element.getByRole('button', { name: /Mulai|Coba lagi/ }).click()
  await page.locator(`${tag}:is([state=pending], [state=admitted], [state=refused], [state=error])`).waitFor({ timeout: 150_000 })
  const words = await element.locator('.panel').innerText()
  return tries > 1 && words.includes('server-session') ? attempt(page, tag, tries - 1) : words
}

it('enrols over the server, waits for the officer, checks in, and believes the signed decision alone', async () => {
  await visit({ site }, async ({ page, go }) => {
    await page.locator('#login-form button').click()
    await page.locator('#agree').check()
    await stand(page, 'obama')
    expect(await attempt(page, 'lintas-enrolment')).toMatch(/Pendaftaran menunggu persetujuan/)
    await page.locator('#receipt-told.good').waitFor()
    expect(await page.locator('#claims').innerText()).toMatch(/menunggu petugas[^]*server-verified/)
    expect(await page.locator('lintas-checkin').isVisible()).toBe(false)

    await go('/officer.html')
    await page.getByRole('button', { name: 'Masuk sebagai petugas demo' }).click()
    const card = page.locator('#enrolments article', { hasText: 'pegawai-1' })
    expect(await card.getByRole('button', { name: 'Setujui' }).isEnabled()).toBe(false)
    await card.getByRole('checkbox').check()
    await card.getByRole('button', { name: 'Setujui' }).click()
    await page.getByText('Pendaftaran pegawai-1 disetujui.').waitFor()

    await go('/')
    await stand(page, 'obama3')
    expect(await attempt(page, 'lintas-checkin')).toMatch(/Wajah cocok/)
    await page.locator('#receipt-told.good').waitFor()
    expect(await page.locator('#claims').innerText()).toMatch(/diterima[^]*server-verified[^]*WIB/)
    const row = page.locator('.attendance tr', { hasText: 'pegawai-1' })
    expect(await row.innerText()).toMatch(/\d\d\.\d\d WIB/)
    await page.getByRole('button', { name: 'Hapus data wajah' }).click()
    await page.getByText('Wajah Anda belum terdaftar.').waitFor()
    expect(await page.locator('lintas-checkin').isVisible()).toBe(false)
    expect(await row.count()).toBe(1)
  })
}, 600_000)

it('tells of a server that is not there, and leads to what works without one', async () => {
  await visit({ site, expectedErrors: /404/ }, async ({ page }) => {
    await page.route('**/demo/**', (route) => route.fulfill({ status: 404, body: '' }))
    await page.reload()
    await page.getByText('Server demo tidak ada di alamat ini').waitFor()
    await page.getByRole('link', { name: 'Peramban saja' }).click()
    await page.locator('#subject').waitFor()
  })
})
