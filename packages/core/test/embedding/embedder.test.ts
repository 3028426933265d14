import { describe, expect, it } from 'vitest'
import type { ModelEntry } from '../../src/assets/index.js'
import { averageEmbeddings, createEmbedder, parseKnownAnswer, proveEmbedder, type Embedding } from '../../src/embedding/index.js'
import type { InferenceSession } from '../../src/inference/index.js'

const MODEL: ModelEntry = {
  id: 'm.int8',
  kind: 'embedder',
  file: 'm.onnx',
  bytes: 1,
  sha256: 'a'.repeat(64),
  licence: 'MIT',
  backends: ['wasm'],
  space: 'm',
  input: { name: 'x', dims: [1, 1, 1, 3], layout: 'NHWC' },
  crop: { kind: 'upright-box', scale: 1, size: 1 },
  preprocessing: { kind: 'affine', mean: 0, scale: 1 },
}
const CHIP = { width: 1, height: 1, data: Uint8Array.of(1, 2, 3) }

function sessionOf(...output: number[]): InferenceSession {
  const data = Float32Array.from(output)
  return {
    inputNames: ['x'],
    outputNames: ['y'],
    run: () => Promise.resolve({ y: { dims: [1, data.length], data } }),
    release: () => Promise.resolve(),
  }
}

function answerFile(...output: number[]): Uint8Array {
  const bytes = new Uint8Array(3 + output.length * 4)
  bytes.set(CHIP.data)
  output.forEach((value, index) => {
    new DataView(bytes.buffer).setFloat32(3 + index * 4, value, true)
  })
  return bytes
}

describe('an embedder', () => {
  it('gives directions of length 1 that name their model', async () => {
    const embedding = await createEmbedder(MODEL, sessionOf(3, 4)).embed(CHIP)
    expect(embedding).toMatchObject({ modelId: 'm.int8', modelSha256: MODEL.sha256, space: 'm' })
    expect(embedding.vector[0]).toBeCloseTo(0.6, 6)
    expect(embedding.vector[1]).toBeCloseTo(0.8, 6)
  })

  it.each([[[0, 0]], [[NaN, 1]], [[Infinity, 1]], [[]]])('never hands out %j as an embedding', async (output) => {
    await expect(createEmbedder(MODEL, sessionOf(...output)).embed(CHIP)).rejects.toMatchObject({ code: 'inference-run' })
  })

  it('is not made of an entry that describes none', () => {
    expect(() => createEmbedder({ ...MODEL, kind: 'pad' }, sessionOf(1))).toThrow(expect.objectContaining({ code: 'assets-manifest' }))
  })
})

describe('the known answer', () => {
  it('lets a backend pass that computes right', async () => {
    expect(await proveEmbedder(createEmbedder(MODEL, sessionOf(3, 4)), parseKnownAnswer(answerFile(0.6, 0.8), MODEL))).toBeCloseTo(1, 6)
  })

  it.each([[[4, 3]], [[-3, -4]], [[3, 4, 0]]])('stops one that computes %j', async (output) => {
    const proof = proveEmbedder(createEmbedder(MODEL, sessionOf(...output)), parseKnownAnswer(answerFile(0.6, 0.8), MODEL))
    await expect(proof).rejects.toMatchObject({ code: 'inference-known-answer', details: { model: 'm.int8' } })
  })

  it.each([0, 3, 5])('is refused when its file has %i bytes', (length) => {
    expect(() => parseKnownAnswer(new Uint8Array(length), MODEL)).toThrow(expect.objectContaining({ code: 'assets-manifest' }))
  })
})

describe('averageEmbeddings', () => {
  const one: Embedding = { modelId: 'm', modelSha256: 'a', space: 'm', vector: Float32Array.of(1, 0) }
  const other: Embedding = { ...one, vector: Float32Array.of(0, 1) }

  it('lies between its samples, nearer to the heavier', () => {
    const [even] = averageEmbeddings([[one], [other]])
    expect(even?.vector[0]).toBeCloseTo(Math.SQRT1_2, 6)
    const [heavy] = averageEmbeddings([[one], [other]], [3, 1])
    expect(heavy?.vector[0]).toBeGreaterThan(even?.vector[0] ?? 1)
  })

  it('refuses samples of unlike models', () => {
    expect(() => averageEmbeddings([[one], [{ ...other, modelSha256: 'b' }]])).toThrow(expect.objectContaining({ code: 'models-unlike' }))
    expect(() => averageEmbeddings([[one], []])).toThrow(expect.objectContaining({ code: 'models-unlike' }))
    expect(() => averageEmbeddings([])).toThrow(RangeError)
  })
})
