import { build } from 'esbuild'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cutChip } from '../../packages/core/src/alignment/index.js'
import type { CropSpec } from '../../packages/core/src/assets/index.js'
import { landmarkBox, poseFromMatrix, type Face } from '../../packages/core/src/detection/index.js'
import { CHROMIUM_FLAGS, findChromium } from '../../scripts/lib/chromium.mjs'
import type { ReferenceFace } from './landmark-parity/compare.js'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const answers = JSON.parse(readFileSync(at('landmark-parity/portraits.json'), 'utf8')) as Record<string, [ReferenceFace]>
const CROPS: readonly CropSpec[] = [
  { kind: 'upright-box', scale: 1.3, size: 160 },
  { kind: 'five-point', template: 'arcface-112', size: 112 },
  { kind: 'box', scale: 2.7, size: 128 },
]

/** In the page: decodes a portrait as a browser does, and cuts the chip by the same sources. */
const PAGE_SCRIPT = `
  import { cutChip } from './packages/core/src/alignment/index.js'
  globalThis.cut = async (name, face, specs) => {
    const bitmap = await createImageBitmap(await (await fetch('/' + name)).blob())
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')
    context.drawImage(bitmap, 0, 0)
    const raster = context.getImageData(0, 0, bitmap.width, bitmap.height)
    const whole = { ...face, landmarks: Float32Array.from(face.landmarks) }
    return specs.map((spec) => btoa(Array.from(cutChip(raster, whole, spec).data, (byte) => String.fromCharCode(byte)).join('')))
  }
`

function faceIn(name: string): Face {
  const [{ landmarks, matrix }] = answers[name] ?? [{ landmarks: [], matrix: [] }]
  const points = Float32Array.from(landmarks)
  return { landmarks: points, box: landmarkBox(points), pose: poseFromMatrix(matrix), matrix: Float32Array.from(matrix) }
}

describe('a chip', () => {
  let browser: Browser
  let page: Page
  let server: Server

  beforeAll(async () => {
    const stdin = { contents: PAGE_SCRIPT, resolveDir: at('../..'), loader: 'js' } as const
    const { outputFiles } = await build({ stdin, bundle: true, format: 'iife', write: false, logLevel: 'error' })
    server = createServer((request, response) => {
      const name = (request.url ?? '').slice(1)
      if (name in answers) response.end(readFileSync(at(`../fixtures/portraits/${name}`)))
      else response.setHeader('content-type', 'text/html').end('<!doctype html><title>chips</title>')
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    browser = await chromium.launch({ executablePath: findChromium() ?? '', args: [...CHROMIUM_FLAGS] })
    page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    await page.addScriptTag({ content: outputFiles[0]?.text ?? '' })
  }, 60_000)

  afterAll(async () => {
    await browser.close()
    server.close()
  })

  it.each(Object.keys(answers))(
    'of %s is the same in Chromium and in Node, whichever the crop',
    async (name) => {
      const { data, info } = await sharp(at(`../fixtures/portraits/${name}`))
        .ensureAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true })
      const face = faceIn(name)
      const there = await page.evaluate(
        ([file, given, specs]) => (globalThis as unknown as { cut: (...all: unknown[]) => Promise<string[]> }).cut(file, given, specs),
        [name, { ...face, landmarks: [...face.landmarks] }, CROPS] as const,
      )
      for (const [index, spec] of CROPS.entries()) {
        const here = cutChip({ width: info.width, height: info.height, data }, face, spec).data
        // Two JPEG decoders; the cutting itself is the same arithmetic.
        expect(meanDifference(here, Buffer.from(there[index] ?? '', 'base64'))).toBeLessThanOrEqual(1)
      }
    },
    120_000,
  )
})

function meanDifference(one: Uint8Array, other: Uint8Array): number {
  return one.reduce((sum, value, index) => sum + Math.abs(value - (other[index] ?? NaN)), 0) / other.length
}
