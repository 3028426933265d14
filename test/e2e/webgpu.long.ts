import { describe, expect, it } from 'vitest'
import { cosine } from './support/measure.js'
import { visit } from './support/visit.js'
import { useWorld } from './support/world.js'

// Minutes under a software adapter: run by `npm run test:long`.
const world = useWorld({ assets: ['--webgpu'] })

describe('WebGPU', () => {
  it('proves itself by the known answers and computes what WASM computes', async () => {
    const flags = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader']
    await visit({ site: world.site, flags }, async ({ page }) => {
      const wasm = await page.evaluate(async () => {
        await e2e.keep({ backend: 'wasm' })
        return e2e.seeOnKept('obama')
      })
      const info = await page.evaluate(() => e2e.keep({ backend: 'webgpu', timeoutMs: 300_000 }))
      expect(info).toMatchObject({ backend: 'webgpu', fallbacks: [] })
      const webgpu = await page.evaluate(() => e2e.seeOnKept('obama'))
      expect(Object.keys(webgpu)).toEqual(Object.keys(wasm))
      // FaceNet's eight-bit form computes in integers in WASM and in float here: 0.9982 at worst was measured between the two.
      for (const [space, vector] of Object.entries(wasm)) expect(cosine(vector, webgpu[space]!), space).toBeGreaterThanOrEqual(0.995)
      await page.evaluate(() => e2e.letGo())
    })
  })
})
