import { LANDMARK } from '../../detection/index.js'
import { median } from '../../numeric/index.js'
import type { MotionSample } from '../sample.js'
import { pointsOf } from './points.js'

/** Beside the ears, behind the eyes by about 5 cm. */
const SIDES = [127, 356] as const
const EYES = [LANDMARK.rightEyeOuter, LANDMARK.leftEyeOuter] as const

/** What {@link perspectiveOf} reads. */
export const PERSPECTIVE_POINTS: readonly number[] = [...SIDES, ...EYES]

/** Most turn and nod of frames whose widths are compared, degrees. */
const MOST_YAW = 10
const MOST_PITCH = 15
/** Least growth of the face between far and near frames: below it a head's change drowns in the landmarks' jitter of 0.02. */
const LEAST_GROWTH = 1.25
/** Least frames at either end. */
const FRAMES = 2

/** What moving closer did to the face. */
export interface Perspective {
  /** Inter-eye distance near over far, above 1. */
  readonly growth: number
  /**
   * Natural logarithm by which the face's width at the ears over the width at the eyes changed from far to near: about 0 on a flat thing, −0.05 for a
   * head that comes from 60 to 35 cm (by the canonical face).
   */
  readonly change: number
}

/**
 * {@link Perspective} of the frontal frames; undefined when nobody came closer. Told, never judged: no live clip of somebody who comes closer was at
 * hand, and computed prints spread by ± 0.022 (docs/evaluation/shape.json, `perspective`).
 */
export function perspectiveOf(samples: readonly MotionSample[]): Perspective | undefined {
  const widths = samples.flatMap((sample) => widthsOf(sample)).sort((one, other) => one.eyes - other.eyes)
  const end = Math.floor(widths.length / 4)
  if (end < FRAMES) return undefined
  const [far, near] = [widths.slice(0, end), widths.slice(-end)]
  const growth = median(near.map(({ eyes }) => eyes)) / median(far.map(({ eyes }) => eyes))
  if (!(growth >= LEAST_GROWTH)) return undefined
  const ratio = (some: typeof widths): number => median(some.map(({ sides, eyes }) => Math.log(sides / eyes)))
  return { growth, change: ratio(near) - ratio(far) }
}

function widthsOf({ landmarks, pose, faceCount }: MotionSample): readonly { readonly sides: number; readonly eyes: number }[] {
  if (faceCount !== 1 || pose === undefined || !(Math.abs(pose.yaw) <= MOST_YAW && Math.abs(pose.pitch) <= MOST_PITCH)) return []
  const points = pointsOf(landmarks, PERSPECTIVE_POINTS)
  const [right, left, rightEye, leftEye] = points ?? []
  if (!right || !left || !rightEye || !leftEye) return []
  const [sides, eyes] = [Math.hypot(right.x - left.x, right.y - left.y), Math.hypot(rightEye.x - leftEye.x, rightEye.y - leftEye.y)]
  return sides > 0 && eyes > 0 ? [{ sides, eyes }] : []
}
