import { describe, expect, it } from 'vitest'
import { createFolderAssets } from '../../src/assets/index.js'
import { manifestExample, sha256 } from './examples.js'

const BYTES = new Uint8Array([1, 2, 3, 4, 5, 6, 7])
const file = { file: 'pad.bin', bytes: 7, sha256: sha256(BYTES) }
const text = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))

function folder(files: Readonly<Record<string, Uint8Array>>) {
  return (path: string): Promise<Uint8Array> => {
    const bytes = files[path]
    return bytes === undefined ? Promise.reject(new Error(`ENOENT ${path}`)) : Promise.resolve(bytes)
  }
}

describe('createFolderAssets', () => {
  const { version, models } = manifestExample()
  const package_ = text({ schema: 'lintas-models/1', version, models })

  it('reads assets.json, else manifest.json', async () => {
    const both = createFolderAssets({ readFile: folder({ 'assets.json': text(manifestExample()), 'manifest.json': package_ }) })
    expect(await both.manifest()).toEqual(manifestExample())
    const one = createFolderAssets({ readFile: folder({ 'manifest.json': package_ }) })
    expect(await one.manifest()).toEqual({ ...manifestExample(), runtime: [] })
    const told = createFolderAssets({ readFile: folder({ 'manifest.json': package_ }), manifest: 'assets.json' })
    await expect(told.manifest()).rejects.toMatchObject({ code: 'assets-not-found', details: { file: 'assets.json' } })
  })

  it('does not pass over an assets.json that is unsound', async () => {
    const source = createFolderAssets({ readFile: folder({ 'assets.json': text({}), 'manifest.json': package_ }) })
    await expect(source.manifest()).rejects.toMatchObject({ code: 'assets-manifest' })
  })

  it('gives proven copies, with progress', async () => {
    const source = createFolderAssets({ readFile: folder({ 'pad.bin': Buffer.from(BYTES) }) })
    const seen: number[] = []
    const [bytes] = await source.load([file], { onProgress: ({ fraction }) => seen.push(fraction) })
    expect(bytes).toEqual(BYTES)
    expect(bytes?.buffer.byteLength).toBe(7)
    expect(seen).toEqual([0, 1])
  })

  it.each([
    [new Uint8Array(6), 'assets-cut'],
    [new Uint8Array(7), 'assets-hash'],
    [undefined, 'assets-not-found'],
  ])('refuses %o', async (bytes, code) => {
    const source = createFolderAssets({ readFile: folder(bytes === undefined ? {} : { 'pad.bin': bytes }) })
    await expect(source.load([file])).rejects.toMatchObject({ code, details: { file: 'pad.bin' } })
  })

  it('stops when aborted', async () => {
    const source = createFolderAssets({ readFile: folder({ 'pad.bin': BYTES }) })
    await expect(source.load([file], { signal: AbortSignal.abort('enough') })).rejects.toBe('enough')
  })
})
