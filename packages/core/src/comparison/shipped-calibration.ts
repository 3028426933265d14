import type { CalibrationProfile } from './types.js'

/**
 * What a deployment runs on that has no profile of its own; every result under it says `origin: 'shipped'`.
 *
 * From `lfw-dev`, every two pictures of different people (`docs/evaluation/lfw-dev.json`, which a test holds these numbers to). FaceNet has the small
 * weight because it tells people apart who resemble LFW's and confounds others. The threshold is the one for FMR 0.001 %, not 0.1 %: among eight
 * people of one origin before one webcam (`nuaa-dev`), whom it was not made for, strangers match a thousand times as often as in LFW
 * (`docs/evaluation/nuaa-dev-raw.json`), while nobody there is missed. No mean is subtracted: only a deployment has its own.
 */
export const SHIPPED_CALIBRATION: CalibrationProfile = Object.freeze({
  schema: 'lintas-calibration/1',
  id: 'shipped-2026-11',
  origin: 'shipped',
  models: Object.freeze([Object.freeze({ space: 'facenet-128', weight: 0.2 }), Object.freeze({ space: 'compact-512', weight: 0.8 })]),
  threshold: 0.4982,
  fmr: 0.00001,
  // Of the people of LFW; what other people would do is not in it.
  fmrInterval: Object.freeze([0.0000032, 0.000022] as const),
  data: Object.freeze({ name: 'lfw-dev', subjects: 1707, nonMatedComparisons: 5161646 }),
  date: '2026-11-24',
})

/**
 * The compact model alone, where FaceNet's 23 MB are too many (`lintas-assets --profile compact`): 11 MB instead of 34 in brotli, and half the time. Made as
 * {@link SHIPPED_CALIBRATION} is; on `nuaa-dev` strangers match less often than with both, and LFW's people are missed a little more often.
 */
export const COMPACT_CALIBRATION: CalibrationProfile = Object.freeze({
  schema: 'lintas-calibration/1',
  id: 'shipped-compact-2026-11',
  origin: 'shipped',
  models: Object.freeze([Object.freeze({ space: 'compact-512', weight: 1 })]),
  threshold: 0.4794,
  fmr: 0.00001,
  data: Object.freeze({ name: 'lfw-dev', subjects: 1707, nonMatedComparisons: 5161646 }),
  date: '2026-11-24',
})
