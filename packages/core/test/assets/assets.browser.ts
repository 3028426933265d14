import { expect } from '@esm-bundle/chai'
import { createHttpAssets, type AssetFile } from '../../src/assets/index.js'

const CACHE = 'lintas-assets-v1'
const BYTES = crypto.getRandomValues(new Uint8Array(10_000))
const BASE = '/assets-in-a-test/'

async function describeFile(): Promise<AssetFile> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', BYTES))
  const sha256 = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return { file: 'model.onnx', bytes: BYTES.length, sha256 }
}

describe('createHttpAssets with the browser’s own Cache Storage', () => {
  let requests: string[] = []
  const fetch = (input: RequestInfo | URL): Promise<Response> => {
    requests.push(input instanceof Request ? input.url : String(input))
    return Promise.resolve(new Response(BYTES, { headers: { 'content-type': 'application/octet-stream' } }))
  }

  beforeEach(async () => {
    requests = []
    await caches.delete(CACHE)
  })
  after(() => caches.delete(CACHE))

  it('fetches once, then serves from the cache, proven', async () => {
    const file = await describeFile()
    const [first] = await createHttpAssets({ base: BASE, fetch }).load([file])
    const [second] = await createHttpAssets({ base: BASE, fetch }).load([file])
    expect(first).to.deep.equal(BYTES)
    expect(second).to.deep.equal(BYTES)
    expect(requests).to.deep.equal([new URL(`${BASE}model.onnx`, location.href).href])
  })

  it('drops a kept body that does not prove', async () => {
    const file = await describeFile()
    await createHttpAssets({ base: BASE, fetch }).load([file])
    const cache = await caches.open(CACHE)
    const [key] = await cache.keys()
    if (key === undefined) throw new Error('nothing was kept')
    await cache.put(key, new Response(new Uint8Array(BYTES.length)))
    const [bytes] = await createHttpAssets({ base: BASE, fetch }).load([file])
    expect(bytes).to.deep.equal(BYTES)
    expect(requests.length).to.equal(2)
  })

  it('meets the real network: a file that is not there', async () => {
    const fault = await createHttpAssets({ base: BASE })
      .load([await describeFile()])
      .catch((error: unknown) => error)
    expect(fault).to.include({ code: 'assets-not-found' })
  })

  it('refuses another origin at once', () => {
    expect(() => createHttpAssets({ base: 'https://cdn.example/lintas/', fetch })).to.throw('own origin')
    expect(requests).to.deep.equal([])
  })
})
