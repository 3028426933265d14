import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { browserEngine } from '../src/browser-engine.js'
import { PictureQueue } from '../src/engine.js'

const page = fileURLToPath(new URL('../src/page.ts', import.meta.url))
const options = { assets: '/nowhere', spaces: ['x'], detector: 'auto', face: 'central', lanes: 1 } as const
const messageOf = (chromium: string | undefined): Promise<string> =>
  browserEngine({ page, chromium, flags: [] })(options, new PictureQueue([], () => undefined)).then(
    () => 'it ran',
    (fault: unknown) => (fault as Error).message,
  )

describe('the engine in a browser', () => {
  it.each(['/bin/false', '/nowhere/chromium'])('says in one line that Chromium does not start: %s', async (chromium) => {
    const message = await messageOf(chromium)
    expect(message).toContain(`Chromium (${chromium}) did not start, or ended: `)
    expect(message).toContain('the same command goes on from there')
    expect(message).not.toContain('\n')
  })

  it('says what to do without one', async () => {
    expect(await messageOf(undefined)).toBe('no Chromium was found: set CHROME_PATH, or use --engine node')
  })
})
