import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decodeVector, SampleStore, type StoredSample } from '../src/store.js'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lintas-store-'))
  path = join(folder, 'deep', 'samples.jsonl')
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

const vector = Buffer.from(Float32Array.of(0.6, -0.8).buffer).toString('base64')
const sampleOf = (sha256: string, spaces: readonly string[] = ['x'], line = 'l'): StoredSample => ({
  sha256,
  line,
  faces: 1,
  embeddings: Object.fromEntries(spaces.map((space) => [space, { modelId: space, modelSha256: `${space}-hash`, vector }])),
})
const x = new Map([['x', 'x-hash']])

describe('the store of samples', () => {
  it('gives back what was added, after reopening too', () => {
    const store = new SampleStore(path)
    store.add(sampleOf('1'))
    store.close()
    const found = new SampleStore(path).find('1', 'l', x)
    expect(found).toEqual(sampleOf('1'))
    expect([...decodeVector(found!.embeddings!['x']!)]).toEqual([...Float32Array.of(0.6, -0.8)])
  })

  it('passes over a line cut off by an interruption, and goes on after it', () => {
    const store = new SampleStore(path)
    store.add(sampleOf('1'))
    store.add(sampleOf('2'))
    store.close()
    truncateSync(path, statSync(path).size - 10)
    const again = new SampleStore(path)
    expect(again.damaged).toBe(1)
    expect(again.find('1', 'l', x)).toBeDefined()
    expect(again.find('2', 'l', x)).toBeUndefined()
    again.add(sampleOf('3'))
    again.close()
    const third = new SampleStore(path)
    expect(third.find('3', 'l', x)).toBeDefined()
    expect(third.damaged).toBe(1)
  })

  it('never takes a sample of another line or of another model', () => {
    const store = new SampleStore(path)
    store.add(sampleOf('1'))
    store.close()
    expect(store.find('1', 'other', x)).toBeUndefined()
    expect(store.find('1', 'l', new Map([['x', 'another-hash']]))).toBeUndefined()
    expect(store.find('1', 'l', new Map([['y', 'y-hash']]))).toBeUndefined()
  })

  it('joins the spaces of two runs, and remembers what gave no embedding', () => {
    const store = new SampleStore(path)
    store.add(sampleOf('1', ['x']))
    store.add(sampleOf('1', ['y']))
    store.add({ sha256: '2', line: 'l', faces: 0 })
    store.close()
    const again = new SampleStore(path)
    expect(
      Object.keys(
        again.find(
          '1',
          'l',
          new Map([
            ['x', 'x-hash'],
            ['y', 'y-hash'],
          ]),
        )!.embeddings!,
      ),
    ).toEqual(['x', 'y'])
    expect(again.find('2', 'l', x)).toEqual({ sha256: '2', line: 'l', faces: 0 })
  })

  it('passes over lines that are something else', () => {
    const store = new SampleStore(path)
    store.add(sampleOf('1'))
    store.close()
    appendFileSync(path, 'null\n[1]\n{"sha256":3}\nnonsense\n')
    expect(new SampleStore(path).damaged).toBe(4)
  })

  it('is readable by its owner alone', () => {
    const store = new SampleStore(path)
    store.add(sampleOf('1'))
    store.close()
    expect(statSync(path).mode & 0o077).toBe(0)
    expect(readFileSync(path, 'utf8').endsWith('\n')).toBe(true)
  })
})
