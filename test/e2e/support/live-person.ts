import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { ACTIONS, framesOf, type Action, type ScriptedAction } from '../../attacks/index.js'
import { kept } from '../../kept.js'
import type { PortraitName } from './portraits.js'

export { ACTIONS }

/** What films are made of. */
const SOURCES = ['test/attacks', 'test/e2e/support/live-person.ts', 'test/fixtures/portraits']

/** Frames a second: as many as the line here looks at, and some. */
export const PERSON_FPS = 12

/** Longer than any attempt waits between actions: a person never moves the same way twice. */
const IDLE_SECONDS = 30

/** How long each action is held, milliseconds: three frames a second must see it. */
const HOLD_MS = 1500

/** The way there, the hold and the way back, seconds. */
const ACTION_SECONDS = (350 + HOLD_MS + 350) / 1000 + 0.15

/** JPEGs end to end of what a person can do: `idle`, and each action. */
export type PersonFilms = ReadonlyMap<string, Buffer>

/** Somebody who does what they are told when they are told: the puppet of a portrait. */
export async function personFilms(portrait: PortraitName, actions: readonly Action[]): Promise<PersonFilms> {
  const films = await kept('person-films', SOURCES, [portrait, actions], () => filmAll(portrait, actions))
  return new Map([...films].map(([name, bytes]) => [name, Buffer.from(bytes)]))
}

async function filmAll(portrait: PortraitName, actions: readonly Action[]): Promise<ReadonlyMap<string, Uint8Array>> {
  const films = new Map<string, Uint8Array>([['idle', await filmOf(portrait, [], IDLE_SECONDS, 11)]])
  for (const [index, action] of actions.entries())
    films.set(action, await filmOf(portrait, [{ action, startMs: 0, holdMs: HOLD_MS }], ACTION_SECONDS, 20 + index))
  return films
}

/** Lets the page fetch them under `/person/`. */
export async function servePerson(page: Page, films: PersonFilms): Promise<void> {
  await page.route('**/person/*', async (route) => {
    const body = films.get(new URL(route.request().url()).pathname.replace('/person/', ''))
    await (body === undefined ? route.fulfill({ status: 404 }) : route.fulfill({ body, contentType: 'application/octet-stream' }))
  })
}

async function filmOf(portrait: PortraitName, actions: readonly ScriptedAction[], seconds: number, seed: number): Promise<Buffer> {
  const jpegs: Buffer[] = []
  for await (const { raster } of framesOf('puppet', { portrait, actions, seconds, seed, fps: PERSON_FPS })) {
    const { data, width, height } = raster
    const picture = sharp(data, { raw: { width, height, channels: 4 } }).removeAlpha()
    jpegs.push(await picture.jpeg({ quality: 92, progressive: false }).toBuffer())
  }
  return Buffer.concat(jpegs)
}
