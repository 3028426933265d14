import type { CalibrationProfile } from '../../src/comparison/index.js'

/** A profile of both default spaces, open enough that persons of the fixtures match themselves. */
export function profileWith(change: Partial<CalibrationProfile> = {}): CalibrationProfile {
  return {
    schema: 'lintas-calibration/1',
    id: 'test',
    origin: 'deployment',
    models: [
      { space: 'facenet-128', weight: 0.25 },
      { space: 'compact-512', weight: 0.75 },
    ],
    threshold: 0.5,
    fmr: 0.001,
    data: { name: 'made up', subjects: 100, nonMatedComparisons: 4950 },
    date: '2026-11-24',
    ...change,
  }
}
