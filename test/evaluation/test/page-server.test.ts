import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Picture } from '../src/data-set.js'
import { PictureQueue } from '../src/engine.js'
import { servePage } from '../src/page-server.js'

let folder: string
let server: Awaited<ReturnType<typeof servePage>>
let told: [number, unknown][]
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lintas-page-'))
  writeFileSync(join(folder, 'one.jpg'), 'a picture')
  writeFileSync(join(folder, 'secret.txt'), 'a secret')
  told = []
  const picture: Picture = { file: 'one.jpg', path: join(folder, 'one.jpg'), sha256: '', subject: 's' }
  const queue = new PictureQueue([picture], (index, sample) => told.push([index, sample]))
  server = await servePage({ assets: join(folder, 'assets'), script: 'script()', queue })
})
afterEach(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

/** `fetch` would tidy the path up before it asks. */
const rawStatus = (path: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const { port } = new URL(server.url)
    get({ host: '127.0.0.1', port, path }, (response) => {
      response.resume()
      resolve(response.statusCode)
    }).on('error', reject)
  })

describe("the page's server", () => {
  it('hands out pictures by number, each once, and takes what came of them', async () => {
    expect(await (await fetch(`${server.url}next`, { method: 'POST' })).json()).toBe(0)
    const picture = await fetch(`${server.url}picture/0`)
    expect(picture.headers.get('Content-Type')).toBe('image/jpeg')
    expect(await picture.text()).toBe('a picture')
    await fetch(`${server.url}outcome/0`, { method: 'POST', body: JSON.stringify({ sample: { faces: 0 } }) })
    expect(told).toEqual([[0, { faces: 0 }]])
    expect((await fetch(`${server.url}next`, { method: 'POST' })).status).toBe(204)
  })

  it.each([
    '/picture/1',
    '/picture/one.jpg',
    '/lintas/../secret.txt',
    '/lintas/%2e%2e/secret.txt',
    '/lintas/..%2fsecret.txt',
    '/../secret.txt',
    '/secret.txt',
    '/lintas/',
  ])('gives nothing else: %s', async (path) => {
    expect(await rawStatus(path)).toBe(404)
  })

  it('sends the strict header with the page', async () => {
    const page = await fetch(server.url)
    expect(page.headers.get('Content-Security-Policy')).toContain("require-trusted-types-for 'script'")
    expect(await page.text()).toContain('/page.js')
  })
})
