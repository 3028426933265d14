import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openDemoServer, readConfig, type DemoServer } from '@lintas/server'
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
  // Two people's films take a minute each on two cores.
}, 600_000)
afterAll(async () => {
  await demo?.close()
  await rm(folder, { recursive: true, force: true })
})

it('enrols over the server, waits for the officer, checks in, and believes the signed decision alone', async () => {
  await visit({ site }, async ({ page, go }) => {
    await page.locator('#login-form button').click()
    await page.locator('#agree').check()
    await standBefore(page, films.get('obama')!, script)
    expect(await attemptOver(page, 'lintas-enrolment')).toMatch(/Pendaftaran menunggu persetujuan/)
    await page.locator('#receipt-told.good').waitFor()
    expect(await page.locator('#claims').innerText()).toMatch(/menunggu petugas[^]*server-verified/)
    expect(await page.locator('lintas-checkin').isVisible()).toBe(false)

    await go('/officer.html')
    await page.getByRole('button', { name: 'Masuk sebagai petugas demo' }).click()
    const card = page.locator('#enrolments article', { hasText: 'pegawai-1' })
    expect(await card.getByRole('button', { name: 'Setujui' }).isEnabled()).toBe(false)
    expect(await card.locator('img').count()).toBe(0)
    await card.getByRole('button', { name: 'Lihat foto' }).click()
    const picture = card.getByRole('img', { name: 'Wajah pada pendaftaran pegawai-1' })
    await picture.waitFor()
    expect(await picture.evaluate(async (image: HTMLImageElement) => await image.decode().then(() => image.naturalWidth))).toBeGreaterThan(100)
    await card.getByRole('checkbox').check()
    await card.getByRole('button', { name: 'Setujui' }).click()
    await page.getByText('Pendaftaran pegawai-1 disetujui.').waitFor()

    await go('/')
    await standBefore(page, films.get('obama3')!, script)
    expect(await attemptOver(page, 'lintas-checkin')).toMatch(/Wajah cocok/)
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
