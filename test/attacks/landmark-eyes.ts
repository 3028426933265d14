import { fileURLToPath } from 'node:url'
import { openEngine } from '../conformance/landmark-parity/node-engine.js'
import type { Raster } from '../../packages/core/src/numeric/index.js'
import type { Pose } from '../../packages/core/src/detection/index.js'

/** Folder of the committed weights. */
export const WEIGHTS = fileURLToPath(new URL('../../models/weights', import.meta.url))

/** What the landmark engine makes of a frame. */
export interface Seen {
  readonly faces: number
  readonly pose: Pose
  /** Between the lids over the eye's width; the larger of both eyes. */
  readonly eyeOpening: number
  /** Between the lips over the distance between the eyes. */
  readonly mouthOpening: number
  /** From the camera to the face, centimetres, at MediaPipe's assumed field of view. */
  readonly distanceCm: number
  /** Of the landmarks, pixels. */
  readonly boxHeight: number
  readonly landmarks: Float32Array
}

/** The ONNX landmark engine, on single frames. */
export async function openEyes(): Promise<(raster: Raster) => Promise<Seen | undefined>> {
  const detector = await openEngine(WEIGHTS)
  return async (raster) => {
    const picture = { width: raster.width, height: raster.height, raster: () => raster }
    const faces = await detector.detect({ picture, timestampMs: 0 }, 'still')
    const [face] = faces
    if (face === undefined) return undefined
    const { landmarks, pose, matrix, box } = face
    const between = (a: number, b: number): number => Math.hypot(landmarks[a * 3]! - landmarks[b * 3]!, landmarks[a * 3 + 1]! - landmarks[b * 3 + 1]!)
    return {
      faces: faces.length,
      pose,
      eyeOpening: Math.max(between(159, 145) / between(33, 133), between(386, 374) / between(362, 263)),
      mouthOpening: between(13, 14) / ((between(33, 362) + between(133, 263)) / 2),
      distanceCm: -matrix[14]!,
      boxHeight: box.height,
      landmarks,
    }
  }
}
