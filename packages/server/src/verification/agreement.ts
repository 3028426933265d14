import type { Pose } from '@lintas/core/detection'
import { SERIES_LANDMARKS } from '@lintas/core/evidence'
import type { MotionSample } from '@lintas/core/liveness'
import { FACE_PARTS, partsApart, type FacePart } from './face-parts.js'
import { VERIFICATION_LIMITS } from './limits.js'
import type { SeenFrame } from './types.js'

/** How far what the server sees in a frame lies from what was committed to. */
export interface Agreement {
  /** RMS distance over the committed points, inter-eye distances. */
  readonly points: number
  /** Largest difference of yaw, pitch and roll, degrees. */
  readonly poseDeg: number
  /** Of the inter-eye distances, natural logarithm, 0 or more. */
  readonly size: number
  /** Of the distances from the camera, natural logarithm, 0 or more; NaN where a side has none. */
  readonly distance: number
  /** RMS distance of parts of the face by themselves, inter-eye distances. */
  readonly parts: Readonly<Record<FacePart, number>>
}

/** Undefined where a side has no face, or too few points are committed. */
export function agreementOf(seen: MotionSample, committed: MotionSample | undefined): Agreement | undefined {
  const [mine, told] = [seen.landmarks, committed?.landmarks]
  const points = pointsApart(mine, told)
  const [own, theirs] = [seen.interEyeDistance ?? NaN, committed?.interEyeDistance ?? NaN]
  if (points === undefined || seen.pose === undefined || committed?.pose === undefined) return undefined
  if (mine === undefined || told === undefined) return undefined
  const distance = Math.abs(Math.log((seen.distanceCm ?? NaN) / (committed.distanceCm ?? NaN)))
  const [poseDeg, size] = [poseApart(seen.pose, committed.pose), Math.abs(Math.log(own / theirs))]
  return { points: points / own, poseDeg, size, distance, parts: partsApart(mine, told, own) }
}

/** Opened frames that do not agree with the series. What cannot be held against it does not agree. */
export function agreementFaults(frames: readonly SeenFrame[]): readonly string[] {
  const { agreement, agreementDeg, agreementSize, agreementDistance, agreementParts } = VERIFICATION_LIMITS
  return frames.flatMap(({ step, index, sample, committed }) => {
    const found = agreementOf(sample, committed)
    const name = `frame ${index} of step ${step + 1}`
    if (found === undefined) return [`${name} cannot be held against the series`]
    const { points, poseDeg, size, distance, parts } = found
    const elsewhere = FACE_PARTS.filter((part) => !(parts[part] <= agreementParts[part]))
    const agrees = points <= agreement && poseDeg <= agreementDeg && size <= agreementSize && distance <= agreementDistance
    if (agrees && elsewhere.length > 0) return [`${name}: ${elsewhere.join(', ')} elsewhere`]
    return agrees
      ? []
      : [`${name}: ${points.toFixed(3)} inter-eye distances, ${poseDeg.toFixed(1)}°, size ${size.toFixed(3)}, distance ${distance.toFixed(3)}`]
  })
}

/** RMS, pixels. */
function pointsApart(own: Float32Array | undefined, committed: Float32Array | undefined): number | undefined {
  if (own === undefined || committed === undefined) return undefined
  let [sum, count] = [0, 0]
  for (const index of SERIES_LANDMARKS) {
    const [across, down] = [apart(own, committed, index * 3), apart(own, committed, index * 3 + 1)]
    if (!Number.isFinite(across + down)) continue
    sum += across ** 2 + down ** 2
    count += 1
  }
  return count < VERIFICATION_LIMITS.points ? undefined : Math.sqrt(sum / count)
}

function apart(one: Float32Array, other: Float32Array, at: number): number {
  return (one[at] ?? NaN) - (other[at] ?? NaN)
}

function poseApart(one: Pose, other: Pose): number {
  const angles = (['yaw', 'pitch', 'roll'] as const).map((axis) => {
    const difference = Math.abs(one[axis] - other[axis]) % 360
    return Math.min(difference, 360 - difference)
  })
  return Math.max(...angles)
}
