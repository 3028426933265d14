import { clamp } from '../numeric/index.js'
import { QUALITY_REQUIREMENTS, type QualityPreset, type QualityRequirements } from './requirements.js'
import type { QualityAssessment, QualityMeasures, QualityReason } from './types.js'

/** A rule: the reason that holds when the check does. A check on a measure that is absent or NaN must hold: what is not known does not pass. */
type Rule = readonly [reason: QualityReason, fails: (measures: QualityMeasures, limits: QualityRequirements) => boolean]

/**
 * Most important first: who is there, then where, then light, then pose, then expression, then sharpness, since each fault causes those
 * after it (a dark picture is blurred, a turned head shows one eye).
 */
const RULES: readonly Rule[] = [
  ['several-faces', ({ faceCount }) => !(faceCount === 1)],
  ['covered', ({ visibility }) => visibility !== undefined && !(visibility >= LEAST_VISIBILITY)],
  ['too-far', ({ interEyeDistance }, limits) => !(interEyeDistance >= limits.interEyeDistance)],
  ['too-near', (measures, limits) => isCut(measures, limits) && fillsThePicture(measures)],
  ['off-centre', (measures, limits) => isCut(measures, limits) && !fillsThePicture(measures)],
  ['too-dark', ({ underExposure, visibility }, limits) => visibility === undefined && !(underExposure <= limits.underExposure)],
  ['too-bright', ({ overExposure }, limits) => !(overExposure <= limits.overExposure)],
  ['uneven-light', ({ illuminationUniformity }, limits) => !(illuminationUniformity >= limits.illuminationUniformity)],
  ['low-contrast', ({ dynamicRange }, limits) => !(dynamicRange >= limits.dynamicRange)],
  ['tilted', ({ pose }, limits) => !(Math.abs(pose.roll) <= limits.roll)],
  ['turned', ({ pose }, limits) => !(Math.abs(pose.yaw) <= limits.yaw)],
  ['looking-up-down', ({ pose }, limits) => !(Math.abs(pose.pitch) <= limits.pitch)],
  ['eyes-closed', ({ eyeOpening }, limits) => !(eyeOpening >= limits.eyeOpening)],
  ['mouth-open', ({ mouthOpening }, limits) => !(mouthOpening <= limits.mouthOpening)],
  ['blurred', ({ sharpness }, limits) => !(sharpness >= limits.sharpness)],
]

/**
 * Least share of the upper face that must not be black in a lit face. Of 4,112 LFW faces ten lie below, all with sunglasses; the lowest without
 * has 0.79, a deep shadow. Computed bars over the eyes reach 0.51.
 */
const LEAST_VISIBILITY = 0.78

/** From this inter-eye distance on, as a share of the picture's shorter side, a face that is cut off is too near rather than beside the picture. */
const NEAR = 0.3

/** `usual` or `strict` of {@link QUALITY_REQUIREMENTS}, or limits of one's own. Without measures: no face. */
export function assessQuality(measures: QualityMeasures | undefined, requirements: QualityPreset | QualityRequirements = 'usual'): QualityAssessment {
  if (measures === undefined) return { acceptable: false, reasons: ['no-face'] }
  const limits = typeof requirements === 'string' ? QUALITY_REQUIREMENTS[requirements] : requirements
  const reasons = RULES.filter(([, fails]) => fails(measures, limits)).map(([reason]) => reason)
  return { acceptable: reasons.length === 0, reasons, score: qualityScore(measures), measures }
}

/**
 * 0 to 1, to choose among acceptable frames: the product of how far sharpness, size, frontality, light and eyes are between "just enough" and
 * "as good as it gets" (the medians of webcam frames). It ranks frames of one person and one camera; it is no probability.
 */
export function qualityScore(measures: QualityMeasures): number {
  const { sharpness, interEyeDistance, pose, overExposure, underExposure, eyeOpening } = measures
  const turn = Math.hypot(pose.yaw, pose.pitch)
  const parts = [
    ramp(sharpness, 0.15, 0.55),
    ramp(interEyeDistance, 10, 80),
    ramp(60 - turn, 0, 55),
    ramp(0.6 - overExposure - underExposure, 0, 0.55),
    ramp(eyeOpening, 0, 0.2),
  ]
  return parts.reduce((product, part) => product * part, 1)
}

/** 0 at `low` and below, 1 at `high` and above; 0 for NaN. */
function ramp(value: number, low: number, high: number): number {
  return Number.isNaN(value) ? 0 : clamp((value - low) / (high - low), 0, 1)
}

function isCut({ margin }: QualityMeasures, limits: QualityRequirements): boolean {
  return !(margin >= limits.margin)
}

function fillsThePicture({ relativeSize }: QualityMeasures): boolean {
  return relativeSize >= NEAR
}
