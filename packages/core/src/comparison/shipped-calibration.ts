import type { CalibrationProfile } from './types.js'

/**
 * What a deployment runs on that has no profile of its own; every result under it says `origin: 'shipped'`.
 *
 * TODO(calibration): weights, threshold, FMR, interval and data are to be replaced by measured ones. Until then the threshold lies
 * above every possible score, so that nobody matches.
 */
export const SHIPPED_CALIBRATION: CalibrationProfile = Object.freeze({
  schema: 'lintas-calibration/1',
  id: 'shipped-unmeasured',
  origin: 'shipped',
  models: Object.freeze([Object.freeze({ space: 'facenet-128', weight: 0.33 }), Object.freeze({ space: 'compact-512', weight: 0.67 })]),
  threshold: 1.1,
  fmr: 0.001,
  data: Object.freeze({ name: 'none yet', subjects: 0, nonMatedComparisons: 0 }),
  date: '2026-11-24',
})
