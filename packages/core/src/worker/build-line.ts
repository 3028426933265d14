import {
  selectModels,
  type AssetFile,
  type AssetProgress,
  type AssetSource,
  type Backend,
  type ModelEntry,
  type ModelSelection,
} from '../assets/index.js'
import { createOnnxDetector, type Detector, type DetectorEngine } from '../detection/index.js'
import { createEmbedder, parseKnownAnswer, proveEmbedder, type Embedder } from '../embedding/index.js'
import { LintasError } from '../errors/index.js'
import type { InferenceEngine } from '../inference/index.js'
import { createPadScorer, provePadScorer, type PadScorer } from '../liveness/index.js'
import type { EncodeJpeg } from './evidence-frame.js'
import { createLine, type Line } from './line.js'
import type { AnalyserInfo } from './types.js'

/** The bytes of a file of the selection. */
type BytesOf = (file: AssetFile) => Uint8Array<ArrayBuffer>

/** What differs between the browser's backends and Node: how the runtimes are opened. */
export interface Runtimes {
  readonly backend: Backend
  /** Told before anything is downloaded whether this backend can run here at all. @throws LintasError `inference-unsupported` */
  readonly check?: () => Promise<void>
  /** Opens ONNX Runtime; `wasm` is its verified binary, absent in Node. */
  readonly openEngine: (wasm: Uint8Array<ArrayBuffer> | undefined) => Promise<InferenceEngine>
  /** Opens MediaPipe. Absent where it cannot run: without WebGL, in Node. */
  readonly openMediaPipe?: (wasm: Uint8Array<ArrayBuffer>, model: Uint8Array<ArrayBuffer>, maxFaces: number) => Promise<Detector>
  /** Makes JPEGs for evidence. Without it there is none. */
  readonly encodeJpeg?: EncodeJpeg
}

/** What {@link buildLine} builds. */
export interface LineWishes {
  readonly spaces: readonly string[]
  readonly detector: 'auto' | DetectorEngine
  readonly maxFaces: number
  /** The passive net too. */
  readonly liveness: boolean
  readonly onProgress?: (progress: AssetProgress) => void
  readonly signal?: AbortSignal
}

/** A line that is loaded and proven, with what it turned out to run on. */
export interface BuiltLine {
  readonly line: Line
  readonly info: AnalyserInfo
}

/**
 * Loads exactly the files that `wishes` need, opens the runtimes, and proves every embedder by its known answer.
 * @throws LintasError `assets-*`, `inference-*`, `detector-load`
 */
export async function buildLine(source: AssetSource, runtimes: Runtimes, wishes: LineWishes): Promise<BuiltLine> {
  const { openMediaPipe } = runtimes
  await runtimes.check?.()
  const once = keeping(source)
  if (wishes.detector === 'mediapipe' && openMediaPipe === undefined) {
    throw new LintasError('detector-load', 'MediaPipe needs WebGL, which is not here', { details: { engine: 'mediapipe' } })
  }
  if (openMediaPipe === undefined || wishes.detector === 'onnx') return build(once, runtimes, wishes, 'onnx')
  try {
    return await build(once, runtimes, wishes, 'mediapipe')
  } catch (error) {
    // WebGL may be there by name only (a driver that gives no context to workers): the other engine needs none.
    if (wishes.detector === 'mediapipe' || !(error instanceof LintasError) || error.code !== 'detector-load') throw error
    // No progress any more: it has reached 1, and must not fall.
    const { onProgress: _told, ...quiet } = wishes
    const { line, info } = await build(once, runtimes, quiet, 'onnx')
    return { line, info: { ...info, fallbacks: [{ from: 'mediapipe', to: 'onnx', code: error.code }, ...info.fallbacks] } }
  }
}

/** `source` that gives bytes a second time without asking again: where nothing is cached, a fallback would download wasm and embedders anew. */
function keeping(source: AssetSource): AssetSource {
  const kept = new Map<string, Uint8Array<ArrayBuffer>>()
  return {
    manifest: (signal) => source.manifest(signal),
    load: async (files, options) => {
      const missing = files.filter(({ sha256 }) => !kept.has(sha256))
      const loaded = missing.length === 0 ? [] : await source.load(missing, options)
      missing.forEach(({ sha256 }, index) => {
        const bytes = loaded[index]
        if (bytes !== undefined) kept.set(sha256, bytes)
      })
      return files.map(({ file, sha256 }) => kept.get(sha256) ?? notLoaded(file))
    },
  }
}

