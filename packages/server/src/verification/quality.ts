import { assessQuality, type QualityAssessment, type QualityMeasures, type QualityPreset } from '@lintas/core/quality'
import type { MotionSample } from '@lintas/core/liveness'
import type { Look, SeenFrame } from './types.js'

/**
 * Quality of an opened frame. Light and sharpness are the cut-out's; size, pose and place those of the whole picture, whose size and whose other
 * faces are claims: a cut-out cannot tell whether the face stands at the picture's edge.
 */
export function qualityOf(look: Look, sample: MotionSample, committed: MotionSample | undefined, requirements: QualityPreset): QualityAssessment {
  const { measures } = look.quality
  const { box, pose, interEyeDistance: eyes } = sample
  if (measures === undefined || box === undefined || pose === undefined || eyes === undefined) return assessQuality(undefined, requirements)
  const { width, height } = sample
  const inPicture: QualityMeasures = {
    ...measures,
    pose,
    interEyeDistance: eyes,
    margin: Math.min(box.x, box.y, width - box.x - box.width, height - box.y - box.height) / eyes,
    relativeSize: eyes / Math.min(width, height),
    faceCount: Math.max(measures.faceCount, committed?.faceCount ?? 1),
  }
  return assessQuality(inPicture, requirements)
}

/** What to tell of all frames: the best one's; without a good one that of the frame with the fewest faults. Undefined for no frames. */
export function toldQuality(frames: readonly SeenFrame[], requirements: QualityPreset): QualityAssessment | undefined {
  const all = frames.map(({ quality, strict }) => (requirements === 'usual' ? quality : strict))
  const [first, ...others] = all
  return first && others.reduce((best, one) => (isBetter(one, best) ? one : best), first)
}

function isBetter(one: QualityAssessment, other: QualityAssessment): boolean {
  const [fewer, more] = [one.reasons.length, other.reasons.length]
  return fewer < more || (fewer === more && (one.score ?? -1) > (other.score ?? -1))
}
