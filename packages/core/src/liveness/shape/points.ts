import { landmarkAt, LANDMARK_COUNT } from '../../detection/index.js'
import type { Point } from '../../numeric/index.js'

/**
 * 41 points of the face mesh that move with the skull and stand at unlike depths: eye corners, the ridge, tip, wings and root of the nose, between
 * and at the inner brows, the cheekbones, the upper lip's root. No lids, lips or jaw (they move by themselves), no outline (engines slide it along the
 * visible edge as the head turns, and hair or a headscarf lies there).
 */
export const RIGID_POINTS: readonly number[] = [
  ...[33, 133, 362, 263], // corners of the eyes
  ...[168, 6, 197, 195, 5, 4, 1, 2], // nose, along its ridge
  ...[98, 327, 129, 358, 48, 278, 115, 344, 45, 275, 220, 440], // nose, tip and wings
  ...[9, 8, 55, 285, 193, 417], // between the brows, inner brows
  ...[117, 346, 118, 347, 101, 330, 50, 280], // cheekbones
  ...[164, 167, 393], // root of the upper lip
]

/** The nose's tip and ridge: what stands out most. */
export const NOSE_POINTS: readonly number[] = [4, 1, 5, 195]

/** Around the nose, near a plane: eye corners, brows, cheeks, the upper lip's root, the nose's root. */
export const REST_POINTS: readonly number[] = [
  ...[33, 133, 362, 263, 168],
  ...[9, 8, 55, 285, 193, 417],
  ...[117, 346, 118, 347, 101, 330, 50, 280, 205, 425, 36, 266],
  ...[164, 167, 393],
]

/** Points `indices` of `landmarks`, pixels; undefined when there are too few landmarks or one is not a number. */
export function pointsOf(landmarks: Float32Array | undefined, indices: readonly number[]): readonly Point[] | undefined {
  if (landmarks === undefined || landmarks.length < LANDMARK_COUNT * 3) return undefined
  const points = indices.map((index) => landmarkAt(landmarks, index))
  return points.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y)) ? points : undefined
}

/** The {@link RIGID_POINTS}; undefined as {@link pointsOf}. */
export function rigidPoints(landmarks: Float32Array | undefined): readonly Point[] | undefined {
  return pointsOf(landmarks, RIGID_POINTS)
}
