import type { Face } from '../../../packages/core/src/detection/index.js'

/** A face as MediaPipe gives it: 478 × (x, y, z) pixels, and its 4 × 4 matrix, column-major. */
export interface ReferenceFace {
  readonly landmarks: readonly number[]
  readonly matrix: readonly number[]
}

/** How far two engines are apart on one face. */
export interface FaceDistance {
  /** Median over the points of the distance in the picture, over the distance between the irises. */
  readonly landmarks: number
  /** Largest difference of yaw, pitch and roll, degrees. */
  readonly pose: number
}

/** What two engines made of one picture. */
export interface PictureComparison {
  readonly faces: readonly FaceDistance[]
  /** Faces that only MediaPipe gives, and that only we give. */
  readonly missed: number
  readonly extra: number
}

// Farther apart than this, in inter-eye distances, two faces are two people.
const SAME_FACE = 0.5
const RIGHT_IRIS = 468
const LEFT_IRIS = 473

/** Pairs each of MediaPipe's faces with the nearest of ours and measures them. `poseOf` takes a matrix apart. */
export function compareFaces(
  reference: readonly ReferenceFace[],
  ours: readonly Face[],
  poseOf: (matrix: ArrayLike<number>) => Face['pose'],
): PictureComparison {
  const pairs = reference.flatMap((face) => {
    const candidates = ours.map((own) => ({ own, distance: landmarkDistance(face.landmarks, own.landmarks) }))
    const nearest = candidates.sort((one, other) => one.distance - other.distance)[0]
    if (nearest === undefined || nearest.distance > SAME_FACE) return []
    return [{ own: nearest.own, landmarks: nearest.distance, pose: poseDistance(poseOf(face.matrix), nearest.own.pose) }]
  })
  const matched = new Set(pairs.map(({ own }) => own))
  return {
    faces: pairs.map(({ landmarks, pose }) => ({ landmarks, pose })),
    missed: reference.length - pairs.length,
    extra: ours.length - matched.size,
  }
}

/** The median distance of `other`'s points from `reference`'s, over the reference's inter-eye distance. */
export function landmarkDistance(reference: ArrayLike<number>, other: ArrayLike<number>): number {
  const apart = (from: ArrayLike<number>, at: number, to: ArrayLike<number>, place: number): number =>
    Math.hypot((from[at * 3] ?? NaN) - (to[place * 3] ?? NaN), (from[at * 3 + 1] ?? NaN) - (to[place * 3 + 1] ?? NaN))
  const distances = Float64Array.from({ length: reference.length / 3 }, (_, index) => apart(reference, index, other, index)).sort()
  return (distances[Math.floor(distances.length / 2)] ?? NaN) / apart(reference, RIGHT_IRIS, reference, LEFT_IRIS)
}

function poseDistance(one: Face['pose'], other: Face['pose']): number {
  const turns = [one.yaw - other.yaw, one.pitch - other.pitch, one.roll - other.roll]
  return Math.max(...turns.map((turn) => Math.abs(((turn + 540) % 360) - 180)))
}
