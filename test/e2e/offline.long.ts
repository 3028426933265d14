import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openDemoServer, readConfig } from '@lintas/server'
import type { Page, Route } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import { ACTIONS } from '../attacks/index.js'
import { attemptOver, standBefore } from './support/agency-person.js'
import { DEMO_PAGES, assembleAssets, personScript, temporaryFolder } from './support/folders.js'
import { personFilms, type PersonFilms } from './support/live-person.js'
import type { Site } from './support/site.js'
import { visit } from './support/visit.js'

let assets = ''
let script = ''
/** Two portraits of one person: nobody moves the same way twice. */
const films = new Map<string, PersonFilms>()

beforeAll(async () => {
  for (const portrait of ['obama', 'obama3'] as const) films.set(portrait, await personFilms(portrait, ACTIONS))
  script = await personScript()
  assets = await assembleAssets()
}, 600_000)

/** What happens at an agency; whether a check-in is recorded at its end. */
type Scene = (page: Page, go: (path: string) => Promise<unknown>, stand: () => Promise<void>) => Promise<boolean>

/** An agency of its own, before whose page somebody who was enrolled and approved stands, with nonces for the day without a network. */
async function atAgency(scene: Scene): Promise<boolean> {
  const folder = await temporaryFolder()
  const config = readConfig({ LINTAS_DATA: join(folder, 'data'), LINTAS_WORKERS: '1' })
  const demo = await openDemoServer({ config, folder, pages: DEMO_PAGES, assets })
  const origin = `${await demo.app.listen({ host: '127.0.0.1', port: 0 })}/`
  const site: Site = { origin, requested: [], violations: [], forget: () => undefined, misbehave: () => undefined, close: () => Promise.resolve() }
  const outcomes: boolean[] = []
  try {
    await visit({ site, expectedErrors: /Failed to load resource/ }, async ({ page, go }) => {
      await page.locator('#login-form button').click()
      await page.locator('#agree').check()
      await standBefore(page, films.get('obama')!, script)
      await enrolled(page)
      await go('/officer.html')
      await page.getByRole('button', { name: 'Masuk sebagai petugas demo' }).click()
      const card = page.locator('#enrolments article', { hasText: 'pegawai-1' })
      await card.getByRole('checkbox').check()
      await card.getByRole('button', { name: 'Setujui' }).click()
      await page.getByText('Pendaftaran pegawai-1 disetujui.').waitFor()
      const packed = page.waitForResponse((response) => response.url().endsWith('/lintas-api/packs'))
      await go('/')
      expect((await packed).status()).toBe(200)
      outcomes.push(await scene(page, go, () => standBefore(page, films.get('obama3')!, script)))
    })
    return outcomes.includes(true)
  } finally {
    await demo.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Whoever is not understood the first time tries again, as people do. */
async function enrolled(page: Page): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const words = await attemptOver(page, 'lintas-enrolment')
    if (/Pendaftaran menunggu persetujuan/.test(words)) return
    if (tries === 3) throw new Error(`three attempts to enrol: ${words}`)
  }
}

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

const rowsOf = (page: Page) => page.locator('.attendance tr', { hasText: 'pegawai-1' })

/** Tries until the check-in waits on the device: whoever is told that the network went tries again. */
async function untilItWaits(page: Page): Promise<void> {
  for (let tries = 1; tries <= 3; tries += 1) {
    const words = await attemptOver(page, 'lintas-checkin')
    if ((await page.locator('lintas-checkin').getAttribute('state')) === 'waiting') return
    expect(words).toMatch(/Jaringan terputus/)
  }
  throw new Error('three attempts, and none of them waits')
}

/**
 * The attendance table holds one arrival and no departure, and nothing waits any more; also after the page was opened again. False where the server
 * refused what it saw, which is an end too, and leaves no record: a machine that is busy films people whom nobody would know.
 */
async function recordedOnce(page: Page, go: (path: string) => Promise<unknown>): Promise<boolean> {
  await page.locator('#receipt-told.good').waitFor({ timeout: 60_000 })
  const claims = await page.locator('#claims').innerText()
  if (/ditolak/.test(claims)) {
    expect(await rowsOf(page).count()).toBe(0)
    return false
  }
  expect(claims).toMatch(/diterima/)
  for (const again of [false, true]) {
    if (again) await go('/')
    await rowsOf(page).waitFor()
    expect((await rowsOf(page).innerText()).match(/WIB/g)).toHaveLength(1)
    expect(await page.locator('lintas-checkin').locator('[part=queue]').count()).toBe(0)
  }
  return true
}

/** Until one of three is recorded: what is looked at is what the cuts do, not how well a puppet is understood. */
async function untilRecorded(
  scene: (page: Page, go: (path: string) => Promise<unknown>, stand: () => Promise<void>) => Promise<boolean>,
): Promise<void> {
  for (let tries = 1; tries <= 3; tries += 1) {
    if (await atAgency(scene)) return
  }
  throw new Error('refused three times')
}

const MESSAGES: Readonly<Record<string, RegExp>> = {
  session: /\/lintas-api\/session$/,
  begin: /\/begin$/,
  'steps/1': /\/steps\/1$/,
  'steps/2': /\/steps\/2$/,
  'steps/3': /\/steps\/3$/,
  'check-ins': /\/check-ins$/,
}
const CUTS = Object.keys(MESSAGES).flatMap((at) => [[at, 'message'] as const, [at, 'answer'] as const])

it.each(CUTS)('a check-in whose network went at %s, with the %s, ends recorded once', async (at, how) => {
  await untilRecorded(async (page, go, stand) => {
    await stand()
    const mend = await cutAt(page, MESSAGES[at]!, how)
    await untilItWaits(page)
    await page.getByText('Menunggu dikirim: 1, sejak').waitFor()
    await mend()
    await page.evaluate(() => window.dispatchEvent(new Event('online')))
    return await recordedOnce(page, go)
  })
})

it('a check-in that was cut twice and whose page was closed in between ends recorded once', async () => {
  await untilRecorded(async (page, go, stand) => {
    await stand()
    const mend = await cutAt(page, MESSAGES['steps/2']!, 'message')
    await untilItWaits(page)
    expect(await rowsOf(page).count()).toBe(0)

    // It comes back, and goes again when everything has arrived and nothing was answered.
    await mend()
    const mendAgain = await cutAt(page, MESSAGES['check-ins']!, 'answer')
    const arrived = page.waitForEvent('requestfailed', { predicate: (request) => request.url().endsWith('/check-ins'), timeout: 60_000 })
    await page.evaluate(() => window.dispatchEvent(new Event('online')))
    await arrived
    expect(await page.locator('lintas-checkin').getAttribute('state')).toBe('waiting')

    // Closed and opened again, as a phone is: the same is sent again, and gets the answer of before.
    await mendAgain()
    await go('/')
    await page.locator('#receipt-told.good').waitFor({ timeout: 60_000 })
    expect(await page.locator('#claims').innerText()).toMatch(/deferred[^]*WIB – /)
    return await recordedOnce(page, go)
  })
})
