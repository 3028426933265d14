import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createFolderAssets, type AssetSource } from '../../src/assets/index.js'
import { LintasError } from '../../src/errors/index.js'
import { createNodeEngine } from '../../src/inference/ort-node.js'
import { buildLine, type Runtimes } from '../../src/worker/build-line.js'

const models = fileURLToPath(new URL('../../../../models', import.meta.url))

/** The models' folder with an empty MediaPipe wasm, counting what is asked for. */
function counted(): { readonly source: AssetSource; readonly asked: string[] } {
  const folder = createFolderAssets({ readFile: (path) => readFile(join(models, path)) })
  const asked: string[] = []
  const wasm = { name: 'mediapipe-wasm', file: 'mediapipe.wasm', bytes: 1, sha256: 'e'.repeat(64) } as const
  const source: AssetSource = {
    manifest: async (signal) => ({ ...(await folder.manifest(signal)), runtime: [wasm] }),
    load: async (files, options) => {
      asked.push(...files.map(({ file }) => file))
      const known = await folder.load(
        files.filter(({ file }) => file !== wasm.file),
        options,
      )
      const rest = [...known]
      return files.map(({ file }) => (file === wasm.file ? new Uint8Array(1) : (rest.shift() ?? new Uint8Array())))
    },
  }
  return { source, asked }
}

const failing = (code: 'detector-load' | 'unexpected'): Runtimes => ({
  backend: 'node',
  openEngine: () => Promise.resolve(createNodeEngine()),
  openMediaPipe: () => Promise.reject(new LintasError(code, 'no WebGL after all')),
})
const WISHES = { spaces: ['compact-512'], maxFaces: 2, liveness: false }

describe('a line whose MediaPipe fails', () => {
  it('takes the other engine, says so, and asks for no file a second time', async () => {
    const { source, asked } = counted()
    const { line, info } = await buildLine(source, failing('detector-load'), { ...WISHES, detector: 'auto' })
    expect(info).toMatchObject({ detector: 'onnx', fallbacks: [{ from: 'mediapipe', to: 'onnx', code: 'detector-load' }] })
    expect(asked).toContain('weights/face_landmarker.task')
    expect(new Set(asked).size).toBe(asked.length)
    line.close()
  })

  it('fails where MediaPipe was demanded, or something else is broken', async () => {
    await expect(buildLine(counted().source, failing('detector-load'), { ...WISHES, detector: 'mediapipe' })).rejects.toMatchObject({
      code: 'detector-load',
    })
    await expect(buildLine(counted().source, failing('unexpected'), { ...WISHES, detector: 'auto' })).rejects.toMatchObject({ code: 'unexpected' })
  })
})
