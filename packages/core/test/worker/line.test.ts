import { describe, expect, it } from 'vitest'
import type { ModelEntry } from '../../src/assets/index.js'
import { pictureOf } from '../../src/capture/index.js'
import type { Detector, Face } from '../../src/detection/index.js'
import type { Embedder } from '../../src/embedding/index.js'
import { createLine, type Line } from '../../src/worker/index.js'
import { faceAt, rasterOf } from '../quality/scene.js'

const PICTURE = rasterOf(320, 320, (x, y) => 90 + ((x * 7 + y * 13) % 80))
const FRAME = { picture: pictureOf(PICTURE), timestampMs: 7 }
const CROP = { kind: 'upright-box', scale: 1.3, size: 8 } as const
const MODEL = { id: 'm.int8', sha256: 'a', space: 'm', crop: CROP } as unknown as ModelEntry

function lineSeeing(faces: readonly Face[]): { line: Line; embedded: () => number } {
  let embedded = 0
  const detector: Detector = { engine: 'onnx', detect: () => Promise.resolve(faces), reset: () => undefined, close: () => undefined }
  const embedder: Embedder = {
    model: MODEL,
    crop: CROP,
    embed: () => {
      embedded += 1
      return Promise.resolve({ modelId: 'm.int8', modelSha256: 'a', space: 'm', vector: Float32Array.of(1, 0) })
    },
    release: () => Promise.resolve(),
  }
  return { line: createLine({ detector, embedders: [embedder] }), embedded: () => embedded }
}

describe('the line', () => {
  it('says no face, and embeds nothing, when there is none', async () => {
    const { line, embedded } = lineSeeing([])
    const analysis = await line.analyse(FRAME, { embed: 'always' })
    expect(analysis).toMatchObject({ timestampMs: 7, faces: [], quality: { acceptable: false, reasons: ['no-face'] } })
    expect(analysis.embeddings).toBeUndefined()
    expect(embedded()).toBe(0)
  })

  it('embeds an acceptable face, and hands out chips only when asked', async () => {
    const { line } = lineSeeing([faceAt(160, 120, 60)])
    const plain = await line.analyse(FRAME)
    expect(plain).toMatchObject({ quality: { acceptable: true }, embeddings: [{ space: 'm' }] })
    expect(plain.chips).toBeUndefined()
    expect((await line.analyse(FRAME, { chips: true })).chips?.['m']).toMatchObject({ width: 8, height: 8 })
    expect(Object.keys(plain.timingsMs)).toEqual(['detection', 'read', 'quality', 'alignment', 'embedding'])
  })

  it.each([
    ['never', true, 0],
    ['never', false, 0],
    ['acceptable', true, 1],
    ['acceptable', false, 0],
    ['always', true, 1],
    ['always', false, 1],
  ] as const)('embeds %s when the face is acceptable: %s', async (embed, acceptable, times) => {
    const { line, embedded } = lineSeeing([acceptable ? faceAt(160, 120, 60) : faceAt(160, 120, 12)])
    expect((await line.analyse(FRAME, { embed })).quality.acceptable).toBe(acceptable)
    expect(embedded()).toBe(times)
  })

  it('embeds nothing of landmarks that are not numbers, even when always asked for', async () => {
    const face = faceAt(160, 120, 60)
    const { line, embedded } = lineSeeing([{ ...face, landmarks: face.landmarks.map(() => NaN) }])
    expect((await line.analyse(FRAME, { embed: 'always' })).quality.reasons).toEqual(['no-face'])
    expect(embedded()).toBe(0)
  })

  it('is stricter where that is asked for', async () => {
    const { line } = lineSeeing([faceAt(160, 120, 40)])
    expect((await line.analyse(FRAME, { requirements: 'usual' })).quality.acceptable).toBe(true)
    expect((await line.analyse(FRAME, { requirements: 'strict' })).quality.reasons).toEqual(['too-far'])
  })

  it('takes the largest of several faces, or the central one where that is asked for', async () => {
    const [large, central] = [faceAt(60, 60, 50), faceAt(160, 150, 40)]
    const { line } = lineSeeing([large, central])
    expect((await line.analyse(FRAME)).faces).toEqual([large, central])
    expect((await line.analyse(FRAME, { face: 'central' })).faces).toEqual([central, large])
    expect((await line.analyse(FRAME)).quality.reasons).toContain('several-faces')
    const behind = faceAt(160, 120, 15)
    expect((await lineSeeing([large, behind]).line.analyse(FRAME, { face: 'central' })).faces).toEqual([large, behind])
  })
})
