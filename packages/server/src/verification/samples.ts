import { landmarkBox, poseFromMatrix, transformationMatrix } from '@lintas/core/detection'
import type { MotionSample } from '@lintas/core/liveness'
import type { FrameMark } from '@lintas/core/evidence'
import { eyeOpenings } from '@lintas/core/quality'
import { landmarkAt, LANDMARK } from '@lintas/core/detection'
import type { Look } from './types.js'

type WithLandmarks = MotionSample & { readonly landmarks: Float32Array }

export function hasLandmarks(sample: MotionSample): sample is WithLandmarks {
  return sample.landmarks !== undefined
}

/**
 * What a look at a cut-out tells of the whole picture: landmarks moved there, pose and distance anew from them, for both depend on where in the
 * picture a face is. Without a face, or with one that has no pose, only the count.
 * @param picture pixels of the whole picture; its size is a claim
 */
export function sampleOf(look: Look, mark: FrameMark, picture: { readonly width: number; readonly height: number }): MotionSample {
  const { width, height } = picture
  const base = { timestampMs: mark.timestampMs, width, height, faceCount: look.faceCount }
  if (look.landmarks === undefined) return base
  const landmarks = intoPicture(look.landmarks, look, mark)
  const matrix = transformationMatrix(landmarks, width, height)
  const measures = look.quality.measures
  if (matrix === undefined || measures === undefined) return base
  const away = -(matrix[14] ?? NaN)
  const eyes = eyeOpenings(landmarks)
  return {
    ...base,
    landmarks,
    pose: poseFromMatrix(matrix),
    box: landmarkBox(landmarks),
    ...(away > 0 && Number.isFinite(away) && { distanceCm: away }),
    interEyeDistance: between(landmarks, LANDMARK.rightIris, LANDMARK.leftIris),
    eyeOpening: eyes,
    mouthOpening: measures.mouthOpening,
    luminance: measures.luminance,
    ...(look.padLogOdds !== undefined && { padLogOdds: look.padLogOdds }),
  }
}

/** Pixels of the cut-out as pixels of the picture; depth is on x's scale. */
function intoPicture(landmarks: Float32Array, { width, height }: Look, { region }: FrameMark): Float32Array {
  const [across, down] = [region.width / width, region.height / height]
  const moved = new Float32Array(landmarks.length)
  for (let at = 0; at < landmarks.length; at += 3) {
    moved[at] = region.x + (landmarks[at] ?? NaN) * across
    moved[at + 1] = region.y + (landmarks[at + 1] ?? NaN) * down
    moved[at + 2] = (landmarks[at + 2] ?? NaN) * across
  }
  return moved
}

function between(landmarks: Float32Array, one: number, other: number): number {
  const [a, b] = [landmarkAt(landmarks, one), landmarkAt(landmarks, other)]
  return Math.hypot(a.x - b.x, a.y - b.y)
}
