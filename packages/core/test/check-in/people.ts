import type { FrameFeed } from '../../src/check-in/index.js'
import type { CalibrationProfile } from '../../src/comparison/index.js'
import type { Embedding } from '../../src/embedding/index.js'
import type { Face } from '../../src/detection/index.js'
import type { QualityReason } from '../../src/quality/index.js'
import type { Analyser, AnalyseOptions, Analysis } from '../../src/worker/index.js'

/** What stands before the camera in one frame. */
export interface Scene {
  /** The direction of the person's embedding, degrees; people are 90° apart. Absent: nobody. */
  readonly person?: number
  readonly reasons?: readonly QualityReason[]
  readonly yaw?: number
}

/** A profile for the space `m`: match from cosine 0.5. */
export const PROFILE: CalibrationProfile = {
  schema: 'lintas-calibration/1',
  id: 'test',
  origin: 'deployment',
  models: [{ space: 'm', weight: 1 }],
  threshold: 0.5,
  fmr: 0.001,
  data: { name: 'test', subjects: 2, nonMatedComparisons: 1 },
  date: '2026-11-24',
}

/** An embedding in the direction `degrees`. */
export function embeddingOf(degrees: number): Embedding {
  const angle = (degrees * Math.PI) / 180
  return { modelId: 'm.int8', modelSha256: 'a'.repeat(64), space: 'm', vector: Float32Array.of(Math.cos(angle), Math.sin(angle), 0, 0) }
}

/** One frame every 100 ms, one a scene, then silence until stopped. */
export function film(scenes: readonly Scene[]): { readonly feed: FrameFeed; readonly analyser: Analyser; readonly asked: AnalyseOptions[] } {
  const asked: AnalyseOptions[] = []
  const feed: FrameFeed = async (take, signal) => {
    for (let index = 0; index < scenes.length && !signal.aborted; index += 1) {
      await take({ width: 1, height: 1, data: new Uint8ClampedArray(4) }, index * 100)
    }
    if (!signal.aborted)
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => {
          resolve()
        })
      })
  }
  const analyser: Analyser = {
    ready: Promise.resolve({ backend: 'wasm', threads: 1, detector: 'onnx', models: ['m.int8'], spaces: ['m'], fallbacks: [] }),
    analyse: (_picture, options = {}) => {
      asked.push(options)
      return Promise.resolve(analysisOf(scenes[Math.round((options.timestampMs ?? 0) / 100)] ?? {}, options))
    },
    reset: () => undefined,
    close: () => undefined,
  }
  return { feed, analyser, asked }
}

function analysisOf({ person, reasons = [], yaw = 0 }: Scene, { timestampMs = 0, embed = 'acceptable' }: AnalyseOptions): Analysis {
  const base = { timestampMs, width: 1, height: 1, timingsMs: {} }
  if (person === undefined) return { ...base, faces: [], quality: { acceptable: false, reasons: ['no-face'] } }
  const face: Face = {
    landmarks: new Float32Array(3),
    box: { x: 0, y: 0, width: 1, height: 1 },
    pose: { yaw, pitch: 0, roll: 0 },
    matrix: new Float32Array(16),
  }
  const acceptable = reasons.length === 0
  const quality = { acceptable, reasons, score: acceptable ? 0.8 : 0.1 }
  const embedded = embed === 'always' || (embed === 'acceptable' && acceptable)
  return { ...base, faces: [face], quality, ...(embedded ? { embeddings: [embeddingOf(person)] } : {}) }
}
