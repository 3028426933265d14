import { LintasError } from '../errors/index.js'
import type { Template } from '../reference/index.js'
import { checkEmbeddings } from '../reference/check-embeddings.js'
import { checkCalibrationProfile } from './profile.js'
import type { CalibrationProfile } from './types.js'

/** The sum of a deployment's references, one a subject: what means with and without somebody are made of. Biometric in small numbers: two successive sums tell the newcomer's embedding. */
export interface Population {
  readonly count: number
  /** By space. */
  readonly sums: Readonly<Record<string, Float64Array>>
}

/** A mean by space. */
export type PopulationMeans = Readonly<Record<string, Float32Array>>

/**
 * The population of `templates`, one a subject.
 * @throws TypeError for none, or two of one subject (whoever has two would weigh double)
 * @throws LintasError `models-unlike` when they do not all have the same spaces and dimensions, `embedding-invalid`
 */
export function populationOf(templates: readonly Template[]): Population {
  const first = templates[0]
  if (first === undefined) throw new TypeError('templates must not be empty: nobody has no mean')
  if (new Set(templates.map(({ subjectId }) => subjectId)).size < templates.length) throw new TypeError('templates must be one a subject')
  const sums = Object.fromEntries(first.embeddings.map(({ space, vector }) => [space, new Float64Array(vector.length)]))
  for (const template of templates) add({ count: 0, sums }, template, 1)
  return { count: templates.length, sums }
}

/** The mean of everybody in `population`. Thresholds set on scores that are centred with it are too low for newcomers: see {@link meanExcluding}. */
export function populationMean({ count, sums }: Population): PopulationMeans {
  return Object.fromEntries(Object.entries(sums).map(([space, sum]) => [space, Float32Array.from(sum, (value) => value / count)]))
}

/**
 * The mean of everybody but the subjects of `templates`, who must be part of `population`. A mean that holds a person pushes their scores
 * against others down; with seven people a threshold set so for an FMR of 0.1 % gave 16.7 % on newcomers, and 0.21 % when each pair's
 * people were left out (15 webcam subjects, design research). So: leave both people out when calibrating, and the claimed subject when comparing while
 * the gallery is small.
 * @throws TypeError when nobody is left
 * @throws LintasError `models-unlike`, `embedding-invalid`
 */
export function meanExcluding(population: Population, ...templates: readonly Template[]): PopulationMeans {
  const count = population.count - templates.length
  if (count < 1) throw new TypeError(`templates must leave somebody of the ${population.count} in the population`)
  const sums = Object.fromEntries(Object.entries(population.sums).map(([space, sum]) => [space, sum.slice()]))
  for (const template of templates) add({ count, sums }, template, -1)
  return populationMean({ count, sums })
}

/**
 * `profile` with `means` in place of its own. The threshold stays: it must have been set on scores that were centred likewise.
 * @throws LintasError `calibration-invalid` when `means` lacks a space of the profile
 */
export function withMeans(profile: CalibrationProfile, means: PopulationMeans): CalibrationProfile {
  const models = profile.models.map(({ space, weight }) => {
    const mean = Object.hasOwn(means, space) ? means[space] : undefined
    if (mean === undefined) throw new LintasError('calibration-invalid', `There is no mean of ${space}`, { details: { space } })
    return { space, weight, mean }
  })
  const result: CalibrationProfile = { ...profile, models }
  checkCalibrationProfile(result)
  return result
}

function add({ sums }: Population, template: Template, sign: 1 | -1): void {
  const embeddings = checkEmbeddings(template.embeddings, 'a reference')
  const spaces = Object.keys(sums)
  const alike = embeddings.length === spaces.length && embeddings.every(({ space, vector }) => sums[space]?.length === vector.length)
  if (!alike) throw new LintasError('models-unlike', `a reference has other spaces or dimensions than ${spaces.join(', ')}`)
  for (const { space, vector } of embeddings) {
    const sum = sums[space]
    vector.forEach((value, index) => sum !== undefined && (sum[index] = (sum[index] ?? 0) + sign * value))
  }
}
