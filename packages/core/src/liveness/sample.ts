import { LANDMARK_COUNT, type Face, type Pose } from '../detection/index.js'
import type { Box } from '../numeric/index.js'
import { eyeOpenings, type QualityAssessment } from '../quality/index.js'

/** What the layers of liveness need of one analysed frame. What could not be measured is absent. */
export interface MotionSample {
  /** Milliseconds on the capturing side's clock. */
  readonly timestampMs: number
  /** Pixels of the picture. */
  readonly width: number
  readonly height: number
  /** 0, 1 or more; faces that stand far behind the measured one do not count. */
  readonly faceCount: number
  /** 478 × (x, y, z), pixels. Absent without a face, as everything below that is the face's. */
  readonly landmarks?: Float32Array
  readonly pose?: Pose
  readonly box?: Box
  /** Of the head from the camera, as the transformation matrix has it, centimetres. */
  readonly distanceCm?: number
  /** Pixels. */
  readonly interEyeDistance?: number
  /** Opening over the eye's width, the subject's own right and left; about 0 closed. */
  readonly eyeOpening?: { readonly right: number; readonly left: number }
  /** Opening of the inner lips over the inter-eye distance; about 0 closed. */
  readonly mouthOpening?: number
  /** Mean luminance of the face, 0 to 1. */
  readonly luminance?: number
  /** Perceptual hash of the whole frame, as `frameHash` of the continuity layer makes it. */
  readonly frameHash?: bigint
  /** Estimate of the sensor's noise. */
  readonly noise?: number
  /** The passive net's log-odds of bona fide on this frame; absent where it did not look. */
  readonly padLogOdds?: number
  /** Of key frames. */
  readonly embedding?: Float32Array
}

/** What {@link motionSampleOf} reads: an analysis, as far as it goes. */
export interface AnalysedFrame {
  readonly timestampMs: number
  readonly width: number
  readonly height: number
  /** The measured one first. */
  readonly faces: readonly Face[]
  readonly quality: Pick<QualityAssessment, 'measures'>
}

/** What others measure of the frame, as far as they did. */
export type MotionExtras = Pick<MotionSample, 'frameHash' | 'noise' | 'padLogOdds' | 'embedding'>

/**
 * The sample of an analysed frame; without measures (no face, landmarks that are no numbers) only its moment, size and count of faces. A face whose
 * landmarks are too few or no numbers, or whose pose or box is none, is an engine's mishap and no sight of anybody: it has no measures either,
 * whatever the analyser says of it.
 */
export function motionSampleOf({ timestampMs, width, height, faces, quality }: AnalysedFrame, extras: MotionExtras = {}): MotionSample {
  const [face] = faces
  const { measures } = quality
  const base = { timestampMs, width, height, faceCount: measures?.faceCount ?? faces.length, ...extras }
  if (face === undefined || measures === undefined || !isSound(face)) return base
  const away = -(face.matrix[14] ?? NaN)
  const eyes = eyeOpenings(face.landmarks)
  return {
    ...base,
    landmarks: face.landmarks,
    pose: face.pose,
    box: face.box,
    ...(away > 0 && Number.isFinite(away) && { distanceCm: away }),
    interEyeDistance: measures.interEyeDistance,
    ...(Number.isFinite(eyes.right) && Number.isFinite(eyes.left) && { eyeOpening: eyes }),
    mouthOpening: measures.mouthOpening,
    luminance: measures.luminance,
  }
}

function isSound({ landmarks, pose, box }: Face): boolean {
  if (landmarks.length < LANDMARK_COUNT * 3 || !landmarks.every(Number.isFinite)) return false
  const { yaw, pitch, roll } = pose
  const { x, y, width, height } = box
  return [yaw, pitch, roll, x, y, width, height].every(Number.isFinite) && width > 0 && height > 0
}
