import type { CropSpec, ModelEntry } from '../assets/index.js'
import { LintasError } from '../errors/index.js'
import type { InferenceSession } from '../inference/index.js'
import { cosine, normalise, type Chip } from '../numeric/index.js'
import { toTensor } from './preprocess.js'
import type { Embedding } from './types.js'

/** One model that turns chips into embeddings. */
export interface Embedder {
  /** The manifest entry that describes it. */
  readonly model: ModelEntry
  /** How its chips are cut. */
  readonly crop: CropSpec
  /**
   * The embedding of `chip`, which `alignment` cut by `crop`.
   * @throws LintasError `inference-run`, also when the net gives numbers that are not finite
   */
  embed(chip: Chip): Promise<Embedding>
  release(): Promise<void>
}

/**
 * An embedder of a loaded model.
 * @throws LintasError `assets-manifest` when the entry does not describe an embedder
 */
export function createEmbedder(model: ModelEntry, session: InferenceSession): Embedder {
  const { space, crop } = model
  const input = tensorOf(model, 'input', model.input?.name, session.inputNames)
  const output = tensorOf(model, 'output', model.outputs?.[0]?.name, session.outputNames)
  if (model.kind !== 'embedder' || space === undefined || crop === undefined) {
    throw new LintasError('assets-manifest', `${model.id} is not described as an embedder: kind, space, crop`, { details: { model: model.id } })
  }
  return {
    model,
    crop,
    async embed(chip) {
      const results = await session.run({ [input]: toTensor(chip, model) })
      return { modelId: model.id, modelSha256: model.sha256, space, vector: toDirection(results[output]?.data, model) }
    },
    release: () => session.release(),
  }
}

/** The tensor that the manifest names: an embedding need not be a net's first output. @throws LintasError `assets-manifest` when the net has none of that name */
function tensorOf(model: ModelEntry, what: 'input' | 'output', name: string | undefined, names: readonly string[]): string {
  const found = name === undefined ? names[0] : names.find((one) => one === name)
  if (found !== undefined) return found
  throw new LintasError('assets-manifest', `${model.id} has no ${what} called ${String(name)}; it has ${names.join(', ')}`, {
    details: { model: model.id },
  })
}

/** The net's output at length 1. A batch of two (picture, mirror image) comes out as one embedding: the graph joins them. */
function toDirection(data: Float32Array | undefined, model: ModelEntry): Float32Array {
  try {
    if (data === undefined) throw new RangeError('no output')
    const width = model.outputs?.[0]?.dims.at(-1) ?? data.length
    return normalise(Float32Array.from(data.subarray(0, width)))
  } catch (cause) {
    throw new LintasError('inference-run', `${model.id} gave no usable embedding`, { cause, details: { model: model.id } })
  }
}

/**
 * The least cosine between what a backend computes for the golden chip and what native ONNX Runtime computed for it. Right backends came
 * to 0.9998 and more (`shared` research, WebGPU and WASM sections); the faults seen in the wild (all zeros, freed memory) are far below.
 */
export const KNOWN_ANSWER_COSINE = 0.999

/** The golden chip and its embedding, out of a manifest's known-answer file. */
export interface KnownAnswer {
  readonly chip: Chip
  readonly output: Float32Array
}

/** Takes a known-answer file apart: `size² × 3` bytes RGB, then float32 little-endian. @throws LintasError `assets-manifest` */
export function parseKnownAnswer(bytes: Uint8Array, model: ModelEntry): KnownAnswer {
  const size = model.crop?.size ?? 0
  const pixels = size * size * 3
  const rest = bytes.length - pixels
  if (pixels === 0 || rest < 4 || rest % 4 !== 0) {
    throw new LintasError('assets-manifest', `the known answer of ${model.id} has ${bytes.length} bytes, which does not fit its crop`, {
      details: { model: model.id },
    })
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + pixels, rest)
  const output = Float32Array.from({ length: rest / 4 }, (_, index) => view.getFloat32(index * 4, true))
  return { chip: { width: size, height: size, data: bytes.slice(0, pixels) }, output }
}

/**
 * Runs the golden chip and compares: a backend that computes something else must not judge anybody.
 * @returns the cosine, {@link KNOWN_ANSWER_COSINE} or more
 * @throws LintasError `inference-known-answer` with the cosine in `details`
 */
export async function proveEmbedder(embedder: Embedder, answer: KnownAnswer): Promise<number> {
  const { vector } = await embedder.embed(answer.chip)
  const likeness = vector.length === answer.output.length ? cosine(vector, answer.output) : NaN
  if (likeness >= KNOWN_ANSWER_COSINE) return likeness
  throw new LintasError('inference-known-answer', `${embedder.model.id} computes something else here than it should`, {
    details: { model: embedder.model.id, cosine: likeness, least: KNOWN_ANSWER_COSINE },
  })
}
