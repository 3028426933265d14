#!/usr/bin/env node
// Assembles the assets folder that a page serves from its own origin: workers, wasm, models and assets.json, every file checked on the way.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, isAbsolute, join, normalize, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const USAGE = `lintas-assets <target> [--models DIR] [--profile default|compact|all] [--spaces A,B] [--webgpu] [--no-element]

Puts everything a page loads at run time into <target>; serve it from the page's own origin. Where @lintas/element is installed, its
script for pages without a bundler comes along as <target>/element/lintas-checkin.js.
  --models DIR   a folder with a manifest.json (default: the package @lintas/models)
  --profile      default: FaceNet and the compact model; compact: the compact model alone; all: every model
  --spaces A,B   the embedding spaces to take instead of the profile's, e.g. those of your own models
  --webgpu       also the WebGPU worker, its wasm and the models meant for it
  --no-element   without the element's script, e.g. where a bundler has it already`

/** Embedding spaces per profile; `all` takes everything. */
const SPACES = { default: ['facenet-128', 'compact-512'], compact: ['compact-512'] }
const WASM_RUNTIME = [
  ['worker', 'lintas-worker.js'],
  ['ort-wasm', 'ort-wasm-simd-threaded.wasm'],
  ['mediapipe-wasm', 'vision_wasm_module_internal.wasm'],
]
const WEBGPU_RUNTIME = [
  ['worker-webgpu', 'lintas-worker-webgpu.js'],
  ['ort-webgpu-wasm', 'ort-wasm-simd-threaded.asyncify.wasm'],
]

/** The element in one script, as its package names it. */
const ELEMENT = 'lintas-checkin.js'

/** A mistake of the caller or a broken folder: its sentence is all that is printed. */
class Refusal extends Error {}

const packageRoot = fileURLToPath(new URL('..', import.meta.url))
const digest = (bytes) => createHash('sha256').update(bytes).digest('hex')

async function describe(folder, file) {
  const bytes = await readFile(join(folder, file)).catch((cause) => {
    throw new Refusal(`${join(folder, file)} cannot be read (${cause.code}).`)
  })
  return { file, bytes: bytes.length, sha256: digest(bytes) }
}

function modelsFolder(given) {
  if (given !== undefined) return resolve(given)
  try {
    return dirname(fileURLToPath(import.meta.resolve('@lintas/models/manifest.json')))
  } catch {
    throw new Refusal('The package @lintas/models is not installed here: install it, or name a folder with --models.')
  }
}

async function readManifest(folder) {
  const path = join(folder, 'manifest.json')
  const text = await readFile(path, 'utf8').catch((cause) => {
    throw new Refusal(`${path} cannot be read (${cause.code}): is ${folder} a models folder?`)
  })
  let manifest
  try {
    manifest = JSON.parse(text)
  } catch (cause) {
    throw new Refusal(`${path} is not JSON: ${cause.message}`)
  }
  if (manifest?.schema !== 'lintas-models/1') throw new Refusal(`${path}: schema is ${JSON.stringify(manifest?.schema)}, not "lintas-models/1".`)
  if (!Array.isArray(manifest.models) || manifest.models.length === 0) throw new Refusal(`${path} lists no models.`)
  return manifest
}

/** The entries a deployment downloads. Those for Node only are left out: a page cannot use them. */
function chooseModels(models, { profile, spaces, webgpu }) {
  if (profile === 'all') return models
  const wanted = spaces ?? SPACES[profile]
  const backends = webgpu ? ['wasm', 'webgpu'] : ['wasm']
  const missing = wanted.find((space) => !models.some((model) => model.space === space))
  if (missing !== undefined) throw new Refusal(`The models folder has no embedder of the space "${missing}".`)
  const unlisted = models.find((model) => !Array.isArray(model?.backends))
  if (unlisted !== undefined) throw new Refusal(`manifest.json: the model ${JSON.stringify(unlisted?.id)} lists no backends.`)
  for (const backend of backends) {
    const idle = wanted.find((space) => !models.some((model) => model.space === space && model.backends.includes(backend)))
    if (idle !== undefined) throw new Refusal(`The embedder of the space "${idle}" is not meant for ${backend}: no page could load it.`)
  }
  return models.filter((model) => {
    if (model.kind === 'face-blendshapes') return false
    if (model.kind === 'embedder' && !wanted.includes(model.space)) return false
    return model.kind === 'landmarker-bundle' || model.backends.some((backend) => backends.includes(backend))
  })
}

function checkPath(file) {
  const clean = typeof file === 'string' && file !== '' && !isAbsolute(file) && !normalize(file).split(sep).includes('..')
  if (!clean) throw new Refusal(`manifest.json names a file outside its folder: ${JSON.stringify(file)}`)
}

