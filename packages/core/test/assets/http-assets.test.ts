import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createHttpAssets, type AssetFile, type AssetProgress, type AssetSource, type HttpAssetsOptions } from '../../src/assets/index.js'
import { LintasError } from '../../src/errors/index.js'
import { sha256 } from './examples.js'
import { MemoryCaches } from './memory-caches.js'
import { type Answer, body, breakOff, hangUp, silence, stall, status, UnrulyServer } from './unruly-server.js'

const MODEL = new Uint8Array(randomBytes(300_000))
const OTHER = new Uint8Array(randomBytes(50_000))
const model: AssetFile = { file: 'weights/model.onnx', bytes: MODEL.length, sha256: sha256(MODEL) }
const other: AssetFile = { file: 'other.bin', bytes: OTHER.length, sha256: sha256(OTHER) }
const PAGE = `<!doctype html><title>app</title>${' '.repeat(400_000)}`

let server: UnrulyServer
beforeEach(async () => {
  server = new UnrulyServer()
  await server.start()
})
afterEach(() => server.stop())

function source(options: Partial<HttpAssetsOptions> = {}): AssetSource {
  return createHttpAssets({ base: server.base, caches: false, backOffMs: 1, stallMs: 5000, ...options })
}

async function expectWhole(loading: Promise<readonly Uint8Array[]>, file: AssetFile): Promise<void> {
  expect((await loading).map(sha256)).toEqual([file.sha256])
}

async function faultOf(promise: Promise<unknown>): Promise<LintasError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(LintasError)
  return error as LintasError
}

describe('a sound server', () => {
  it('gives the bytes in the order asked for, a file asked for twice fetched once', async () => {
    server.on(model.file, body(MODEL))
    server.on(other.file, body(OTHER))
    const loaded = await source().load([other, model, other])
    expect(loaded.map(sha256)).toEqual([other.sha256, model.sha256, other.sha256])
    expect(server.count(other.file)).toBe(1)
  })

  it.each([undefined, 'application/octet-stream', 'application/wasm', 'binary/octet-stream', 'application/x-onnx'])(
    'takes the type %s',
    async (type) => {
      server.on(model.file, (response) => {
        if (type !== undefined) response.setHeader('content-type', type)
        response.end(MODEL)
      })
      await expectWhole(source().load([model]), model)
    },
  )

  it('counts decoded bytes when the body is compressed', async () => {
    const zeros = new Uint8Array(200_000)
    const file = { file: 'zeros.bin', bytes: zeros.length, sha256: sha256(zeros) }
    server.on(file.file, body(gzipSync(zeros), 'application/octet-stream', { 'content-encoding': 'gzip' }))
    const seen: AssetProgress[] = []
    await expectWhole(source().load([file], { onProgress: (progress) => seen.push(progress) }), file)
    expect(seen.at(-1)).toEqual({ loadedBytes: 200_000, totalBytes: 200_000, fraction: 1 })
  })

  it('takes a slow body, as long as something comes', async () => {
    server.on(other.file, (response) => {
      response.writeHead(200)
      let sent = 0
      const timer = setInterval(() => {
        response.write(OTHER.subarray(sent, (sent += 10_000)))
        if (sent < OTHER.length) return
        clearInterval(timer)
        response.end()
      }, 400)
    })
    await expectWhole(source({ stallMs: 1500 }).load([other]), other)
    expect(server.count(other.file)).toBe(1)
  })

  it('downloads no more files at once than told', async () => {
    const files = Array.from({ length: 8 }, (_, index) => {
      const bytes = new Uint8Array(randomBytes(100))
      const file = { file: `part-${index}.bin`, bytes: 100, sha256: sha256(bytes) }
      server.on(file.file, (response) => void setTimeout(() => response.end(bytes), 30))
      return file
    })
    await source({ parallel: 2 }).load(files)
    expect(server.mostInFlight).toBe(2)
  })

  it('loads nothing when nothing is asked for', async () => {
    expect(await source().load([])).toEqual([])
  })
})

