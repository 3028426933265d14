import { readFile } from 'node:fs/promises'
import sharp from 'sharp'
import type { Detector, Face } from '../../../packages/core/src/detection/index.js'
import { createOnnxDetector } from '../../../packages/core/src/detection/index.js'
import { createNodeEngine } from '../../../packages/core/src/inference/ort-node.js'
import type { Raster } from '../../../packages/core/src/numeric/index.js'

export { poseFromMatrix } from '../../../packages/core/src/detection/index.js'
export { compareFaces } from './compare.js'

/** Most faces that either engine is asked for. */
export const MAX_FACES = 2

/** The ONNX landmark engine in Node on the committed weights in `folder`. */
export async function openEngine(folder: string): Promise<Detector> {
  const engine = createNodeEngine({ threads: 2 })
  const open = async (name: string): Promise<Awaited<ReturnType<typeof engine.open>>> => engine.open(name, await readFile(`${folder}/${name}.onnx`))
  return createOnnxDetector({ detector: await open('face-detector'), landmarks: await open('face-landmarks'), maxFaces: MAX_FACES })
}

/** The faces in a file, read upright and in sRGB. */
export async function facesOf(detector: Detector, file: string): Promise<readonly Face[]> {
  const { data, info } = await sharp(file).rotate().toColourspace('srgb').ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  const raster: Raster = { width: info.width, height: info.height, data }
  return detector.detect({ picture: { width: info.width, height: info.height, raster: () => raster }, timestampMs: 0 }, 'still')
}
