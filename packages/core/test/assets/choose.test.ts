import { describe, expect, it } from 'vitest'
import { selectModels, type ModelNeeds } from '../../src/assets/index.js'
import { manifestExample } from './examples.js'

const both = ['facenet-128', 'compact-512']
const select = (needs: ModelNeeds) => selectModels(manifestExample(), needs)

describe('selectModels', () => {
  it.each([
    ['wasm', ['facenet-128.int8', 'compact']],
    ['node', ['facenet-128.int8', 'compact']],
    ['webgpu', ['facenet-128.float', 'compact']],
  ] as const)('takes the precision fit for %s', (backend, ids) => {
    expect(select({ spaces: both, backend, detector: 'onnx' }).embedders.map(({ id }) => id)).toEqual(ids)
  })

  it('keeps the order of the spaces asked for', () => {
    const { embedders } = select({ spaces: [...both].reverse(), backend: 'wasm', detector: 'onnx' })
    expect(embedders.map(({ space }) => space)).toEqual(['compact-512', 'facenet-128'])
  })

  it('asks for MediaPipe with its wasm, or for the two nets, never both', () => {
    const mediapipe = select({ spaces: [], backend: 'wasm', detector: 'mediapipe' })
    expect(mediapipe.files.map(({ file }) => file)).toEqual(['runtime/ort-wasm.wasm', 'runtime/mediapipe-wasm.wasm', 'face_landmarker.bin'])
    expect(mediapipe.nets).toBeUndefined()
    const onnx = select({ spaces: [], backend: 'wasm', detector: 'onnx' })
    expect(onnx.files.map(({ file }) => file)).toEqual(['runtime/ort-wasm.wasm', 'face-detector.bin', 'face-landmarks.bin'])
    expect(onnx.bundle).toBeUndefined()
  })

  it('needs no runtime in Node, and WebGPU takes its own with the nets meant for WASM', () => {
    expect(select({ spaces: both, backend: 'node', detector: 'onnx' }).runtime).toEqual([])
    const webgpu = select({ spaces: [], backend: 'webgpu', detector: 'onnx' })
    expect(webgpu.runtime.map(({ name }) => name)).toEqual(['ort-webgpu-wasm'])
    expect(webgpu.nets?.landmarks.id).toBe('face-landmarks')
  })

  it('lists known answers, and each file once', () => {
    const { files } = select({ spaces: ['facenet-128', 'facenet-128'], backend: 'node', detector: 'onnx' })
    expect(files.map(({ file }) => file)).toEqual(['facenet-128.int8.onnx', 'facenet-128.int8.known.bin', 'face-detector.bin', 'face-landmarks.bin'])
  })

  it.each([
    [{ spaces: ['arcface'], backend: 'wasm', detector: 'onnx' }, 'embedder of arcface for wasm'],
    [{ spaces: [], backend: 'node', detector: 'onnx' }, 'face-landmarks for node', 'face-landmarks'],
    [{ spaces: [], backend: 'wasm', detector: 'mediapipe' }, 'runtime mediapipe-wasm', 'mediapipe-wasm'],
    [{ spaces: [], backend: 'wasm', detector: 'mediapipe' }, 'landmarker-bundle', 'face_landmarker'],
  ] as const)('says what is missing: %j', (needs: ModelNeeds, entry: string, gone: string = '') => {
    const manifest = manifestExample()
    const lacking = {
      ...manifest,
      runtime: manifest.runtime.filter(({ name }) => name !== gone),
      models: manifest.models.filter(({ id }) => id !== gone),
    }
    expect(() => selectModels(lacking, needs)).toThrow(expect.objectContaining({ code: 'assets-entry-unknown', details: { entry } }))
  })
})
