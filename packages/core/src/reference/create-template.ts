import { averageEmbeddings, type Embedding } from '../embedding/index.js'
import type { Pose } from '../detection/index.js'
import { LintasError } from '../errors/index.js'
import { mean } from '../numeric/index.js'
import { checkKeys, checkNumber } from '../options/index.js'
import { AGREEMENT_LIMITS, agreeingSamples, type AgreementLimits } from './agreement.js'
import { checkEmbeddings, checkScore } from './check-embeddings.js'
import { checkSubjectId } from './subject-id.js'
import type { Template } from './types.js'

/** One good picture of the person being enrolled. */
export interface TemplateSample {
  /** One per space, the same spaces and models in every sample. */
  readonly embeddings: readonly Embedding[]
  /** The quality assessment's score, 0 to 1: the sample's weight in the mean. */
  readonly qualityScore: number
  readonly pose?: Pose
}

/** Options of {@link createTemplate}. */
export interface TemplateOptions {
  /** A random or agency-given id of 1 to 200 characters; never a name. */
  readonly subjectId: string
  /** `minSamples` to 10. */
  readonly samples: readonly TemplateSample[]
  /** Default: now. */
  readonly createdAt?: Date
  /** Fewest samples that must agree, 1 to 10. Default 3: the least of which two can outvote one. */
  readonly minSamples?: number
  /** The least cosine of two samples, −1 to 1, by space; needed for spaces that {@link AGREEMENT_LIMITS} does not know. */
  readonly agreementLimits?: AgreementLimits
}

/** What became of the samples; indices refer to the samples given. */
export type TemplateOutcome =
  | { readonly outcome: 'template'; readonly template: Template; readonly dropped: readonly number[] }
  | { readonly outcome: 'samples-disagree'; readonly kept: readonly number[]; readonly dropped: readonly number[] }

const KEYS = ['subjectId', 'samples', 'createdAt', 'minSamples', 'agreementLimits'] as const
const MOST_SAMPLES = 10

/** A sample of quality 0 still counts a little: weights that add up to nothing have no mean. */
const LEAST_WEIGHT = 0.01

/**
 * A template from several samples of one person: outliers dropped, the rest averaged, weighted by quality. Samples that are not of one
 * person, or not enough of them, are an outcome: fewer than `minSamples` agree, or no more than half do.
 * @throws TypeError that names a wrong option
 * @throws LintasError `models-unlike` when samples differ in spaces or models, `embedding-invalid`
 */
export function createTemplate(options: TemplateOptions): TemplateOutcome {
  checkKeys('createTemplate', options, KEYS)
  const subjectId = checkSubjectId(options.subjectId)
  const minSamples = checkNumber('minSamples', options.minSamples, 3, { min: 1, max: MOST_SAMPLES, integer: true })
  const createdAt = checkDate(options.createdAt ?? new Date())
  const samples = checkSamples(options.samples, minSamples)
  const limits = checkLimits({ ...AGREEMENT_LIMITS, ...options.agreementLimits }, samples[0]?.embeddings ?? [])
  const { kept, dropped } = agreeingSamples(
    samples.map(({ embeddings }) => embeddings),
    limits,
  )
  if (kept.length < minSamples || kept.length * 2 <= samples.length) return { outcome: 'samples-disagree', kept, dropped }
  const good = samples.filter((_, index) => kept.includes(index))
  const weights = good.map(({ qualityScore }) => Math.max(qualityScore, LEAST_WEIGHT))
  const template: Template = {
    schema: 'lintas-template/1',
    subjectId,
    embeddings: averageEmbeddings(
      good.map(({ embeddings }) => embeddings),
      weights,
    ),
    createdAt,
    sampleCount: good.length,
    quality: mean(good.map(({ qualityScore }) => qualityScore)),
  }
  return { outcome: 'template', template, dropped }
}

function checkDate(date: Date): string {
  if (!(date instanceof Date) || Number.isNaN(date.getTime())) throw new TypeError('createdAt must be a valid Date')
  return date.toISOString()
}

/** The samples, each with its embeddings ordered by space. */
function checkSamples(samples: readonly TemplateSample[], least: number): readonly TemplateSample[] {
  if (!Array.isArray(samples) || samples.length < least || samples.length > MOST_SAMPLES) {
    throw new TypeError(`samples must be a list of ${least} to ${MOST_SAMPLES} samples`)
  }
  const sorted = samples.map((sample: TemplateSample, index) => {
    checkScore(`samples[${index}].qualityScore`, sample.qualityScore)
    return { ...sample, embeddings: checkEmbeddings(sample.embeddings, `samples[${index}]`) }
  })
  const models = (sample: TemplateSample): string =>
    JSON.stringify(sample.embeddings.map(({ space, modelSha256, vector }) => [space, modelSha256, vector.length]))
  const stray = sorted.findIndex((sample) => models(sample) !== models(sorted[0] ?? sample))
  if (stray >= 0) throw new LintasError('models-unlike', `samples[${stray}] comes from other models than samples[0]`, { details: { sample: stray } })
  return sorted
}

function checkLimits(limits: AgreementLimits, embeddings: readonly Embedding[]): AgreementLimits {
  for (const { space } of embeddings) {
    if (limits[space] === undefined) throw new TypeError(`agreementLimits must have a limit for ${space}: none is known`)
    checkNumber(`agreementLimits.${space}`, limits[space], NaN, { min: -1, max: 1 })
  }
  return limits
}
