// npm run models:verify: every weight, known answer and card that manifest.json names is there and is what it says. No dependencies.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const MOST_BYTES = 75_000_000
const KINDS = ['embedder', 'landmarker-bundle', 'face-detector', 'face-landmarks', 'face-blendshapes', 'pad']
const PRECISIONS = ['fp32', 'fp16', 'int8-static', 'int8-weights', 'bundle']
const BACKENDS = ['wasm', 'node', 'webgpu']
const CROPS = {
  'upright-box': ['scale', 'size'],
  'five-point': ['size', 'template'],
  box: ['scale', 'size'],
  roi: ['scale', 'size'],
  letterbox: ['size'],
}
const ORIGIN = ['registry', 'package', 'version', 'file', 'sha256', 'conversion']

const isText = (value) => typeof value === 'string' && value.trim() !== ''
const isCount = (value) => Number.isSafeInteger(value) && value > 0
const isHash = (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)
/** The same as the SDK's own reading of a manifest allows. */
const isPath = (value) => isText(value) && /^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/.test(value) && value.length <= 200
const isDims = (value) => Array.isArray(value) && value.length > 0 && value.every(isCount)
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Collects sentences that each name the place at fault. */
class Faults {
  list = []
  expect(holds, place, wanted) {
    if (!holds) this.list.push(`${place}: ${wanted}`)
    return Boolean(holds)
  }
}

function checkTensors(model, place, faults) {
  const { input, outputs } = model
  if (input !== undefined) {
    const shaped = isObject(input) && isText(input.name) && isDims(input.dims) && input.type === 'float32'
    faults.expect(shaped, `${place}.input`, 'must have name, dims and type "float32"')
    faults.expect(['NHWC', 'NCHW'].includes(input?.layout), `${place}.input.layout`, 'must be NHWC or NCHW')
  }
  if (outputs !== undefined) {
    const shaped = Array.isArray(outputs) && outputs.length > 0 && outputs.every((one) => isText(one?.name) && isDims(one?.dims) && isText(one?.meaning))
    faults.expect(shaped, `${place}.outputs`, 'must be a list of name, dims and meaning')
  }
}

function checkUse(model, place, faults) {
  const { crop, preprocessing } = model
  if (crop !== undefined) {
    const fields = isObject(crop) ? CROPS[crop.kind] : undefined
    const exact = fields !== undefined && Object.keys(crop).sort().join() === ['kind', ...fields].sort().join()
    if (faults.expect(exact, `${place}.crop`, `must be one of ${Object.keys(CROPS).join(', ')} with its fields`)) {
      faults.expect(isCount(crop.size) && (crop.scale ?? 1) > 0, `${place}.crop`, 'size and scale must be above 0')
      faults.expect(crop.template === undefined || crop.template === 'arcface-112', `${place}.crop.template`, 'must be arcface-112')
    }
  }
  if (preprocessing !== undefined) {
    const { kind, mean, scale } = preprocessing ?? {}
    const known = kind === 'standardise' || (kind === 'affine' && Number.isFinite(mean) && scale > 0)
    faults.expect(known, `${place}.preprocessing`, 'must be standardise, or affine with mean and scale')
  }
}

function checkShape(model, place, faults) {
  faults.expect(isText(model.id), `${place}.id`, 'is missing')
  faults.expect(KINDS.includes(model.kind), `${place}.kind`, `must be one of ${KINDS.join(', ')}`)
  for (const field of ['licence', 'trainingData']) faults.expect(isText(model[field]), `${place}.${field}`, 'is missing')
  faults.expect(PRECISIONS.includes(model.precision), `${place}.precision`, `must be one of ${PRECISIONS.join(', ')}`)
  const backends = Array.isArray(model.backends) && model.backends.length > 0 && model.backends.every((one) => BACKENDS.includes(one))
  faults.expect(backends, `${place}.backends`, `must list some of ${BACKENDS.join(', ')}`)
  const origin = isObject(model.origin) && ORIGIN.every((field) => isText(model.origin[field])) && isHash(model.origin.sha256)
  faults.expect(origin, `${place}.origin`, `must have ${ORIGIN.join(', ')}`)
  faults.expect((model.kind === 'embedder') === isText(model.space), `${place}.space`, 'is for embedders, and for all of them')
  faults.expect(model.mirrorBatch === undefined || typeof model.mirrorBatch === 'boolean', `${place}.mirrorBatch`, 'must be true or false')
  if (model.kind === 'embedder' || model.kind === 'pad') {
    for (const field of ['input', 'outputs', 'preprocessing', 'crop', 'knownAnswer']) {
      faults.expect(isObject(model[field]) || Array.isArray(model[field]), `${place}.${field}`, `is missing, and a ${model.kind} needs it`)
    }
  }
  if (model.kind === 'embedder') {
    const cut = ['upright-box', 'five-point', 'box'].includes(model.crop?.kind)
    faults.expect(cut, `${place}.crop.kind`, 'must be upright-box, five-point or box: an embedder looks at a face whose landmarks are known')
    faults.expect(fitsCrop(model), `${place}.input.dims`, 'must be batch, crop.size twice and 3 colours, as layout and mirrorBatch say')
  }
  checkTensors(model, place, faults)
  checkUse(model, place, faults)
}