describe('an unruly server', () => {
  it.each([
    ['404', status(404), 'assets-not-found', { status: 404 }],
    ['410', status(410), 'assets-not-found', { status: 410 }],
    ['403', status(403), 'assets-http', { status: 403 }],
    ['a page as HTML', body(PAGE, 'text/html; charset=utf-8'), 'assets-html', { type: 'text/html' }],
    ['a short page without a type', body('\n <HTML>login', ''), 'assets-html', {}],
    ['a page as plain text', body(PAGE, 'text/plain'), 'assets-html', {}],
    ['a page as octets', body(PAGE), 'assets-html', {}],
    ['text', body(MODEL, 'text/plain'), 'assets-mime', { type: 'text/plain' }],
    ['JSON', body('{"error":"no"}', 'application/json'), 'assets-mime', { type: 'application/json' }],
    ['a script', body(MODEL, 'text/javascript'), 'assets-mime', {}],
    ['a picture', body(MODEL, 'image/png'), 'assets-mime', {}],
  ])('%s: refused at once, without a retry', async (_name, answer, code, details) => {
    server.on(model.file, answer)
    const fault = await faultOf(source().load([model]))
    expect(fault.code).toBe(code)
    expect(fault.details).toMatchObject({ file: model.file, attempt: 1, ...details })
    expect(server.count(model.file)).toBe(1)
  })

  it('gives signs of life while a second attempt catches up with the first', async () => {
    const drip: Answer = (response) => {
      response.writeHead(200, { 'content-type': 'application/octet-stream' })
      const step = Math.ceil(MODEL.length / 6)
      for (let part = 0; part < 6; part += 1) setTimeout(() => response.write(MODEL.subarray(part * step, (part + 1) * step)), part * 400)
      setTimeout(() => response.end(), 2400)
    }
    server.on(model.file, breakOff(MODEL.subarray(0, MODEL.length - 1000), MODEL.length), drip)
    const told: { readonly ms: number; readonly fraction: number }[] = []
    await source().load([model], { onProgress: ({ fraction }) => told.push({ ms: performance.now(), fraction }) })
    const fractions = told.map(({ fraction }) => fraction)
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b))
    // Over two seconds nothing rises: somebody who ends a silent worker must hear that it works.
    const pauses = told.slice(1).map(({ ms }, index) => ms - (told[index]?.ms ?? 0))
    expect(Math.max(...pauses)).toBeLessThan(2000)
  })

  it('that sends elsewhere by a redirect is not followed with a reading', async () => {
    const elsewhere = new UnrulyServer()
    await elsewhere.start()
    elsewhere.on(model.file, body(MODEL))
    server.on(model.file, status(302, { location: `${elsewhere.base}${model.file}` }))
    const fault = await faultOf(source().load([model]))
    const { origin } = new URL(elsewhere.base)
    await elsewhere.stop()
    expect(fault).toMatchObject({ code: 'assets-origin', details: { file: model.file, origin } })
  })

  it.each([
    ['500', status(500), 'assets-http', { status: 500 }],
    ['503', status(503), 'assets-http', { status: 503 }],
    ['429', status(429), 'assets-http', { status: 429 }],
    ['408', status(408), 'assets-http', { status: 408 }],
    ['a broken connection', breakOff(MODEL.subarray(0, 1000), MODEL.length), 'assets-cut', { received: 1000 }],
    ['too few bytes', body(MODEL.subarray(0, 1000)), 'assets-cut', { received: 1000, expected: MODEL.length }],
    ['too many bytes', body(Buffer.concat([MODEL, OTHER])), 'assets-cut', { expected: MODEL.length }],
    ['an empty body', body(''), 'assets-cut', { received: 0 }],
    ['a body that stalls', stall(MODEL.subarray(0, 1000)), 'assets-stalled', {}],
    ['no answer', silence, 'assets-stalled', {}],
    ['no connection', hangUp, 'assets-network', {}],
    ['a content coding that is broken', body('no gzip', 'application/wasm', { 'content-encoding': 'gzip' }), 'assets-cut', {}],
  ])('%s: tried again until it passes, or told after the last attempt', async (_name, answer, code, details) => {
    server.on(model.file, answer, answer, body(MODEL))
    await expectWhole(source({ retries: 2, stallMs: 300 }).load([model]), model)
    expect(server.count(model.file)).toBe(3)
    server.on(model.file, answer)
    const fault = await faultOf(source({ retries: 1, stallMs: 300 }).load([model]))
    expect(fault.code).toBe(code)
    expect(fault.details).toMatchObject({ file: model.file, attempt: 2, ...details })
    expect(server.count(model.file)).toBe(5)
  })

  it('wrong bytes: tried once more past the HTTP cache, then refused', async () => {
    const wrong = MODEL.slice()
    wrong[1000] = (wrong[1000] ?? 0) ^ 1
    server.on(model.file, body(wrong), body(MODEL))
    await expectWhole(source().load([model]), model)
    expect(server.requests.map(({ cacheControl }) => cacheControl === 'no-cache')).toEqual([false, true])
    server.on(model.file, body(wrong))
    const fault = await faultOf(source({ retries: 5 }).load([model]))
    expect(fault.code).toBe('assets-hash')
    expect(fault.details).toMatchObject({ expected: model.sha256, received: sha256(wrong), attempt: 2 })
    expect(server.count(model.file)).toBe(4)
  })

  it('heeds Retry-After up to the longest wait', async () => {
    const waits: number[] = []
    let last = 0
    const timed =
      (answer: ReturnType<typeof status>): typeof answer =>
      (response, request) => {
        const now = performance.now()
        if (last > 0) waits.push(now - last)
        last = now
        answer(response, request)
      }
    server.on(other.file, timed(status(503, { 'retry-after': '3600' })), timed(body(OTHER)))
    await source({ longestWaitMs: 100 }).load([other])
    // Not a measurement of speed: without the header the wait would be 1 ms at most, without the bound an hour.
    expect(waits[0]).toBeGreaterThan(90)
  })

  it('stops the other downloads at the first fault', async () => {
    server.on(model.file, stall(MODEL.subarray(0, 10)))
    const fault = await faultOf(source({ stallMs: 60_000 }).load([model, other]))
    expect(fault.code).toBe('assets-not-found')
    expect(fault.details['file']).toBe(other.file)
    await expect.poll(() => server.hungUp).toBe(1)
  })
})

