import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseModelsManifest, type ModelEntry } from '../../../src/assets/index.js'
import type { InferenceSession, Tensor } from '../../../src/inference/index.js'
import { createNodeEngine } from '../../../src/inference/ort-node.js'
import { createPadScorer, logOddsOf, PAD_CROP_SCALE, provePadScorer, scoreFace } from '../../../src/liveness/passive/index.js'
import { faceAt, rasterOf } from '../../quality/scene.js'

const MODELS = new URL('../../../../../models/', import.meta.url)
const read = (path: string): Uint8Array => readFileSync(fileURLToPath(new URL(path, MODELS)))
const MODEL: ModelEntry = parseModelsManifest(JSON.parse(new TextDecoder().decode(read('manifest.json')))).models.find(({ kind }) => kind === 'pad')!

function sessionOf(output: readonly number[], seen?: (tensor: Tensor) => void): InferenceSession {
  return {
    inputNames: ['input'],
    outputNames: ['output'],
    run: (inputs) => {
      seen?.(inputs['input']!)
      return Promise.resolve({ output: { dims: [1, output.length], data: Float32Array.from(output) } })
    },
    release: () => Promise.resolve(),
  }
}

const CHIP = { width: 128, height: 128, data: new Uint8Array(128 * 128 * 3) }

describe('log-odds', () => {
  it('are those of the softmax, where that can still be computed', () => {
    const logit = fc.double({ min: -15, max: 15, noNaN: true })
    fc.assert(
      fc.property(logit, logit, logit, (one, two, three) => {
        const sum = Math.exp(one) + Math.exp(two) + Math.exp(three)
        const share = Math.exp(one) / sum
        expect(logOddsOf([one, two, three], 0)).toBeCloseTo(Math.log(share / (1 - share)), 3)
      }),
    )
  })

  it('stay exact where a softmax would be 0 or 1', () => {
    expect(logOddsOf([1000, 0, 0], 0)).toBeCloseTo(1000 - Math.log(2), 9)
    expect(logOddsOf([-1000, 0, -2000], 0)).toBe(-1000)
  })

  it.each([[[NaN, 0, 0]], [[0, Infinity, 0]], [[0, 0, -Infinity]], [[]], [[1]]])('of %j do not exist', (logits) => {
    expect(logOddsOf(logits, 0)).toBeUndefined()
  })
})

describe('the passive scorer', () => {
  it('feeds planes of R, G and B as they are', async () => {
    const data = CHIP.data.map((_, at) => [10, 20, 30][at % 3]!)
    let tensor: Tensor | undefined
    await createPadScorer(
      MODEL,
      sessionOf([0, 0, 0], (one) => (tensor = one)),
    ).score({ ...CHIP, data })
    expect(tensor?.dims).toEqual([1, 3, 128, 128])
    expect([tensor?.data[5], tensor?.data[16384 + 5], tensor?.data[2 * 16384 + 5]]).toEqual([10, 20, 30])
  })

  it.each([[[NaN, 0, 0]], [[1, 2]], [[]]])('gives no score out of %j', async (output) => {
    await expect(createPadScorer(MODEL, sessionOf(output)).score(CHIP)).rejects.toMatchObject({ code: 'inference-run' })
  })

  it('is not made of an entry that describes none, and takes no other size', async () => {
    for (const wrong of [{ kind: 'embedder' }, { preprocessing: { kind: 'standardise' } }, { input: { ...MODEL.input!, layout: 'NHWC' } }]) {
      expect(() => createPadScorer({ ...MODEL, ...wrong } as ModelEntry, sessionOf([0]))).toThrow(
        expect.objectContaining({ code: 'assets-manifest' }),
      )
    }
    await expect(createPadScorer(MODEL, sessionOf([0, 0, 0])).score({ ...CHIP, width: 64 })).rejects.toThrow(TypeError)
  })

  it('scores a face by its chip and the mirror image of it', async () => {
    const chips: Tensor[] = []
    const scorer = createPadScorer(
      MODEL,
      sessionOf([2, 0, 0], (one) => chips.push(one)),
    )
    const score = await scoreFace(
      scorer,
      rasterOf(64, 64, (x) => 3 * x),
      faceAt(20, 32, 8),
    )
    expect(score).toBeCloseTo(2 - Math.log(2), 6)
    const [one, other] = chips.map(({ data }) => data)
    expect(chips).toHaveLength(2)
    for (const at of [0, 5, 127]) expect(other?.[128 * 9 + at]).toBe(one?.[128 * 9 + 127 - at])
    expect(other).not.toEqual(one)
  })

  it('does not look at a face outside the picture or without numbers', async () => {
    const raster = rasterOf(64, 64, () => 99)
    const scorer = createPadScorer(MODEL, sessionOf([1, 0, 0]))
    const face = faceAt(32, 32, 10)
    expect(await scoreFace(scorer, raster, face)).toBeCloseTo(1 - Math.log(2), 6)
    for (const box of [
      { x: 900, y: 0, width: 9, height: 9 },
      { x: NaN, y: 0, width: 9, height: 9 },
      { x: 0, y: 0, width: 0, height: 9 },
    ]) {
      expect(await scoreFace(scorer, raster, { ...face, box })).toBeUndefined()
    }
  })
})

describe('the known answer', () => {
  const bytes = read(MODEL.knownAnswer!.file)

  it('is what the shipped net computes in Node', async () => {
    const scorer = createPadScorer(MODEL, await createNodeEngine().open(MODEL.id, read(MODEL.file)))
    expect(await provePadScorer(scorer, bytes)).toBeLessThan(1e-3)
    await scorer.release()
  })

  it.each([[[0, 0, 0]], [[6.4, -2, -3]], [[-3.37, 6.4, -3]]])('stops a backend that computes %j', async (output) => {
    await expect(provePadScorer(createPadScorer(MODEL, sessionOf(output)), bytes)).rejects.toMatchObject({ code: 'inference-known-answer' })
  })

  it.each([0, 11, 49_163, 49_165])('is refused with %i bytes', async (length) => {
    const scorer = createPadScorer(MODEL, sessionOf([0, 0, 0]))
    await expect(provePadScorer(scorer, new Uint8Array(length))).rejects.toMatchObject({ code: 'assets-manifest' })
  })

  it('and the room that is asked for belong to the crop of the manifest', () => {
    expect(MODEL.crop).toMatchObject({ kind: 'box', scale: PAD_CROP_SCALE })
  })
})
