import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openDemoServer, readConfig, type DemoServer } from '@lintas/server'
import type { Page, Route } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ACTIONS } from '../attacks/index.js'
import { attemptOver, standBefore } from './support/agency-person.js'
import { DEMO_PAGES, assembleAssets, personScript, temporaryFolder } from './support/folders.js'
import { personFilms, type PersonFilms } from './support/live-person.js'
import type { Site } from './support/site.js'
import { visit } from './support/visit.js'

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
}, 600_000)
afterAll(async () => {
  await demo?.close()
  await rm(folder, { recursive: true, force: true })
})

/** Cuts the way to the agency's relay at the first message to `at`: the message itself, or its answer, and all that follow. Gives what mends it. */
async function cutAt(page: Page, at: RegExp, how: 'message' | 'answer'): Promise<() => Promise<void>> {
  const network = { down: false }
  const relay = (url: URL): boolean => url.pathname.startsWith('/lintas-api/')
  const handle = async (route: Route): Promise<void> => {
    const isHere = at.test(new URL(route.request().url()).pathname)
    if (isHere && how === 'answer' && !network.down) await route.fetch()
    network.down ||= isHere
    await (network.down ? route.abort('internetdisconnected') : route.continue())
  }
  await page.route(relay, handle)
  return () => page.unroute(relay, handle)
}

it('a check-in whose network went ends recorded once: during the actions, and after everything had arrived', async () => {
  await visit({ site, expectedErrors: /Failed to load resource/ }, async ({ page, go }) => {
    const stand = (portrait: string): Promise<void> => standBefore(page, films.get(portrait)!, script)
    await page.locator('#login-form button').click()
    await page.locator('#agree').check()
    await stand('obama')
    expect(await attemptOver(page, 'lintas-enrolment')).toMatch(/Pendaftaran menunggu persetujuan/)
    await go('/officer.html')
    await page.getByRole('button', { name: 'Masuk sebagai petugas demo' }).click()
    const card = page.locator('#enrolments article', { hasText: 'pegawai-1' })
    await card.getByRole('checkbox').check()
    await card.getByRole('button', { name: 'Setujui' }).click()
    await page.getByText('Pendaftaran pegawai-1 disetujui.').waitFor()

    const packed = page.waitForResponse((response) => response.url().endsWith('/lintas-api/packs'))
    await go('/')
    expect((await packed).status()).toBe(200)
    await stand('obama3')
    const mend = await cutAt(page, /\/steps\/2$/, 'message')
    // The first attempt is told that the network went; the next one goes without.
    expect(await attemptOver(page, 'lintas-checkin')).toMatch(/Jaringan terputus/)
    expect(await attemptOver(page, 'lintas-checkin')).toMatch(/Presensi tersimpan di perangkat ini/)
    await page.getByText('Menunggu dikirim: 1, sejak').waitFor()
    const rows = page.locator('.attendance tr', { hasText: 'pegawai-1' })
    expect(await rows.count()).toBe(0)

    // It comes back, and goes again when everything has arrived and nothing was answered.
    await mend()
    const mendAgain = await cutAt(page, /\/check-ins$/, 'answer')
    const arrived = page.waitForEvent('requestfailed', { predicate: (request) => request.url().endsWith('/check-ins'), timeout: 60_000 })
    await page.evaluate(() => window.dispatchEvent(new Event('online')))
    await arrived
    expect(await page.locator('lintas-checkin').getAttribute('state')).toBe('waiting')

    // Closed and opened again, as a phone is: the same is sent again, and gets the answer of before.
    await mendAgain()
    await go('/')
    await page.locator('#receipt-told.good').waitFor({ timeout: 60_000 })
    expect(await page.locator('#claims').innerText()).toMatch(/diterima[^]*deferred[^]*WIB – /)
    expect((await rows.innerText()).match(/WIB/g)).toHaveLength(1)
    expect(await page.locator('lintas-checkin').locator('[part=queue]').count()).toBe(0)
  })
}, 600_000)
