import type { InferenceSession } from '../../inference/index.js'
import type { Affine, Raster } from '../../numeric/index.js'
import { LANDMARK_COUNT } from '../landmark-indices.js'
import { readInput } from './read-input.js'
import { regionTransform, type Region } from './region.js'
import { runNet } from './run-net.js'

const SIZE = 256

/** What the landmark net sees in a region. */
export interface LandmarkReading {
  /** As in `Face.landmarks`. */
  readonly landmarks: Float32Array
  /** 0 to 1. */
  readonly presence: number
}

/** Places landmarks in a region, whether or not a face is there: `presence` tells. */
export type LandmarkPlacer = (raster: Raster, region: Region) => Promise<LandmarkReading>

/** A placer on the landmark net: NHWC 1 × 256 × 256 × 3 in 0…1 → `landmarks` (478 × 3, pixels of the crop) and `presence` (a logit). */
export function createLandmarkPlacer(session: InferenceSession): LandmarkPlacer {
  return async (raster, region) => {
    const cropToPicture = regionTransform(region, SIZE)
    const input = readInput(raster, cropToPicture, SIZE, 'replicate', { divisor: 255, offset: 0 })
    const output = await runNet(session, [1, SIZE, SIZE, 3], input, ['landmarks', 'presence'])
    const landmarks = placed(output.landmarks, cropToPicture, region.side / SIZE)
    return { landmarks, presence: 1 / (1 + Math.exp(-(output.presence[0] ?? NaN))) }
  }
}

/** Points of the crop in the picture; those the net left out are no numbers. A loop over numbers: lists of three cost ten times as much. */
function placed(points: Float32Array, { a, b, c, d, e, f }: Affine, depth: number): Float32Array {
  const landmarks = new Float32Array(LANDMARK_COUNT * 3)
  for (let index = 0; index < landmarks.length; index += 3) {
    const [x, y, z] = [points[index] ?? NaN, points[index + 1] ?? NaN, points[index + 2] ?? NaN]
    landmarks[index] = a * x + c * y + e
    landmarks[index + 1] = b * x + d * y + f
    landmarks[index + 2] = z * depth
  }
  return landmarks
}
