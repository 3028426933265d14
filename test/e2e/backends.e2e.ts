import { beforeAll, describe, expect, it } from 'vitest'
import { attempt, enrolled, expectAdmitted } from './support/attempt.js'
import { cosine } from './support/measure.js'
import { SCENES } from './support/scenes.js'
import { visit } from './support/visit.js'
import { useWorld } from './support/world.js'

// A folder with everything, so that what is not downloaded could have been.
const world = useWorld({ assets: ['--profile', 'all', '--webgpu'] })
let reference = ''

beforeAll(async () => {
  reference = await enrolled(world.site, 'obama')
})

describe('without WebGL', () => {
  it('the ONNX engine is chosen by itself, a check-in works, and nothing of MediaPipe is downloaded', async () => {
    const film = await world.film(SCENES.samePerson)
    const without = ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader']
    await visit({ site: world.site, film, without, flags: ['--disable-gpu', '--disable-software-rasterizer'] }, async ({ page }) => {
      expect(await page.evaluate(() => new OffscreenCanvas(1, 1).getContext('webgl2'))).toBeNull()
      world.site.forget()
      expectAdmitted(await attempt(page, { reference }))
      expect(world.site.requested.filter((path) => /face-detector.*\.onnx$/.test(path))).toHaveLength(1)
      expect(world.site.requested.filter((path) => /vision_wasm|\.task$/.test(path))).toEqual([])
      expect(await page.evaluate(() => e2e.keep({}))).toMatchObject({ detector: 'onnx', backend: 'wasm', fallbacks: [] })
      await page.evaluate(() => e2e.letGo())
    })
  })

  it('with WebGL nothing of the ONNX engine is downloaded', async () => {
    await visit({ site: world.site }, async ({ page }) => {
      world.site.forget()
      expect(await page.evaluate(() => e2e.keep({}))).toMatchObject({ detector: 'mediapipe', backend: 'wasm', fallbacks: [] })
      await page.evaluate(() => e2e.letGo())
      expect(world.site.requested.filter((path) => /face-detector.*\.onnx$|face-landmarks.*\.onnx$|asyncify/.test(path))).toEqual([])
    })
  })
})

describe('threads', () => {
  it('run on an isolated page under Trusted Types, and compute what one thread computes', async () => {
    await visit({ site: world.site }, async ({ page }) => {
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
      expect(await page.evaluate(() => e2e.keep({ threads: 1 }))).toMatchObject({ threads: 1, fallbacks: [] })
      const one = await page.evaluate(() => e2e.seeOnKept('obama'))
      expect(await page.evaluate(() => e2e.keep({ threads: 2 }))).toMatchObject({ threads: 2, fallbacks: [] })
      const two = await page.evaluate(() => e2e.seeOnKept('obama'))
      for (const [space, vector] of Object.entries(one)) expect(cosine(vector, two[space]!)).toBeGreaterThan(0.9999)
      await page.evaluate(() => e2e.letGo())
    })
  })
})

describe('WebGPU asked for where there is none', () => {
  it('gives way to WASM and says so', async () => {
    await visit({ site: world.site }, async ({ page }) => {
      const offered = await page.evaluate(() => 'gpu' in navigator)
      const info = await page.evaluate(() => e2e.keep({ backend: 'webgpu', threads: 1 }))
      expect(info.backend).toBe('wasm')
      expect(info.fallbacks).toEqual(offered ? [{ from: 'webgpu', to: 'wasm', code: 'inference-unsupported' }] : [])
      await page.evaluate(() => e2e.letGo())
    })
  })
})
