import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApp } from '../src/app.js'
import { lintasDemo } from '../src/demo.js'
import { readListen } from '../src/environment.js'
import { listen } from '../src/listen.js'

let folder: string
let app: FastifyInstance

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lintas-demo-'))
  await mkdir(join(folder, 'pages'))
  await mkdir(join(folder, 'assets', 'models'), { recursive: true })
  const files = {
    'pages/index.html': '<!doctype html><title>x</title>',
    'pages/app.js': 'export {}',
    'pages/look.css': 'p{}',
    'pages/.secret': 'no',
    'assets/assets.json': '{}',
    'assets/lintas-worker.js': 'export {}',
    'assets/a.wasm': '\0asm',
    'assets/models/net.onnx': 'onnx',
    'assets/models/face.task': 'task',
  }
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  await writeFile(join(folder, 'assets/a.wasm.br'), brotliCompressSync('\0asm'))
  await writeFile(join(folder, 'outside.txt'), 'outside')
  app = createApp({ pages: join(folder, 'pages'), assets: join(folder, 'assets') })
})

afterAll(async () => {
  await app.close()
  await rm(folder, { recursive: true, force: true })
})

describe('every response', () => {
  it.each(['/', '/app.js', '/lintas/lintas-worker.js', '/lintas/a.wasm', '/health', '/nothing', '/lintas/nothing'])(
    '%s carries the policy and the isolation headers',
    async (url) => {
      const { headers } = await app.inject({ url })
      const policy = String(headers['content-security-policy'])
      // The header that research found to work, word for word, without the nonce that only inline styles would need.
      for (const part of [
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "worker-src 'self'",
        "connect-src 'self'",
        "style-src 'self'",
        "require-trusted-types-for 'script'",
        "trusted-types lit-html lintas 'allow-duplicates'",
      ]) {
        expect(policy.split('; ')).toContain(part)
      }
      expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|blob:|data:|https?:/u)
      expect(headers).toMatchObject({
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
        'cross-origin-resource-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
      })
    },
  )
})

describe('files', () => {
  it.each([
    ['/', 'text/html'],
    ['/app.js', 'text/javascript'],
    ['/look.css', 'text/css'],
    ['/lintas/assets.json', 'application/json'],
    ['/lintas/a.wasm', 'application/wasm'],
    ['/lintas/lintas-worker.js', 'text/javascript'],
    ['/lintas/models/net.onnx', 'application/octet-stream'],
    ['/lintas/models/face.task', 'application/octet-stream'],
  ])('%s is %s', async (url, type) => {
    const { statusCode, headers } = await app.inject({ url })
    expect([statusCode, String(headers['content-type']).split(';')[0]]).toEqual([200, type])
  })

  it('are revalidated, and not sent again when they are the same', async () => {
    const first = await app.inject({ url: '/lintas/models/net.onnx' })
    expect(first.headers['cache-control']).toBe('no-cache')
    const again = await app.inject({ url: '/lintas/models/net.onnx', headers: { 'if-none-match': String(first.headers.etag) } })
    expect([again.statusCode, again.body]).toEqual([304, ''])
  })

  it('that are missing are not kept', async () => {
    const { statusCode, headers } = await app.inject({ url: '/lintas/gone.onnx' })
    expect([statusCode, headers['cache-control']]).toEqual([404, 'no-store'])
  })

  it('come compressed where that was done beforehand, with their own type', async () => {
    const { headers } = await app.inject({ url: '/lintas/a.wasm', headers: { 'accept-encoding': 'br' } })
    expect(headers).toMatchObject({ 'content-encoding': 'br', 'content-type': 'application/wasm' })
  })

  it('are sent whole', async () => {
    const { statusCode, body } = await app.inject({ url: '/lintas/models/net.onnx', headers: { range: 'bytes=0-1' } })
    expect([statusCode, body]).toEqual([200, 'onnx'])
  })
})

