import { compare, type CalibrationProfile, type Comparison } from '@lintas/core/comparison'
import { averageEmbeddings, type Embedding } from '@lintas/core/embedding'
import { AGREEMENT_LIMITS, createTemplate, type AgreementLimits, type Template } from '@lintas/core/reference'
import type { Result } from './decide.js'
import { VERIFICATION_LIMITS } from './limits.js'
import type { SeenFrame, VerificationInput } from './types.js'

/** What came of the frames that were good enough. */
export interface ProbeResult {
  readonly result: Result
  readonly comparison?: Comparison
  readonly template?: Template
}

/** Compares the good frames with the reference, or makes one of them. */
export function probeResult(input: VerificationInput, frames: readonly SeenFrame[]): ProbeResult {
  return input.purpose === 'enrolment' ? enrolled(input, frames) : compared(input, frames)
}

/** The mean of the good frames against the reference. @throws LintasError where probe and reference are of unlike models */
function compared({ reference, calibration }: VerificationInput, frames: readonly SeenFrame[]): ProbeResult {
  const good = frames.filter(({ quality }) => quality.acceptable).flatMap(({ look }) => (look.embeddings === undefined ? [] : [look.embeddings]))
  if (reference === undefined) return { result: 'no-reference' }
  if (good.length === 0) return { result: 'absent' }
  const comparison = compare(averageEmbeddings(good), reference, calibration)
  return { result: comparison.decision, comparison }
}

function enrolled({ subjectId, calibration }: VerificationInput, frames: readonly SeenFrame[]): ProbeResult {
  const spaces = calibration.models.map(({ space }) => space)
  const samples = frames.flatMap(({ strict, look, sample }) => {
    const embeddings = (look.embeddings ?? []).filter(({ space }) => spaces.includes(space)) as readonly Embedding[]
    if (!strict.acceptable || embeddings.length < spaces.length) return []
    return [{ embeddings, qualityScore: strict.score ?? 0, ...(sample.pose && { pose: sample.pose }) }]
  })
  const minSamples = VERIFICATION_LIMITS.enrolmentFrames
  if (samples.length < minSamples) return { result: 'too-few' }
  // The best ten: an enrolment of five steps opens as many.
  const best = [...samples].sort((one, other) => other.qualityScore - one.qualityScore).slice(0, 10)
  const made = createTemplate({ subjectId, samples: best, minSamples, agreementLimits: limitsOf(calibration) })
  return made.outcome === 'template' ? { result: 'template', template: made.template } : { result: 'disagree' }
}

function limitsOf({ models }: CalibrationProfile): AgreementLimits {
  const own = models.flatMap(({ space, agreement }) => (agreement === undefined ? [] : [[space, agreement] as const]))
  return { ...AGREEMENT_LIMITS, ...Object.fromEntries(own) }
}
