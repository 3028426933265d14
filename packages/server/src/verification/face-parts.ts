import { LANDMARK } from '@lintas/core/detection'
import { NOSE_POINTS, REST_POINTS, RIGID_POINTS } from '@lintas/core/liveness'
import { similarity, transform, type Point } from '@lintas/core/numeric'
import { MEASURED_POINTS } from '@lintas/core/quality'

/** Parts of a face on which something rests by itself: depth on the nose, blinks on the lids, the mouth on the lips. */
export const FACE_PARTS = ['nose', 'lids', 'lips', 'rigid'] as const
export type FacePart = (typeof FACE_PARTS)[number]

const LIPS: readonly number[] = [LANDMARK.upperLipInner, LANDMARK.lowerLipInner]
const OTHERS: ReadonlySet<number> = new Set([...RIGID_POINTS, ...LIPS, LANDMARK.rightIris, LANDMARK.leftIris])
const POINTS: Readonly<Record<FacePart, readonly number[]>> = {
  nose: NOSE_POINTS,
  lids: MEASURED_POINTS.filter((index) => !OTHERS.has(index)),
  lips: LIPS,
  rigid: RIGID_POINTS,
}

/**
 * RMS distance of each part's points, inter-eye distances, once turn, scale and shift of the points near the face's plane are taken away: over the whole
 * face few points may be anywhere. NaN where they cannot be aligned or one is no number.
 * @param own 478 × (x, y, z), as the server sees them
 * @param eyes the distance between the eyes in `own`
 */
export function partsApart(own: Float32Array, committed: Float32Array, eyes: number): Readonly<Record<FacePart, number>> {
  const distances = FACE_PARTS.map((part): readonly [FacePart, number] => [part, apart(own, committed, POINTS[part]) / eyes])
  return Object.fromEntries(distances) as Record<FacePart, number>
}

function apart(own: Float32Array, committed: Float32Array, part: readonly number[]): number {
  const map = aligned(pointsOf(committed, REST_POINTS), pointsOf(own, REST_POINTS))
  if (map === undefined) return NaN
  const moved = pointsOf(committed, part).map((point) => transform(map, point))
  const squares = pointsOf(own, part).map(({ x, y }, at) => (x - (moved[at]?.x ?? NaN)) ** 2 + (y - (moved[at]?.y ?? NaN)) ** 2)
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length)
}

/** A forged series may have all its points in one. */
function aligned(from: readonly Point[], to: readonly Point[]): ReturnType<typeof similarity> | undefined {
  try {
    return similarity(from, to)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function pointsOf(landmarks: Float32Array, indices: readonly number[]): readonly Point[] {
  return indices.map((index) => ({ x: landmarks[index * 3] ?? NaN, y: landmarks[index * 3 + 1] ?? NaN }))
}
