// What is bundled, package by package. `npm run build` runs the parts whose inputs changed; `rollup -c` would run them all.
import { existsSync, readdirSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import esbuild, { minify } from 'rollup-plugin-esbuild'
import { sourcesSha256 } from './scripts/lib/sources-sha256.mjs'

const ROOT = fileURLToPath(new URL('.', import.meta.url))
const TARGET = 'es2022'
const at = (path) => join(ROOT, path)
const transpile = (define = {}) => esbuild({ target: TARGET, tsconfig: false, sourceMap: true, define })
const resolveBrowser = () => nodeResolve({ browser: true, exportConditions: ['browser', 'import', 'default'] })
const small = () => minify({ target: TARGET, legalComments: 'none' })

/** Everything that is not a file of the package itself stays an import. */
const foreign = (id) => isBuiltin(id) || !/^(?:[./]|[A-Za-z]:|\0)/.test(id)

/** The public entries of a package that its sources have. */
const entries = (root, names) => Object.fromEntries(names.map((name) => [name, at(`${root}/${name}.ts`)]).filter(([, file]) => existsSync(file)))

const onwarn = (warning) => {
  // MediaPipe's and ORT's own files: nothing of ours can be done about them.
  if (['EVAL', 'CIRCULAR_DEPENDENCY', 'THIS_IS_UNDEFINED'].includes(warning.code) && /node_modules/.test(`${warning.id} ${warning.ids}`)) return
  throw new Error(`rollup: ${warning.message}`)
}

/** One module in, one module out, so that an integrator's bundler takes only what is used and the declarations lie beside. */
const library = (root, names, define) => ({
  input: entries(`${root}/src`, names),
  external: foreign,
  plugins: [nodeResolve({ extensions: ['.ts'] }), sourceSuffix(), transpile(define)],
  output: {
    dir: at(`${root}/dist`),
    format: 'es',
    preserveModules: true,
    preserveModulesRoot: at(`${root}/src`),
    sourcemap: true,
  },
  onwarn,
})

/** Sources name the file that will exist (`./x.js`); here it is still `./x.ts`. */
function sourceSuffix() {
  return {
    name: 'source-suffix',
    resolveId(source, importer) {
      if (!importer || !source.startsWith('.') || !source.endsWith('.js')) return null
      const file = join(importer, '..', source.replace(/\.js$/, '.ts'))
      return existsSync(file) ? file : null
    },
  }
}

const STAGES = [
  'errors',
  'options',
  'numeric',
  'assets',
  'inference',
  'capture',
  'detection',
  'alignment',
  'quality',
  'liveness',
  'embedding',
  'worker',
  'reference',
  'comparison',
  'evidence',
  'receipt',
  'check-in',
]

/** Runtimes that an integrator may open in a thread of their own; no stage's index imports them. */
const DOORS = ['inference/ort-web', 'inference/ort-webgpu', 'inference/ort-node', 'detection/mediapipe']

/** @lintas/core: one entry a stage. */
export const core = () => [
  library('packages/core', ['index', 'node', ...STAGES.map((stage) => `${stage}/index`), ...DOORS], {
    LINTAS_BUILD_SHA256: JSON.stringify(sourcesSha256('packages/core/src')),
  }),
]

/** The worker scripts: self-contained modules, because a worker knows no import map and a strict page allows no blob. */
export function workers() {
  const scripts = { 'lintas-worker': 'entry-wasm', 'lintas-worker-webgpu': 'entry-webgpu' }
  return Object.entries(scripts)
    .map(([name, entry]) => [name, at(`packages/core/src/worker/${entry}.ts`)])
    .filter(([, file]) => existsSync(file))
    .map(([name, file]) => ({
      input: file,
      plugins: [sourceSuffix(), resolveBrowser(), transpile(), small()],
      output: { file: at(`packages/core/dist/runtime/${name}.js`), format: 'es', inlineDynamicImports: true, sourcemap: false },
      onwarn,
    }))
}

/** @lintas/element: modules for bundlers, and one script for a page without any. */
export function element() {
  const define = at('packages/element/src/define.ts')
  if (!existsSync(define)) return []
  return [
    library('packages/element', ['index', 'define']),
    {
      input: define,
      plugins: [sourceSuffix(), resolveBrowser(), transpile(), small()],
      output: { file: at('packages/element/dist/lintas-checkin.js'), format: 'es', inlineDynamicImports: true, sourcemap: true },
      onwarn,
    },
  ]
}

/** @lintas/server: for Node, dependencies left as imports. */
export const server = () =>
  existsSync(at('packages/server/src/main.ts'))
    ? [library('packages/server', ['index', 'main', 'serve', 'api/index', 'relay/index', 'storage/index', 'cli/index', 'verification/worker-entry'])]
    : []

/** The demo: every script directly in its src folder is a page's entry; what pages share becomes a chunk. */
export function demo() {
  const root = 'packages/demo/src'
  const pages = existsSync(at(root)) ? readdirSync(at(root)).filter((name) => /^[^.]+\.ts$/.test(name)) : []
  if (pages.length === 0) return []
  return [
    {
      input: entries(
        root,
        pages.map((name) => name.replace(/\.ts$/, '')),
      ),
      plugins: [sourceSuffix(), resolveBrowser(), transpile()],
      output: { dir: at('packages/demo/dist'), format: 'es', chunkFileNames: 'shared-[name].js', sourcemap: true },
      onwarn,
    },
  ]
}

export default () => [...core(), ...workers(), ...element(), ...server(), ...demo()]
