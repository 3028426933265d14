// MediaPipe's FaceLandmarker itself, in Chromium, over a list of files.
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { chromium } from 'playwright-core'
import sharp from 'sharp'
import { CHROMIUM_FLAGS, findChromium } from '../../../scripts/lib/chromium.mjs'

const TYPES = { '.html': 'text/html', '.mjs': 'text/javascript', '.js': 'text/javascript', '.wasm': 'application/wasm' }

/** The faces of each of `files`, in order, as `compare.ts` takes them. */
export async function mediaPipeFaces({ root, files, faces, onProgress }) {
  const executablePath = findChromium()
  if (!executablePath) throw new Error('no Chromium found: set CHROME_PATH')
  const server = createServer((request, response) => {
    answer(root, files, request.url)
      .then(({ type, body }) => response.setHeader('content-type', type).end(body))
      .catch((error) => ((response.statusCode = 404), response.end(String(error))))
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS })
  try {
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${server.address().port}/?faces=${faces}`)
    await page.waitForFunction('window.ready', undefined, { timeout: 120_000 })
    const found = []
    for (const index of files.keys()) {
      found.push(await page.evaluate((at) => globalThis.detect(at), index))
      onProgress?.(index + 1, files.length)
    }
    return found
  } finally {
    await browser.close()
    server.close()
  }
}

async function answer(root, files, url) {
  const path = new URL(url, 'http://page').pathname
  const file = (name) => readFile(name).then((body) => ({ type: TYPES[extname(name)] ?? 'application/octet-stream', body }))
  if (path === '/') return file(join(import.meta.dirname, 'page.html'))
  if (path === '/model') return file(join(root, 'models/weights/face_landmarker.task'))
  if (path.startsWith('/tasks-vision/')) return file(join(root, 'node_modules/@mediapipe', path))
  // Decoded here for both engines: what is compared is what they make of the same pixels, not two JPEG decoders.
  const picture = sharp(files[Number(path.split('/').at(-1))])
    .rotate()
    .toColourspace('srgb')
    .removeAlpha()
  return { type: 'image/png', body: await picture.png({ compressionLevel: 1 }).toBuffer() }
}
