import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createHttpAssets, type AssetFile, type AssetManifest, type AssetSource } from '../../src/assets/index.js'
import { modelEntry, sha256 } from './examples.js'
import { MemoryCaches } from './memory-caches.js'
import { body, hangUp, status, UnrulyServer } from './unruly-server.js'

const OLD = new Uint8Array(randomBytes(1000))
const NEW = new Uint8Array(randomBytes(1000))

let server: UnrulyServer
let caches: MemoryCaches
beforeEach(async () => {
  server = new UnrulyServer()
  caches = new MemoryCaches()
  await server.start()
})
afterEach(() => server.stop())

/** A new page visit: the cache stays, everything else is new. */
function visit(base = server.base): AssetSource {
  return createHttpAssets({ base, caches: caches.storage, backOffMs: 1, retries: 1 })
}

function describeFile(bytes: Uint8Array, file = 'model.bin'): AssetFile {
  return { file, bytes: bytes.length, sha256: sha256(bytes) }
}

/** Puts a version with one model on the server. */
function publish(version: string, bytes: Uint8Array): AssetManifest {
  const manifest: AssetManifest = {
    schema: 'lintas-assets/1',
    version,
    runtime: [],
    models: [{ ...modelEntry('model', 'pad'), ...describeFile(bytes) }],
  }
  server.on('assets.json', body(JSON.stringify(manifest), 'application/json'))
  server.on('model.bin', body(bytes))
  return manifest
}

async function loadAll(source: AssetSource): Promise<readonly Uint8Array[]> {
  return source.load((await source.manifest()).models)
}

/** Hashes of what is kept, without the manifest. */
function keptHashes(): string[] {
  return [...caches.bodies.keys()].flatMap((key) => new URL(key).searchParams.get('sha256') ?? [])
}

describe('the cache', () => {
  it('spares the second visit the download, and its progress starts at what is there', async () => {
    publish('1', OLD)
    expect(await loadAll(visit())).toEqual([OLD])
    const source = visit()
    const seen: number[] = []
    await source.load((await source.manifest()).models, { onProgress: ({ fraction }) => seen.push(fraction) })
    expect(seen).toEqual([0, 1])
    expect(server.count('model.bin')).toBe(1)
    expect(server.count('assets.json')).toBe(2)
  })

  it('replaces a version and drops the old one', async () => {
    publish('1', OLD)
    await loadAll(visit())
    publish('2', NEW)
    expect(await loadAll(visit())).toEqual([NEW])
    expect(keptHashes()).toEqual([sha256(NEW)])
  })

  it('keeps the old version until the new one has come', async () => {
    publish('1', OLD)
    await loadAll(visit())
    publish('2', NEW)
    server.on('model.bin', status(404))
    await expect(loadAll(visit())).rejects.toMatchObject({ code: 'assets-not-found' })
    expect(keptHashes()).toEqual([sha256(OLD)])
  })

  it("leaves another folder's files alone", async () => {
    publish('1', OLD)
    const elsewhere = `${server.base.replace('/lintas/', '/')}?sha256=00&file=model.bin`
    caches.bodies.set(elsewhere, OLD)
    await loadAll(visit())
    expect(caches.bodies.has(elsewhere)).toBe(true)
  })

  it('drops a body that has rotted and fetches it anew', async () => {
    publish('1', OLD)
    await loadAll(visit())
    const [key] = [...caches.bodies.keys()].filter((url) => url.includes('sha256='))
    if (key === undefined) throw new Error('nothing was kept')
    caches.bodies.set(key, new Uint8Array(1000))
    expect(await loadAll(visit())).toEqual([OLD])
    expect(server.count('model.bin')).toBe(2)
    expect(caches.bodies.get(key)).toEqual(OLD)
  })

  it('never keeps what has not been proven', async () => {
    publish('1', OLD)
    server.on('model.bin', body(NEW))
    await expect(loadAll(visit())).rejects.toMatchObject({ code: 'assets-hash' })
    expect(keptHashes()).toEqual([])
  })

  it.each(['open', 'put', 'everything'] as const)('never fails a load: %s fails', async (failing) => {
    publish('1', OLD)
    caches.failing = failing
    expect(await loadAll(visit())).toEqual([OLD])
    expect(await loadAll(visit())).toEqual([OLD])
  })

  it('makes room among old versions when it is full, and does without where that is not enough', async () => {
    publish('1', OLD)
    await loadAll(visit())
    caches.quota = 1500
    publish('2', NEW)
    await loadAll(visit())
    expect(keptHashes()).toEqual([sha256(NEW)])
    caches.quota = 10
    publish('3', OLD)
    expect(await loadAll(visit())).toEqual([OLD])
  })
})

describe('the manifest', () => {
  it('is read once a source', async () => {
    publish('1', OLD)
    const source = visit()
    expect(await source.manifest()).toBe(await source.manifest())
    expect(server.count('assets.json')).toBe(1)
  })

  it.each([
    ['no network', hangUp],
    ['a server that is down', status(503)],
  ])('of the last visit serves with %s', async (_name, answer) => {
    const manifest = publish('1', OLD)
    await loadAll(visit())
    server.on('assets.json', answer)
    server.on('model.bin', answer)
    const source = visit()
    expect(await source.manifest()).toEqual(manifest)
    expect(await loadAll(source)).toEqual([OLD])
  })

  it.each([
    ['404', status(404), 'assets-not-found'],
    ['403', status(403), 'assets-http'],
    ['HTML', body('<!doctype html>', 'text/html'), 'assets-html'],
    ['no JSON', body('{', 'application/json'), 'assets-manifest'],
    ['another schema', body('{}', 'application/json'), 'assets-manifest'],
    ['a picture', body('x', 'image/png'), 'assets-mime'],
  ])('that is wrong is a fault even when there is an older one: %s', async (_name, answer, code) => {
    publish('1', OLD)
    await loadAll(visit())
    server.on('assets.json', answer)
    await expect(visit().manifest()).rejects.toMatchObject({ code })
  })

  it('is asked for again after a fault', async () => {
    publish('1', OLD)
    const source = visit()
    server.on('assets.json', status(404))
    await expect(source.manifest()).rejects.toMatchObject({ code: 'assets-not-found' })
    publish('1', OLD)
    expect((await source.manifest()).version).toBe('1')
  })

  it('without a cache: a network fault is told', async () => {
    server.on('assets.json', hangUp)
    await expect(visit().manifest()).rejects.toMatchObject({ code: 'assets-network', details: { attempt: 2 } })
  })
})