/** Copies what is not there yet; what is there with the right bytes is left alone, so that a second run is quick. */
async function place(source, target, { file, bytes, sha256 }) {
  checkPath(file)
  const found = await describe(source, file)
  if (found.bytes !== bytes) throw new Refusal(`${join(source, file)} has ${found.bytes} bytes; the manifest says ${bytes}.`)
  if (found.sha256 !== sha256) throw new Refusal(`${join(source, file)} has another sha256 than the manifest says: it is damaged or was replaced.`)
  const to = join(target, file)
  const there = await stat(to).catch(() => undefined)
  if (there?.size === bytes && digest(await readFile(to)) === sha256) return
  await mkdir(dirname(to), { recursive: true })
  await copyFile(join(source, file), `${to}.part`)
  await rename(`${to}.part`, to)
}

/**
 * Puts the element's script beside the assets and tells so. It is looked for from where the command runs: that is the project which
 * depends on it, and core does not.
 */
async function placeElement(target) {
  const { resolve: find } = createRequire(join(process.cwd(), 'from-here.js'))
  let manifest
  try {
    manifest = find('@lintas/element/package.json')
  } catch {
    return 'no element/lintas-checkin.js: @lintas/element is not installed here'
  }
  const folder = join(dirname(manifest), 'dist')
  if (!existsSync(join(folder, ELEMENT))) return `no element/${ELEMENT}: ${folder} has none, @lintas/element is not built`
  const [ours, theirs] = await Promise.all([join(packageRoot, 'package.json'), manifest].map(readVersion))
  if (ours !== theirs) {
    throw new Refusal(
      `@lintas/element ${theirs} does not fit @lintas/core ${ours}: install the same version of both, or leave it out with --no-element.`,
    )
  }
  await place(folder, join(target, 'element'), await describe(folder, ELEMENT))
  return `element/${ELEMENT} of @lintas/element ${theirs}`
}

const readVersion = async (file) => JSON.parse(await readFile(file, 'utf8')).version

async function assemble(target, options) {
  const runtimeFolder = join(packageRoot, 'dist', 'runtime')
  const folder = modelsFolder(options.models)
  const manifest = await readManifest(folder)
  const models = chooseModels(manifest.models, options)
  const names = options.webgpu ? [...WASM_RUNTIME, ...WEBGPU_RUNTIME] : WASM_RUNTIME
  const runtime = []
  for (const [name, file] of names) runtime.push({ name, ...(await describe(runtimeFolder, file)) })
  await mkdir(target, { recursive: true })
  for (const entry of runtime) await place(runtimeFolder, target, entry)
  const files = models.flatMap((model) => (model.knownAnswer ? [model, model.knownAnswer] : [model]))
  for (const entry of files) await place(folder, target, entry)
  const element = options['no-element'] ? '' : `\n${await placeElement(target)}`
  // Last, and in one step: a folder that was interrupted has no assets.json, or the one before.
  const assets = { ...manifest, schema: 'lintas-assets/1', runtime, models }
  await writeFile(join(target, 'assets.json.part'), `${JSON.stringify(assets, null, 2)}\n`)
  await rename(join(target, 'assets.json.part'), join(target, 'assets.json'))
  const total = [...runtime, ...files].reduce((sum, { bytes }) => sum + bytes, 0)
  return `${runtime.length + files.length} files, ${(total / 1e6).toFixed(1)} MB, and assets.json in ${target}${element}`
}

function readArguments(args) {
  const options = {
    models: { type: 'string' },
    profile: { type: 'string', default: 'default' },
    spaces: { type: 'string' },
    webgpu: { type: 'boolean', default: false },
    'no-element': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  }
  let parsed
  try {
    parsed = parseArgs({ args, options, allowPositionals: true })
  } catch (cause) {
    throw new Refusal(`${cause.message}\n\n${USAGE}`)
  }
  const { values, positionals } = parsed
  if (values.help) return undefined
  if (positionals.length !== 1) throw new Refusal(`One target folder is needed, ${positionals.length} were given.\n\n${USAGE}`)
  if (values.profile !== 'all' && !Object.hasOwn(SPACES, values.profile)) {
    throw new Refusal(`--profile is default, compact or all, not "${values.profile}".`)
  }
  const spaces = values.spaces?.split(',').filter((space) => space !== '')
  if (spaces?.length === 0) throw new Refusal('--spaces names no space.')
  return { ...values, target: resolve(positionals[0]), spaces }
}

try {
  const options = readArguments(process.argv.slice(2))
  console.log(options === undefined ? USAGE : await assemble(options.target, options))
} catch (fault) {
  console.error(fault instanceof Refusal ? `lintas-assets: ${fault.message}` : fault)
  process.exitCode = 1
}
