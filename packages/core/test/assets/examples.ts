import { createHash } from 'node:crypto'
import type { AssetManifest, ModelEntry, RuntimeEntry } from '../../src/assets/index.js'

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

const HASH = 'ab'.repeat(32)

export function runtimeEntry(name: RuntimeEntry['name']): RuntimeEntry {
  return { name, file: `runtime/${name}.wasm`, bytes: 10, sha256: HASH }
}

export function embedderEntry(id: string, space: string, backends: ModelEntry['backends']): ModelEntry {
  return {
    id,
    kind: 'embedder',
    file: `${id}.onnx`,
    bytes: 100,
    sha256: HASH,
    licence: 'MIT',
    backends,
    space,
    input: { name: 'input', dims: [2, 160, 160, 3], layout: 'NHWC' },
    outputs: [{ name: 'embedding', dims: [1, 128] }],
    preprocessing: { kind: 'standardise' },
    crop: { kind: 'upright-box', scale: 1.3, size: 160 },
    mirrorBatch: true,
    knownAnswer: { file: `${id}.known.bin`, bytes: 5, sha256: 'cd'.repeat(32) },
  }
}

export function modelEntry(id: string, kind: ModelEntry['kind'], backends: ModelEntry['backends'] = ['wasm', 'node']): ModelEntry {
  return { id, kind, file: `${id}.bin`, bytes: 7, sha256: HASH, licence: 'Apache-2.0', backends }
}

export function manifestExample(): AssetManifest {
  return {
    schema: 'lintas-assets/1',
    version: '0.1.0',
    runtime: (['ort-wasm', 'ort-webgpu-wasm', 'mediapipe-wasm', 'worker'] as const).map(runtimeEntry),
    models: [
      embedderEntry('facenet-128.int8', 'facenet-128', ['wasm', 'node']),
      embedderEntry('facenet-128.float', 'facenet-128', ['webgpu', 'wasm']),
      embedderEntry('compact', 'compact-512', ['wasm', 'webgpu', 'node']),
      modelEntry('face_landmarker', 'landmarker-bundle'),
      modelEntry('face-detector', 'face-detector'),
      modelEntry('face-landmarks', 'face-landmarks'),
      modelEntry('face-blendshapes', 'face-blendshapes'),
      modelEntry('pad', 'pad'),
    ],
  }
}
