import { LintasError } from '../errors/index.js'
import type { AssetFile, AssetManifest, Backend, ModelEntry, ModelKind, RuntimeEntry } from './types.js'

/** What a deployment runs. */
export interface ModelNeeds {
  /** The embedding spaces of the calibration profile; none where nothing is embedded. */
  readonly spaces: readonly string[]
  readonly backend: Backend
  /** The landmark engine. */
  readonly detector: 'mediapipe' | 'onnx'
  /** The passive net too. Default false. */
  readonly pad?: boolean
}

/** Exactly the entries that {@link ModelNeeds} needs, and no other: what is not here is not downloaded. */
export interface ModelSelection {
  /** One per space, in the order of `spaces`. */
  readonly embedders: readonly ModelEntry[]
  /** MediaPipe's bundle. Present for the detector `mediapipe`. */
  readonly bundle?: ModelEntry
  /** The nets of the ONNX engine. Present for the detector `onnx`. */
  readonly nets?: { readonly detector: ModelEntry; readonly landmarks: ModelEntry }
  /** The passive net. Present when needed. */
  readonly pad?: ModelEntry
  /** Wasm of the backend and of MediaPipe; the worker's script is not here, the page starts it by its URL. Empty in Node. */
  readonly runtime: readonly RuntimeEntry[]
  /** Everything above with the known answers, each file once. */
  readonly files: readonly AssetFile[]
}

/**
 * The files that `needs` needs. Of several entries fit for a backend the first in the manifest's order is taken: the order is the
 * preference, and `backends` keeps apart precisions that suit one backend only (static int8 for WASM and Node, float for WebGPU).
 * @throws LintasError `assets-entry-unknown`; `details.entry` names what the manifest lacks.
 */
export function selectModels(manifest: AssetManifest, needs: ModelNeeds): ModelSelection {
  const embedders = needs.spaces.map((space) => findEmbedder(manifest, space, needs.backend))
  const runtime = runtimeNames(needs).map((name) => findRuntime(manifest, name))
  const landmarks =
    needs.detector === 'mediapipe'
      ? { bundle: findByKind(manifest, 'landmarker-bundle') }
      : {
          nets: {
            detector: findByKind(manifest, 'face-detector', needs.backend),
            landmarks: findByKind(manifest, 'face-landmarks', needs.backend),
          },
        }
  const pad = needs.pad === true ? findByKind(manifest, 'pad', needs.backend) : undefined
  const models = [...embedders, ...Object.values(landmarks.nets ?? { bundle: landmarks.bundle }), ...(pad === undefined ? [] : [pad])]
  const files = [...runtime, ...models.flatMap((model) => (model.knownAnswer === undefined ? [model] : [model, model.knownAnswer]))]
  return { embedders, ...landmarks, ...(pad && { pad }), runtime, files: [...new Map(files.map((file) => [file.file, file])).values()] }
}

function runtimeNames({ backend, detector }: ModelNeeds): RuntimeEntry['name'][] {
  const names: RuntimeEntry['name'][] = []
  if (backend === 'wasm') names.push('ort-wasm')
  if (backend === 'webgpu') names.push('ort-webgpu-wasm')
  if (detector === 'mediapipe') names.push('mediapipe-wasm')
  return names
}

function findRuntime(manifest: AssetManifest, name: RuntimeEntry['name']): RuntimeEntry {
  return manifest.runtime.find((entry) => entry.name === name) ?? unknown(`runtime ${name}`)
}

function findEmbedder(manifest: AssetManifest, space: string, backend: Backend): ModelEntry {
  const found = manifest.models.find((entry) => entry.kind === 'embedder' && entry.space === space && entry.backends.includes(backend))
  return found ?? unknown(`embedder of ${space} for ${backend}`)
}

/** ONNX Runtime's WebGPU build has the WASM kernels too, so a net meant for `wasm` serves both; a bundle runs on no backend of ours. */
function findByKind(manifest: AssetManifest, kind: ModelKind, backend?: Backend): ModelEntry {
  const entries = manifest.models.filter((entry) => entry.kind === kind)
  const fit = entries.find((entry) => backend === undefined || entry.backends.includes(backend))
  const fallback = backend === 'webgpu' ? entries.find((entry) => entry.backends.includes('wasm')) : undefined
  return fit ?? fallback ?? unknown(backend === undefined ? kind : `${kind} for ${backend}`)
}

function unknown(entry: string): never {
  throw new LintasError('assets-entry-unknown', `The assets folder lists no ${entry}`, { details: { entry } })
}
