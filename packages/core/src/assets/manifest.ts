import { JsonReader } from './reader.js'
import type { AssetFile, AssetManifest, CropSpec, ModelEntry, Preprocessing, RuntimeEntry } from './types.js'

const KINDS = ['embedder', 'landmarker-bundle', 'face-detector', 'face-landmarks', 'face-blendshapes', 'pad'] as const
const BACKENDS = ['wasm', 'webgpu', 'node'] as const
const RUNTIMES = ['ort-wasm', 'ort-webgpu-wasm', 'mediapipe-wasm', 'worker', 'worker-webgpu'] as const
/** Most of one dimension of a tensor, and most pixels along a crop: a typing mistake beyond it. */
const MOST_DIM = 2 ** 20

/**
 * `json` (a parsed `assets.json`, schema `lintas-assets/1`) as a manifest. Fields it does not know are left out.
 * @throws LintasError `assets-manifest`; `details.path` names the first field at fault.
 */
export function parseAssetManifest(json: unknown): AssetManifest {
  const root = new JsonReader(json)
  root.at('schema').choice(['lintas-assets/1'])
  const version = root.at('version').text()
  const runtime = root.at('runtime').list(readRuntime)
  const models = root.at('models').list(readModel)
  checkUnique(root, runtime, models)
  return { schema: 'lintas-assets/1', version, runtime, models }
}

/**
 * `json` (a parsed `models/manifest.json`, schema `lintas-models/1`: models without a runtime, as Node needs them) as a manifest.
 * @throws LintasError `assets-manifest`; `details.path` names the first field at fault.
 */
export function parseModelsManifest(json: unknown): AssetManifest {
  const root = new JsonReader(json)
  root.at('schema').choice(['lintas-models/1'])
  const version = root.at('version').text()
  const models = root.at('models').list(readModel)
  checkUnique(root, [], models)
  return { schema: 'lintas-assets/1', version, runtime: [], models }
}

function readFile(reader: JsonReader): AssetFile {
  return { file: reader.at('file').file(), bytes: reader.at('bytes').count(), sha256: reader.at('sha256').sha256() }
}

function readRuntime(reader: JsonReader): RuntimeEntry {
  return { name: reader.at('name').choice(RUNTIMES), ...readFile(reader) }
}

function readModel(reader: JsonReader): ModelEntry {
  const kind = reader.at('kind').choice(KINDS)
  const entry = {
    id: reader.at('id').text(),
    kind,
    ...readFile(reader),
    licence: reader.at('licence').text(),
    backends: reader.at('backends').list((backend) => backend.choice(BACKENDS)),
    ...given('input', reader.at('input').maybe(readInput)),
    ...given(
      'outputs',
      reader.at('outputs').maybe((outputs) => outputs.list(readOutput)),
    ),
    ...given('preprocessing', reader.at('preprocessing').maybe(readPreprocessing)),
    ...given('crop', reader.at('crop').maybe(readCrop)),
    ...given(
      'mirrorBatch',
      reader.at('mirrorBatch').maybe((flag) => flag.flag()),
    ),
    ...given('knownAnswer', reader.at('knownAnswer').maybe(readFile)),
  }
  if (kind !== 'embedder') {
    if (!reader.at('space').absent) reader.at('space').fail('absent: only embedders have one')
    return entry
  }
  for (const needed of ['input', 'outputs', 'preprocessing', 'crop']) {
    if (reader.at(needed).absent) reader.at(needed).fail('given for an embedder')
  }
  // The other two are cut before there are landmarks: found here, not at the first face.
  reader.at('crop').at('kind').choice(['upright-box', 'five-point', 'box'])
  return { ...entry, space: reader.at('space').text() }
}

function readInput(reader: JsonReader): NonNullable<ModelEntry['input']> {
  return { name: reader.at('name').text(), dims: readDims(reader.at('dims')), layout: reader.at('layout').choice(['NHWC', 'NCHW']) }
}

function readOutput(reader: JsonReader): { name: string; dims: number[] } {
  return { name: reader.at('name').text(), dims: readDims(reader.at('dims')) }
}

function readDims(reader: JsonReader): number[] {
  return reader.list((dim) => dim.count(MOST_DIM))
}

function readPreprocessing(reader: JsonReader): Preprocessing {
  const kind = reader.at('kind').choice(['standardise', 'affine'])
  if (kind === 'standardise') return { kind }
  return { kind, mean: reader.at('mean').number(), scale: reader.at('scale').positive() }
}

function readCrop(reader: JsonReader): CropSpec {
  const kind = reader.at('kind').choice(['upright-box', 'five-point', 'box', 'roi', 'letterbox'])
  const size = reader.at('size').count(MOST_DIM)
  if (kind === 'letterbox') return { kind, size }
  if (kind === 'five-point') return { kind, template: reader.at('template').choice(['arcface-112']), size }
  return { kind, scale: reader.at('scale').positive(), size }
}

function given<K extends string, T>(key: K, value: T | undefined): Partial<Record<K, T>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, T>)
}

/** Ids and runtime names are unique, and one path means one content. */
function checkUnique(root: JsonReader, runtime: readonly RuntimeEntry[], models: readonly ModelEntry[]): void {
  const names = new Set<string>()
  const hashes = new Map<string, string>()
  const file = (list: string, index: number, entry: AssetFile, field = 'file'): void => {
    const known = hashes.get(entry.file)
    const place = new JsonReader(entry.file, `${list}[${index}].${field}`)
    if (known !== undefined && known !== entry.sha256) place.fail('a path that no other entry has with another sha256')
    hashes.set(entry.file, entry.sha256)
  }
  const name = (list: string, index: number, field: string, value: string): void => {
    if (names.has(`${list} ${value}`)) new JsonReader(value, `${list}[${index}].${field}`).fail('unique')
    names.add(`${list} ${value}`)
  }
  runtime.forEach((entry, index) => {
    name('runtime', index, 'name', entry.name)
    file('runtime', index, entry)
  })
  models.forEach((entry, index) => {
    name('models', index, 'id', entry.id)
    file('models', index, entry)
    if (entry.knownAnswer !== undefined) file('models', index, entry.knownAnswer, 'knownAnswer.file')
  })
  if (models.length === 0) root.at('models').fail('a list that is not empty')
}