function fitsCrop({ input, crop, mirrorBatch }) {
  const { size } = crop ?? {}
  const batch = mirrorBatch === true ? 2 : 1
  const wanted = input?.layout === 'NCHW' ? [batch, 3, size, size] : [batch, size, size, 3]
  return JSON.stringify(input?.dims) === JSON.stringify(wanted)
}

/** Bytes of the file when it is there and what the manifest says, else 0. */
function checkFile(root, entry, place, faults) {
  if (!faults.expect(isPath(entry?.file), `${place}.file`, 'must be a path inside the folder')) return 0
  faults.expect(isCount(entry.bytes), `${place}.bytes`, 'must be a whole number above 0')
  faults.expect(isHash(entry.sha256), `${place}.sha256`, 'must be 64 lower-case hexadecimal digits')
  const path = join(root, entry.file)
  if (!faults.expect(existsSync(path), place, `${entry.file} is missing`)) return 0
  const data = readFileSync(path)
  faults.expect(data.length === entry.bytes, place, `${entry.file} has ${data.length} bytes; the manifest says ${entry.bytes}`)
  const found = createHash('sha256').update(data).digest('hex')
  faults.expect(found === entry.sha256, place, `${entry.file} has sha256 ${found}; the manifest says ${entry.sha256}`)
  return data.length
}

function checkKnownAnswer(root, model, place, faults) {
  if (model.knownAnswer === undefined) return 0
  const size = checkFile(root, model.knownAnswer, `${place}.knownAnswer`, faults)
  const wanted = (model.crop?.size ?? 0) ** 2 * 3 + (model.outputs?.[0]?.dims?.at(-1) ?? 0) * 4
  if (size > 0) faults.expect(size === wanted, `${place}.knownAnswer`, `has ${size} bytes; crop and output make ${wanted}`)
  return size
}

function checkCard(root, model, place, faults) {
  if (!faults.expect(isPath(model.card) && existsSync(join(root, model.card)), `${place}.card`, `${model.card} is missing`)) return
  const text = readFileSync(join(root, model.card), 'utf8')
  faults.expect(text.includes(model.sha256), `${place}.card`, `${model.card} does not name the file's sha256`)
}

/** Files of the folder that no entry names: they would be published unseen. */
function checkStrays(root, models, faults) {
  const known = new Set(models.flatMap((model) => [model?.file, model?.knownAnswer?.file]))
  for (const folder of ['weights', 'known-answers']) {
    const names = existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : []
    for (const name of names) faults.expect(known.has(`${folder}/${name}`), `${folder}/${name}`, 'is in no manifest entry')
  }
}

function readManifest(root, faults) {
  try {
    return JSON.parse(readFileSync(join(root, 'manifest.json'), 'utf8'))
  } catch (cause) {
    faults.expect(false, 'manifest.json', cause.code === 'ENOENT' ? 'is missing' : `cannot be read: ${cause.message}`)
    return undefined
  }
}

/** Everything wrong with a models folder, and its size. */
export function verifyModels(root) {
  const faults = new Faults()
  const manifest = readManifest(root, faults)
  if (manifest === undefined) return { faults: faults.list, models: 0, bytes: 0 }
  faults.expect(manifest?.schema === 'lintas-models/1', 'schema', 'must be "lintas-models/1"')
  faults.expect(isText(manifest?.version), 'version', 'is missing')
  const models = Array.isArray(manifest?.models) ? manifest.models : []
  faults.expect(models.length > 0, 'models', 'must be a list that is not empty')
  let bytes = 0
  const ids = new Set()
  models.forEach((model, index) => {
    const place = `models[${index}]${isText(model?.id) ? ` (${model.id})` : ''}`
    if (!faults.expect(isObject(model), place, 'must be an object')) return
    faults.expect(!ids.has(model.id), place, 'another entry has the same id')
    ids.add(model.id)
    checkShape(model, place, faults)
    bytes += checkFile(root, model, place, faults) + checkKnownAnswer(root, model, place, faults)
    checkCard(root, model, place, faults)
  })
  checkStrays(root, models, faults)
  faults.expect(bytes <= MOST_BYTES, 'models', `are ${bytes} bytes together; ${MOST_BYTES} at most`)
  return { faults: faults.list, models: models.length, bytes }
}

function main() {
  const root = resolve(process.argv[2] ?? dirname(fileURLToPath(import.meta.url)))
  const { faults, models, bytes } = verifyModels(root)
  for (const fault of faults) console.error(fault)
  if (faults.length > 0) {
    console.error(`${faults.length} fault${faults.length === 1 ? '' : 's'} in ${models} models`)
    process.exitCode = 1
  } else {
    console.log(`${models} models, ${(bytes / 1e6).toFixed(1)} MB: every hash as the manifest says`)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main()
