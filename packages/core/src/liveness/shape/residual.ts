import { similarity, transform, type Point } from '../../numeric/index.js'
import { fitHomography, project, robustHomography, transferDistances } from './homography.js'
import { NOSE_POINTS, pointsOf, REST_POINTS, rigidPoints } from './points.js'

/** How two sights of a face differ, each in inter-eye distances of the first. */
export interface PairResidual {
  /** What is left when the second is brought onto the first by turn, scale and shift in the picture: how much there was to see at all. */
  readonly change: number
  /** What is left of it when a plane may turn and tilt in space as well: nearly nothing for a flat thing. */
  readonly offPlane: number
}

/** A {@link PairResidual} with the nose looked at by itself. */
export interface Relief extends PairResidual {
  /** How far the nose lands from itself when the plane of eyes, brows, cheeks and upper lip is laid over that of the other sight. */
  readonly nose: number
}

/**
 * Root mean squares over the points, the second sight mapped onto the first.
 * @param eyes inter-eye distance of the first, pixels.
 * @returns undefined where no map could be fitted.
 */
export function pairResidual(first: readonly Point[], second: readonly Point[], eyes: number): PairResidual | undefined {
  const plane = robustHomography(second, first)
  if (plane === undefined || !(eyes > 0)) return undefined
  const change = rootMeanSquare(similarDistances(second, first)) / eyes
  const offPlane = rootMeanSquare(transferDistances(plane, second, first)) / eyes
  return Number.isFinite(change) && Number.isFinite(offPlane) ? { change, offPlane } : undefined
}

/**
 * What {@link pairResidual} finds on the rigid points, and the nose against the rest: of all the measures tried it parts heads from flat and bent
 * prints best (docs/evaluation/shape.json, `pairs`).
 * @returns undefined for landmarks that are too few or no numbers, or where no map could be fitted.
 */
export function reliefOf(first: Float32Array | undefined, second: Float32Array | undefined, eyes: number): Relief | undefined {
  const [rigid, turnedRigid] = [rigidPoints(first), rigidPoints(second)]
  const [rest, turnedRest] = [pointsOf(first, REST_POINTS), pointsOf(second, REST_POINTS)]
  const [nose, turnedNose] = [pointsOf(first, NOSE_POINTS), pointsOf(second, NOSE_POINTS)]
  if (!rigid || !turnedRigid || !rest || !turnedRest || !nose || !turnedNose) return undefined
  const pair = pairResidual(rigid, turnedRigid, eyes)
  const plane = fitHomography(turnedRest, rest)
  if (pair === undefined || plane === undefined) return undefined
  const landed = turnedNose.map((point) => project(plane, point))
  const apart = Math.hypot(meanOff(landed, nose, 'x'), meanOff(landed, nose, 'y')) / eyes
  return Number.isFinite(apart) ? { ...pair, nose: apart } : undefined
}

function meanOff(points: readonly Point[], aims: readonly Point[], axis: 'x' | 'y'): number {
  return points.reduce((sum, point, index) => sum + point[axis] - (aims[index]?.[axis] ?? NaN), 0) / points.length
}

/** Only what {@link pairResidual} calls `change`: cheap, for choosing frames. NaN where it does not exist. */
export function changeOf(first: readonly Point[], second: readonly Point[], eyes: number): number {
  return eyes > 0 ? rootMeanSquare(similarDistances(second, first)) / eyes : NaN
}

function similarDistances(from: readonly Point[], to: readonly Point[]): number[] {
  try {
    const map = similarity(from, to)
    return from.map((point, index) => {
      const landed = transform(map, point)
      return Math.hypot(landed.x - (to[index]?.x ?? NaN), landed.y - (to[index]?.y ?? NaN))
    })
  } catch {
    return [NaN]
  }
}

function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length)
}
