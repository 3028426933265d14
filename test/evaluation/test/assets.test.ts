import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { identifyLine } from '../src/assets.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lintas-assets-'))
  mkdirSync(join(folder, 'core', 'runtime'), { recursive: true })
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

interface Changes {
  readonly worker?: string
  readonly crop?: number
  readonly net?: string
  readonly module?: string
}

function identify({ worker = 'w', crop = 1.3, net = 'n', module = 'm' }: Changes, engine: 'browser' | 'node' = 'browser') {
  const embedder = (id: string, sha256: string, backends: string[]) => ({ id, kind: 'embedder', space: 'x', sha256, backends, crop: { scale: crop } })
  const manifest = {
    runtime: [{ name: 'worker', sha256: worker }],
    models: [embedder('x.int8', 'int8', ['wasm']), embedder('x.fp32', 'fp32', ['node']), { id: 'net', kind: 'face-detector', sha256: net }],
  }
  writeFileSync(join(folder, 'assets.json'), JSON.stringify(manifest))
  writeFileSync(join(folder, 'core', 'index.js'), module)
  writeFileSync(join(folder, 'core', 'runtime', 'lintas-worker.js'), worker)
  return identifyLine(folder, join(folder, 'core'), engine, 'auto', ['x'])
}

describe('the line', () => {
  it('takes the model of its backend', () => {
    expect(identify({}).embedders).toEqual([{ space: 'x', id: 'x.int8', sha256: 'int8' }])
    expect(identify({}, 'node').embedders).toEqual([{ space: 'x', id: 'x.fp32', sha256: 'fp32' }])
  })

  it('says which spaces there are when one is not', () => {
    identify({})
    expect(() => identifyLine(folder, join(folder, 'core'), 'browser', 'auto', ['z'])).toThrow('no embedder of the space z for wasm; they have x')
  })

  it('is another one with other code, nets or crops', () => {
    const hashes = [{}, { worker: 'other' }, { crop: 1.2 }, { net: 'other' }].map((changes) => identify(changes).hash)
    expect(new Set(hashes).size).toBe(4)
    expect(identify({}).hash).toBe(hashes[0])
  })

  it('in Node is of the modules, in the browser of the worker', () => {
    expect(identify({ module: 'other' }).hash).toBe(identify({}).hash)
    expect(identify({ module: 'other' }, 'node').hash).not.toBe(identify({}, 'node').hash)
    expect(identify({ worker: 'other' }, 'node').hash).toBe(identify({}, 'node').hash)
  })
})
