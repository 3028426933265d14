import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DetectorChoice, Engine } from './options.js'
import { Refusal } from './refusal.js'

/** A model that embeds. */
export interface EmbedderFile {
  readonly space: string
  readonly id: string
  readonly sha256: string
}

/** The line that makes the samples, told apart from every other one by a hash. */
export interface LineIdentity {
  /** Over code, runtimes, landmark nets and how embedders are fed: samples of different lines are never mixed. */
  readonly hash: string
  /** Of the worker's script, or of all modules for Node. */
  readonly codeSha256: string
  readonly embedders: readonly EmbedderFile[]
}

interface Entry {
  readonly id?: string
  readonly name?: string
  readonly kind?: string
  readonly space?: string
  readonly sha256: string
  readonly backends?: readonly string[]
  readonly [rest: string]: unknown
}

/** @param core the folder of the built core package */
export function identifyLine(assets: string, core: string, engine: Engine, detector: DetectorChoice, spaces: readonly string[]): LineIdentity {
  const manifest = readManifest(assets)
  const backend = engine === 'browser' ? 'wasm' : 'node'
  const embedders = spaces.map((space) => findEmbedder(manifest.models, space, backend))
  const nets = manifest.models.filter(({ kind }) => kind === 'landmarker-bundle' || kind === 'face-detector' || kind === 'face-landmarks')
  const codeSha256 = engine === 'browser' ? codeOf(manifest.runtime, 'worker') : hashModules(core)
  const runtime = engine === 'browser' ? [codeOf(manifest.runtime, 'ort-wasm'), codeOf(manifest.runtime, 'mediapipe-wasm')] : []
  const recipes = manifest.models.filter(({ kind, backends }) => kind === 'embedder' && backends?.includes(backend)).map(recipeOf)
  const parts = ['line/2', engine, detector, codeSha256, ...runtime, ...nets.map(({ sha256 }) => sha256), ...recipes]
  return { hash: createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16), codeSha256, embedders }
}

function readManifest(assets: string): { readonly models: readonly Entry[]; readonly runtime: readonly Entry[] } {
  const path = join(assets, 'assets.json')
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as { models: Entry[]; runtime: Entry[] }
  } catch (cause) {
    throw new Refusal(`${path} cannot be read: ${(cause as Error).message}. Build it with npm run build, or name a folder with --assets`)
  }
}

function findEmbedder(models: readonly Entry[], space: string, backend: string): EmbedderFile {
  const embedders = models.filter(({ kind, backends }) => kind === 'embedder' && backends?.includes(backend))
  const found = embedders.find((model) => model.space === space)
  const spaces = [...new Set(embedders.map((model) => model.space))].join(', ')
  if (found?.id === undefined) throw new Refusal(`the assets have no embedder of the space ${space} for ${backend}; they have ${spaces || 'none'}`)
  return { space, id: found.id, sha256: found.sha256 }
}

/** How pictures are made ready for an embedder: with another crop the same weights give other embeddings. */
function recipeOf({ id, sha256, input, crop, preprocessing, mirrorBatch }: Entry): string {
  return JSON.stringify([id, sha256, input, crop, preprocessing, mirrorBatch])
}

function codeOf(runtime: readonly Entry[], name: string): string {
  return runtime.find((entry) => entry.name === name)?.sha256 ?? 'absent'
}

function hashModules(core: string): string {
  const hash = createHash('sha256')
  const files = readdirSync(core, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js') && !file.startsWith('runtime'))
  for (const file of files.sort()) hash.update(file).update(readFileSync(join(core, file)))
  return hash.digest('hex')
}