describe('what is not there', () => {
  it.each(['/nothing', '/lintas/nothing.onnx', '/.secret', '/..%2foutside.txt', '/lintas/..%2f..%2foutside.txt', '/%00'])(
    '%s is a problem document',
    async (url) => {
      const { statusCode, headers, body } = await app.inject({ url })
      expect(statusCode).toBeGreaterThanOrEqual(400)
      expect(statusCode).toBeLessThan(500)
      expect(headers['content-type']).toMatch(/^application\/problem\+json/u)
      expect(JSON.parse(body)).toMatchObject({ type: 'about:blank', status: statusCode })
    },
  )

  it('other methods are not served', async () => {
    expect((await app.inject({ method: 'POST', url: '/', payload: {} })).statusCode).toBe(404)
  })
})

it('a failure inside goes to the log, not to the client', async () => {
  const lines: string[] = []
  const options = { pages: join(folder, 'pages'), assets: join(folder, 'assets') }
  const failing = createApp(options, { logger: { level: 'error', stream: { write: (line: string) => void lines.push(line) } } })
  failing.addHook('onRequest', () => Promise.reject(new Error('disk on fire')))
  const { statusCode, body } = await failing.inject({ url: '/health' })
  expect([statusCode, body.includes('fire')]).toEqual([500, false])
  expect(lines.join()).toContain('disk on fire')
  await failing.close()
})

describe('health', () => {
  it('is ok with an assets folder', async () => {
    expect((await app.inject({ url: '/health' })).json()).toEqual({ status: 'ok', assets: true })
  })

  it('is degraded without one, and the pages are served all the same', async () => {
    const bare = createApp({ pages: join(folder, 'pages'), assets: join(folder, 'none') })
    expect((await bare.inject({ url: '/health' })).json()).toEqual({ status: 'degraded', assets: false })
    expect((await bare.inject({ url: '/' })).statusCode).toBe(200)
    expect((await bare.inject({ url: '/lintas/assets.json' })).statusCode).toBe(404)
    await bare.close()
  })
})

it('as a plugin leaves a server’s own routes alone', async () => {
  const server = Fastify()
  server.get('/v1/ping', () => ({ pong: true }))
  await server.register(lintasDemo, { pages: join(folder, 'pages'), assets: join(folder, 'assets') })
  const { headers, body } = await server.inject({ url: '/v1/ping' })
  expect([body, headers['content-security-policy']]).toEqual(['{"pong":true}', undefined])
  expect((await server.inject({ url: '/' })).headers['content-security-policy']).toBeDefined()
  await server.close()
})

describe('listening', () => {
  it.each([
    [{}, { host: '127.0.0.1', port: 8080, fixed: false }],
    [
      { HOST: '0.0.0.0', PORT: '9000' },
      { host: '0.0.0.0', port: 9000, fixed: true },
    ],
    [
      { HOST: '', PORT: '' },
      { host: '127.0.0.1', port: 8080, fixed: false },
    ],
  ])('reads %j', (env, expected) => expect(readListen(env)).toEqual(expected))

  it.each(['-1', '65536', '80a', '1e3', ' 80'])('refuses PORT=%j', (PORT) => expect(() => readListen({ PORT })).toThrow(/^PORT must be/u))

  it('takes the next port when the default one is taken, and a clear fault when it was asked for', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const { port } = taken.address() as AddressInfo
    const one = createApp({ pages: join(folder, 'pages'), assets: join(folder, 'assets') })
    await expect(listen(one, { host: '127.0.0.1', port, fixed: true })).rejects.toThrow(`Port ${port} of 127.0.0.1 is taken`)
    const address = await listen(one, { host: '127.0.0.1', port, fixed: false })
    expect(Number(new URL(address).port)).toBeGreaterThan(port)
    expect((await fetch(new URL('health', address))).status).toBe(200)
    await one.close()
    await new Promise((resolve) => taken.close(resolve))
  })
})