function notLoaded(file: string): never {
  throw new LintasError('assets-entry-unknown', `${file} was not loaded`, { details: { file } })
}

async function build(source: AssetSource, runtimes: Runtimes, wishes: LineWishes, detector: DetectorEngine): Promise<BuiltLine> {
  const { spaces, maxFaces, liveness, onProgress, signal } = wishes
  const manifest = await source.manifest(signal)
  const selection = selectModels(manifest, { spaces, backend: runtimes.backend, detector, pad: liveness })
  const bytesOf = await load(source, selection.files, { ...(onProgress && { onProgress }), ...(signal && { signal }) })
  const ortWasm = selection.runtime.find(({ name }) => name === 'ort-wasm' || name === 'ort-webgpu-wasm')
  const engine = await runtimes.openEngine(ortWasm === undefined ? undefined : bytesOf(ortWasm))
  // The detector first: where MediaPipe fails, no embedder lies twice in the memory of a device that has little.
  const landmarks = await openDetector(engine, runtimes, selection, bytesOf, maxFaces)
  const embedders = await openEmbedders(engine, selection.embedders, bytesOf)
  const padScorer = selection.pad && (await openPadScorer(engine, selection.pad, bytesOf))
  const { encodeJpeg } = runtimes
  const line = createLine({ detector: landmarks, embedders, ...(padScorer && { padScorer }), ...(encodeJpeg && { encodeJpeg }) })
  const models = selection.embedders.map(({ id }) => id)
  const pad = selection.pad && { pad: selection.pad.id }
  return {
    line,
    info: { backend: engine.backend, threads: engine.threads, detector, models, spaces, ...pad, files: modelFiles(selection), fallbacks: [] },
  }
}

/** What of the selection computes something. */
function modelFiles({ bundle, nets, embedders, pad }: ModelSelection): NonNullable<AnalyserInfo['files']> {
  const all = [bundle, nets?.detector, nets?.landmarks, ...embedders, pad]
  return all.flatMap((model) => (model === undefined ? [] : [{ id: model.id, sha256: model.sha256 }]))
}

async function load(source: AssetSource, files: readonly AssetFile[], options: Pick<LineWishes, 'onProgress' | 'signal'>): Promise<BytesOf> {
  const all = await source.load(files, options)
  const byName = new Map(files.map(({ file }, index) => [file, all[index]]))
  return ({ file }) => {
    const bytes = byName.get(file)
    return bytes ?? notLoaded(file)
  }
}

async function openEmbedders(engine: InferenceEngine, models: readonly ModelEntry[], bytesOf: BytesOf): Promise<readonly Embedder[]> {
  const embedders: Embedder[] = []
  for (const model of models) {
    const answer = bytesOf(knownAnswerOf(model))
    const embedder = createEmbedder(model, await engine.open(model.id, bytesOf(model)))
    await proveEmbedder(embedder, parseKnownAnswer(answer, model))
    embedders.push(embedder)
  }
  return embedders
}

async function openPadScorer(engine: InferenceEngine, model: ModelEntry, bytesOf: BytesOf): Promise<PadScorer> {
  const answer = bytesOf(knownAnswerOf(model))
  const scorer = createPadScorer(model, await engine.open(model.id, bytesOf(model)))
  await provePadScorer(scorer, answer)
  return scorer
}

function knownAnswerOf({ id, knownAnswer }: ModelEntry): AssetFile {
  if (knownAnswer !== undefined) return knownAnswer
  throw new LintasError('assets-manifest', `${id} has no known answer, so no backend can be proven with it`, { details: { model: id } })
}

async function openDetector(
  engine: InferenceEngine,
  runtimes: Runtimes,
  selection: ModelSelection,
  bytesOf: BytesOf,
  maxFaces: number,
): Promise<Detector> {
  const { bundle, nets, runtime } = selection
  if (nets !== undefined) {
    const [detector, landmarks] = [
      await engine.open(nets.detector.id, bytesOf(nets.detector)),
      await engine.open(nets.landmarks.id, bytesOf(nets.landmarks)),
    ]
    return createOnnxDetector({ detector, landmarks, maxFaces })
  }
  const wasm = runtime.find(({ name }) => name === 'mediapipe-wasm')
  if (bundle === undefined || wasm === undefined || runtimes.openMediaPipe === undefined)
    throw new LintasError('detector-load', 'no landmark engine was selected')
  return runtimes.openMediaPipe(bytesOf(wasm), bytesOf(bundle), maxFaces)
}
