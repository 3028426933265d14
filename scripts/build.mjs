// Builds what changed: npm run build [step…] [--force]. Steps in order: core workers element assets server demo.
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { withBuildLock } from './lib/lock.mjs'
import { ROOT, run, runBin } from './lib/run.mjs'
import { dropStamp, hashInputs, isFresh, writeStamp } from './lib/stamp.mjs'

const COMMON = ['package-lock.json', 'rollup.config.mjs', 'tsconfig.base.json', 'scripts/build.mjs']
const at = (path) => join(ROOT, path)
const PAGE_FILES = /\.(?:html|css|svg|json|webmanifest|png|jpg|webp|ico)$/

/** Bundles all of `configs` before the first byte is written: sources that do not parse leave the last build as it was. */
async function bundle(configs, beforeWriting = () => {}) {
  const { rollup } = await import('rollup')
  const bundled = []
  for (const config of configs) bundled.push({ config, result: await rollup(config) })
  beforeWriting()
  for (const { config, result } of bundled) {
    await result.write(config.output)
    await result.close()
  }
}

const definitions = () => import('../rollup.config.mjs')

/** Empties a dist folder first, so that no file of a removed source is shipped; `keep` belongs to another step. */
function emptyDist(path, keep = []) {
  for (const name of existsSync(at(path)) ? readdirSync(at(path)) : []) {
    if (!keep.includes(name)) rmSync(join(at(path), name), { recursive: true, force: true })
  }
}

async function declare(name) {
  const code = await runBin('typescript/bin/tsc', ['-p', `packages/${name}`])
  if (code !== 0) throw new Error(`packages/${name} has type errors`)
}

async function buildPackage(name, configs, keep) {
  if (configs.length === 0) return false
  await bundle(configs, () => emptyDist(`packages/${name}/dist`, keep))
  await declare(name)
  return true
}

async function buildWorkers() {
  const { workers } = await definitions()
  const configs = workers()
  if (configs.length === 0) return false
  const target = at('packages/core/dist/runtime')
  mkdirSync(target, { recursive: true })
  for (const file of [
    'onnxruntime-web/dist/ort-wasm-simd-threaded.wasm',
    'onnxruntime-web/dist/ort-wasm-simd-threaded.asyncify.wasm',
    '@mediapipe/tasks-vision/wasm/vision_wasm_module_internal.wasm',
  ]) {
    cpSync(at(`node_modules/${file}`), join(target, basename(file)))
  }
  await bundle(configs)
  return true
}

async function buildAssets() {
  if (!existsSync(at('models/manifest.json'))) return false
  const args = ['packages/core/bin/lintas-assets.mjs', '.lintas/assets', '--models', 'models', '--profile', 'all', '--webgpu']
  if ((await run(process.execPath, args)) !== 0) throw new Error('the assets folder could not be assembled')
  return true
}

async function buildDemo() {
  const { demo } = await definitions()
  const configs = demo()
  if (configs.length === 0) return false
  await bundle(configs, () => emptyDist('packages/demo/dist'))
  for (const folder of ['src', 'public']) {
    const from = at(`packages/demo/${folder}`)
    if (!existsSync(from)) continue
    const filter = (source) => !/\.[a-z]+$/.test(source) || PAGE_FILES.test(source)
    cpSync(from, at('packages/demo/dist'), { recursive: true, filter })
  }
  return true
}

const CORE = ['packages/core/src', 'packages/core/tsconfig.json', 'packages/core/package.json']
const ELEMENT = ['packages/element/src', 'packages/element/tsconfig.json']

/** Each step: what it reads, what must be there afterwards, what it does. `run` returns false where its sources do not exist. */
const STEPS = [
  {
    name: 'core',
    inputs: CORE,
    outputs: ['packages/core/dist/errors/index.js'],
    run: async () => buildPackage('core', (await definitions()).core(), ['runtime']),
  },
  { name: 'workers', inputs: CORE, outputs: ['packages/core/dist/runtime/lintas-worker.js'], run: buildWorkers },
  {
    name: 'element',
    inputs: [...CORE, ...ELEMENT],
    outputs: ['packages/element/dist/index.js'],
    run: async () => buildPackage('element', (await definitions()).element()),
  },
  // After the element, whose script the assets folder holds too.
  {
    name: 'assets',
    inputs: [...CORE, ...ELEMENT, 'packages/core/bin', 'models'],
    outputs: ['.lintas/assets/assets.json'],
    run: buildAssets,
  },
  {
    name: 'server',
    inputs: [...CORE, 'packages/server/src', 'packages/server/tsconfig.json'],
    outputs: ['packages/server/dist/main.js'],
    run: async () => buildPackage('server', (await definitions()).server()),
  },
  { name: 'demo', inputs: [...CORE, ...ELEMENT, 'packages/demo/src', 'packages/demo/public'], outputs: ['packages/demo/dist'], run: buildDemo },
]

async function runStep(step, force) {
  const hash = hashInputs([...COMMON, ...step.inputs])
  if (!force && isFresh(step.name, hash, step.outputs)) return
  const started = performance.now()
  dropStamp(step.name)
  if ((await step.run()) === false) return console.log(`${step.name}: no sources yet`)
  writeStamp(step.name, hash)
  console.log(`${step.name}: built in ${((performance.now() - started) / 1000).toFixed(1)} s`)
}

/** Builds the named steps, or all; throws after the last with everything that failed. */
export async function build(names = [], { force = false } = {}) {
  const unknown = names.find((name) => !STEPS.some((step) => step.name === name))
  if (unknown !== undefined) throw new Error(`No build step "${unknown}": there are ${STEPS.map(({ name }) => name).join(', ')}.`)
  const faults = []
  await withBuildLock(async () => {
    for (const step of STEPS) {
      if (names.length > 0 && !names.includes(step.name)) continue
      // What comes after would be made of the last build's files, and be taken for fresh ever after.
      if (faults.length > 0) break
      await runStep(step, force).catch((fault) => faults.push(`${step.name}: ${fault.message}`))
    }
  })
  if (faults.length > 0) throw new Error(`The build failed.\n  ${faults.join('\n  ')}`)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const args = process.argv.slice(2)
  await build(
    args.filter((arg) => !arg.startsWith('--')),
    { force: args.includes('--force') },
  ).catch((fault) => {
    console.error(fault.message)
    process.exitCode = 1
  })
}
