import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { SCENES } from './support/scenes.js'
import { visit } from './support/visit.js'
import { useWorld } from './support/world.js'

// Every other test relies on a visit's own checks: here each of them is shown able to fail.
const world = useWorld()

/** TypeScript's library has no types of it. */
interface TrustedTypesHolder {
  readonly trustedTypes: { createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): { createScriptURL(url: string): string } }
}

describe('a visit', () => {
  it('notices what the policy forbids in the page', async () => {
    const dirty = visit({ site: world.site }, async ({ page }) => {
      await page.evaluate(() => document.body.setAttribute('style', 'color: red'))
    })
    await expect(dirty).rejects.toThrow(/policy was violated: style-src/)
  })

  it('notices what the policy forbids in a worker', async () => {
    const dirty = visit({ site: world.site }, async ({ page }) => {
      await page.evaluate(
        () =>
          new Promise<void>((resolve) => {
            const { trustedTypes } = globalThis as unknown as TrustedTypesHolder
            const policy = trustedTypes.createPolicy('lintas', { createScriptURL: (url) => url })
            new Worker(policy.createScriptURL('/naughty.js')).onmessage = () => resolve()
          }),
      )
    })
    await expect(dirty).rejects.toThrow(/policy was violated: [^]*naughty\.js/)
  })

  it('notices a request to another origin', async () => {
    const other = createServer((_request, response) => response.end()).listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    try {
      const dirty = visit({ site: world.site }, async ({ page }) => {
        // Of all ways out of the page the policy leaves one open.
        await page.evaluate((address) => void (location.href = address), `http://127.0.0.1:${port}/`)
        await page.waitForURL(`http://127.0.0.1:${port}/`)
      })
      await expect(dirty).rejects.toThrow(/left the origin/)
    } finally {
      other.close()
    }
  })

  it('notices an error of the page and a camera left on', async () => {
    const dirty = visit({ site: world.site, film: await world.film(SCENES.noFace) }, async ({ page }) => {
      await page.evaluate(async () => {
        await navigator.mediaDevices.getUserMedia({ video: true })
        setTimeout(() => {
          throw new Error('a bug')
        })
      })
      await page.waitForTimeout(100)
    })
    await expect(dirty).rejects.toThrow(/the page threw: a bug[^]*1 camera tracks were left on|1 camera tracks were left on[^]*the page threw: a bug/)
  })
})