describe('progress', () => {
  it('never falls, a retry included, and reaches 1 with the last proof', async () => {
    server.on(model.file, breakOff(MODEL.subarray(0, 200_000), MODEL.length), stall(MODEL.subarray(0, 10)), body(MODEL))
    server.on(other.file, body(OTHER))
    const seen: AssetProgress[] = []
    await source({ stallMs: 300 }).load([model, other], { onProgress: (progress) => seen.push(progress) })
    const fractions = seen.map(({ fraction }) => fraction)
    expect(fractions[0]).toBe(0)
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b))
    expect(fractions.indexOf(1)).toBe(fractions.length - 1)
    expect(seen.every(({ totalBytes }) => totalBytes === MODEL.length + OTHER.length)).toBe(true)
  })

  it('stays below 1 while the bytes are unproven', async () => {
    server.on(other.file, body(new Uint8Array(OTHER.length)))
    const seen: number[] = []
    await faultOf(source().load([other], { onProgress: ({ fraction }) => seen.push(fraction) }))
    expect(Math.max(...seen)).toBeLessThan(1)
  })
})

describe('abort', () => {
  it('rejects with the reason and hangs up', async () => {
    server.on(model.file, stall(MODEL.subarray(0, 100_000)))
    const controller = new AbortController()
    const reason = new Error('enough')
    const loading = source({ stallMs: 60_000 }).load([model], {
      signal: controller.signal,
      onProgress: ({ loadedBytes }) => {
        if (loadedBytes > 0) controller.abort(reason)
      },
    })
    await expect(loading).rejects.toBe(reason)
    await expect.poll(() => server.hungUp).toBe(1)
  })

  it('ends a wait between attempts', async () => {
    server.on(model.file, status(500))
    const controller = new AbortController()
    const loading = source({ backOffMs: 60_000, longestWaitMs: 60_000 }).load([model], { signal: controller.signal })
    await expect.poll(() => server.count(model.file)).toBe(1)
    controller.abort()
    await expect(loading).rejects.toBe(controller.signal.reason)
  })

  it('asks nothing when it came before', async () => {
    await expect(source().load([model], { signal: AbortSignal.abort('early') })).rejects.toBe('early')
    await expect(source().manifest(AbortSignal.abort('early'))).rejects.toBe('early')
    expect(server.requests).toEqual([])
  })
})

describe('options', () => {
  it.each([{ stallMs: 1 }, { retries: 1.5 }, { parallel: 0 }, { backOffMs: -1 }, { speed: 1 }])('refuses %j', (wrong) => {
    const [name] = Object.keys(wrong)
    expect(() => source(wrong)).toThrow(TypeError)
    expect(() => source(wrong)).toThrow(name)
  })
})

describe('without Cache Storage', () => {
  it('uses none', async () => {
    const caches = new MemoryCaches()
    caches.failing = 'open'
    server.on(other.file, body(OTHER))
    await expectWhole(source({ caches: caches.storage }).load([other]), other)
  })
})
