import { checkSameNet, type Embedding } from '../embedding/index.js'
import { LintasError } from '../errors/index.js'
import { clamp, cosine } from '../numeric/index.js'
import type { Template } from '../reference/index.js'
import { centred, sidesOf } from './centre.js'
import { checkCalibrationProfile } from './profile.js'
import type { CalibrationProfile, Comparison } from './types.js'

/**
 * Compares a probe with a reference, 1:1. The score is the weighted sum of the cosines of `profile`'s spaces, each after subtraction of
 * the population mean; the threshold or more is a match. Fails closed: what cannot be compared is a fault, never a score.
 * @param probe one embedding a space, of length 1; those of spaces that the profile does not name are left aside
 * @throws LintasError `models-unlike` when a side lacks a space, or the two are of unlike nets or dimensions, `embedding-invalid`, `calibration-invalid`
 */
export function compare(probe: readonly Embedding[], template: Template, profile: CalibrationProfile): Comparison {
  checkCalibrationProfile(profile)
  const { models, threshold, fmr, id, origin } = profile
  const references = sidesOf(template.embeddings, models, 'the reference')
  sidesOf(probe, models, 'the probe').forEach((side, index) => {
    const reference = references[index]
    if (reference !== undefined) checkSameNet(side, reference, 'probe and reference')
  })
  const left = centred(probe, models, 'the probe')
  const right = centred(template.embeddings, models, 'the reference')
  const perSpace = models.map(({ space }, index) => [space, similarity(space, left[index], right[index])] as const)
  const sum = models.reduce((total, { weight }, index) => total + weight * (perSpace[index]?.[1] ?? NaN), 0)
  if (!Number.isFinite(sum)) throw new LintasError('embedding-invalid', 'The comparison has no score')
  const score = clamp(sum, -1, 1)
  return {
    decision: score >= threshold ? 'match' : 'non-match',
    score,
    threshold,
    fmr,
    calibration: { id, origin },
    perSpace: Object.fromEntries(perSpace),
  }
}

function similarity(space: string, probe: Float32Array = new Float32Array(), reference: Float32Array = new Float32Array()): number {
  if (probe.length !== reference.length) {
    const message = `Of ${space} the probe has ${probe.length} numbers, the reference ${reference.length}`
    throw new LintasError('models-unlike', message, { details: { space } })
  }
  return clamp(cosine(probe, reference), -1, 1)
}
