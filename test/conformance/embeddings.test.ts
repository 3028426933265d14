// The shipped files against embeddings that TensorFlow computed with the original weights, and against their own known answers.
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFolderAssets, type AssetManifest, type ModelEntry } from '../../packages/core/src/assets/index.js'
import { createEmbedder, parseKnownAnswer, proveEmbedder, type Embedder } from '../../packages/core/src/embedding/index.js'
import { createNodeEngine } from '../../packages/core/src/inference/ort-node.js'
import { cosine } from '../../packages/core/src/numeric/index.js'

const MODELS = new URL('../../models/', import.meta.url)
const FIXTURES = new URL('../fixtures/', import.meta.url)

/**
 * int8 against the original weights came to 0.9990 and more on these portraits (docs/evaluation/conversion.json; 0.9978 on pictures that did not
 * serve for its ranges), int8 weights to 0.9992. A wrong crop, colour order or standardisation falls far below.
 */
const LEAST_COSINE: Readonly<Record<string, number>> = { 'facenet-128.int8': 0.998, 'facenet-128.int8-weights': 0.999 }

interface Reference {
  readonly size: number
  readonly file: string
  readonly chips: readonly { readonly name: string; readonly offset: number; readonly embedding: readonly number[] }[]
}

const source = createFolderAssets({ readFile: (path) => readFile(new URL(path, MODELS)) })
const engine = createNodeEngine()
const opened: Embedder[] = []

async function open(model: ModelEntry): Promise<Embedder> {
  const [bytes] = await source.load([model])
  if (bytes === undefined) throw new Error(`${model.id} was not read`)
  const embedder = createEmbedder(model, await engine.open(model.id, bytes))
  opened.push(embedder)
  return embedder
}

let manifest: AssetManifest
beforeAll(async () => {
  manifest = await source.manifest()
})
afterAll(() => Promise.all(opened.map((embedder) => embedder.release())))

describe('every embedder', () => {
  it('gives its known answer in Node', async () => {
    const embedders = manifest.models.filter(({ kind }) => kind === 'embedder')
    expect(embedders.length).toBeGreaterThanOrEqual(4)
    for (const model of embedders) {
      if (model.knownAnswer === undefined) throw new Error(`${model.id} has no known answer`)
      const [answer] = await source.load([model.knownAnswer])
      expect(await proveEmbedder(await open(model), parseKnownAnswer(answer ?? new Uint8Array(), model)), model.id).toBeGreaterThanOrEqual(0.999)
    }
  })
})

describe.each(Object.entries(LEAST_COSINE))('%s', (id, least) => {
  it(`agrees with the original weights: cosine ${least} or more on every portrait`, async () => {
    const reference = JSON.parse(await readFile(new URL('reference-embeddings.json', FIXTURES), 'utf8')) as Reference
    const pixels = await readFile(new URL(reference.file, FIXTURES))
    const model = manifest.models.find((entry) => entry.id === id)
    if (model === undefined) throw new Error(`the manifest has no ${id}`)
    const embedder = await open(model)
    expect(reference.chips.length).toBeGreaterThanOrEqual(8)
    for (const { name, offset, embedding } of reference.chips) {
      const data = new Uint8Array(pixels.subarray(offset, offset + reference.size ** 2 * 3))
      const { vector } = await embedder.embed({ width: reference.size, height: reference.size, data })
      expect(cosine(vector, Float32Array.from(embedding)), name).toBeGreaterThanOrEqual(least)
    }
  })
})
