import { eyeCentres, type Face } from '../detection/index.js'
import type { Raster } from '../numeric/index.js'
import { meanLuminance, overExposure, underExposure, visibility } from './exposure.js'
import { facePatch } from './face-patch.js'
import { eyeOpening, interEyeDistance, margin, mouthOpening } from './geometry.js'
import { dynamicRange, illuminationUniformity } from './histogram.js'
import { sharpness } from './sharpness.js'
import type { QualityMeasures } from './types.js'

/** What {@link measureQuality} looks at. */
export interface QualityInput {
  /** The whole picture. */
  readonly raster: Raster
  /** All faces in it. */
  readonly faces: readonly Face[]
  /** The one to measure. */
  readonly face: Face
}

/** The patch is laid by the corners of the eyes, the distance is measured between the irises: both must span something. */
function haveTwoEyes(landmarks: Float32Array): boolean {
  const { right, left } = eyeCentres(landmarks)
  return Math.hypot(left.x - right.x, left.y - right.y) > 0
}

/** A face of this share of the measured one's width counts as another person at the camera: at a third it stands three times as far away. */
const SIDE_FACE = 1 / 3

/**
 * All measures of a face in a picture; undefined when its landmarks are not numbers or lie in one point, for then there is nothing to measure
 * and the assessment says `no-face`. The pixel measures look at one small patch of the inner face.
 */
export function measureQuality({ raster, faces, face }: QualityInput): QualityMeasures | undefined {
  const { landmarks, pose } = face
  if (!landmarks.every(Number.isFinite) || !(interEyeDistance(landmarks) > 0) || !haveTwoEyes(landmarks)) return undefined
  const patch = facePatch(raster, landmarks)
  if (patch.count === 0) return undefined
  const visible = visibility(patch)
  return {
    interEyeDistance: interEyeDistance(landmarks),
    overExposure: overExposure(patch),
    underExposure: underExposure(patch),
    luminance: meanLuminance(patch),
    dynamicRange: dynamicRange(patch),
    illuminationUniformity: illuminationUniformity(patch),
    sharpness: sharpness(patch),
    pose,
    eyeOpening: eyeOpening(landmarks),
    mouthOpening: mouthOpening(landmarks),
    margin: margin(face, raster.width, raster.height),
    relativeSize: interEyeDistance(landmarks) / Math.min(raster.width, raster.height),
    faceCount: Math.max(1, faces.filter(({ box }) => box.width >= SIDE_FACE * face.box.width).length),
    ...(visible !== undefined && { visibility: visible }),
  }
}
