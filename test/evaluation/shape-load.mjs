// The shipped sources as one module, bundled on the fly: what is measured is what stands in packages/core/src, built or not.
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { bundleForNode } from '../../scripts/lib/bundle.mjs'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))
export const DATA = new URL('../../../shared/data/', import.meta.url)
const CORE = join(ROOT, 'packages/core/src')

const ENTRY = `
export * from './inference/ort-node.js'
export * from './node/decode-image.js'
export * from './assets/index.js'
export * from './detection/index.js'
export * from './alignment/index.js'
export * from './numeric/index.js'
export { measureQuality, assessQuality } from './quality/index.js'
export { pictureOf } from './capture/index.js'
export * from './liveness/shape/index.js'
export * from './liveness/continuity/index.js'
export * from './liveness/injection/index.js'
export * from './liveness/passive/index.js'
export * from './liveness/fusion/index.js'
export { createEmbedder } from './embedding/index.js'
`

/** Everything of the line that the measurements of liveness need. */
export async function loadSources() {
  const outfile = join(ROOT, '.lintas', 'evaluation', `liveness-${process.pid}.mjs`)
  mkdirSync(join(ROOT, '.lintas', 'evaluation'), { recursive: true })
  await bundleForNode({
    stdin: { contents: ENTRY, resolveDir: CORE, loader: 'ts' },
    outfile,
  })
  try {
    return await import(pathToFileURL(outfile).href)
  } finally {
    rmSync(outfile, { force: true })
  }
}

/** Detector and passive net through ONNX Runtime in Node, with the manifest's own hashes and known answer checked. */
export async function openNets(lib, maxFaces = 2) {
  const models = join(ROOT, 'models')
  const engine = lib.createNodeEngine({ threads: 1 })
  const manifest = lib.parseModelsManifest(JSON.parse(readFileSync(join(models, 'manifest.json'), 'utf8')))
  const of = (kind) => manifest.models.find((model) => model.kind === kind)
  const open = (model) => engine.open(model.id, readFileSync(join(models, model.file)))
  const detector = lib.createOnnxDetector({ detector: await open(of('face-detector')), landmarks: await open(of('face-landmarks')), maxFaces })
  const pad = lib.createPadScorer(of('pad'), await open(of('pad')))
  await lib.provePadScorer(pad, readFileSync(join(models, of('pad').knownAnswer.file)))
  const embedder = async (space) => {
    const model = manifest.models.find((one) => one.space === space)
    return lib.createEmbedder(model, await open(model))
  }
  return { detector, pad, embedder }
}
