import { checkKeys, checkNumber } from '../options/index.js'
import { checkSubjectId, createTemplate, pickSamples, type AgreementLimits, type SampleCandidate, type TemplateSample } from '../reference/index.js'
import type { Analysis } from '../worker/index.js'
import type { Pose } from '../detection/index.js'
import type { QualityAssessment } from '../quality/index.js'
import { framesOf } from './frames-of.js'
import { OneAtATime, runSession, type FrameFeed, type SessionEnd } from './session.js'
import type { EnrolmentOutcome, RefusalReason, RunOptions, SessionOptions } from './types.js'

/** Options of {@link createEnrolment}. */
export interface EnrolmentOptions extends SessionOptions {
  /** Samples that make the reference, 3 to 5. Default 5. */
  readonly samples?: number
  /** The least cosine of two samples of one person, by space; needed for spaces of one's own models. Default: the measured ones. */
  readonly agreementLimits?: AgreementLimits
}

/** An enrolment: the making of a reference. */
export interface Enrolment {
  /**
   * Watches `source` until enough good, slightly different samples were seen, and makes a template of those that agree.
   * @throws LintasError for faults, the signal's reason when aborted
   */
  run(source: HTMLVideoElement | FrameFeed, options: RunOptions & { readonly subjectId: string }): Promise<EnrolmentOutcome>
}

const KEYS = ['analyser', 'timeoutMs', 'samples', 'agreementLimits'] as const

/** Fewest samples that still make a reference when time runs out: three is the least of which two can outvote one. */
const FEWEST_SAMPLES = 3

/** Candidates beyond the samples wanted, so that the best can be picked. */
const SPARE_CANDIDATES = 3

/** Two candidates must differ by this turn of the head, degrees … */
const POSE_STEP = 3
/** … or by this time, milliseconds: whoever cannot move their head is enrolled too, only more slowly. */
const TIME_STEP_MS = 800

/** A frame good enough for a reference. */
type Candidate = TemplateSample & SampleCandidate

/**
 * An enrolment on `options.analyser`, with the strict quality requirements: a reference is compared with for years.
 * @throws TypeError that names a wrong option
 */
export function createEnrolment(options: EnrolmentOptions): Enrolment {
  checkKeys('createEnrolment', options, KEYS)
  const timeoutMs = checkNumber('timeoutMs', options.timeoutMs, 60_000, { min: 1000, max: 300_000 })
  const wanted = checkNumber('samples', options.samples, 5, { min: FEWEST_SAMPLES, max: 5, integer: true })
  const turn = new OneAtATime()
  return {
    run: (source, run) =>
      turn.run(async () => {
        const subjectId = checkSubjectId(run.subjectId)
        const collector = new SampleCollector(wanted, run, options.agreementLimits ?? {})
        const feed = typeof source === 'function' ? source : framesOf(source)
        const end = await runSession(feed, { analyser: options.analyser, timeoutMs, ...collector.steps }, run)
        const outcome = collector.finish(subjectId, end)
        run.onPhase?.('done')
        return outcome
      }),
  }
}

/** Collects good frames that differ in pose or time, and makes a template of the best. */
class SampleCollector {
  readonly #wanted: number
  readonly #run: RunOptions
  readonly #agreementLimits: AgreementLimits
  readonly #candidates: Candidate[] = []
  #last: { readonly pose: Pose; readonly timestampMs: number } | undefined
  #quality: QualityAssessment | undefined

  constructor(wanted: number, run: RunOptions, agreementLimits: AgreementLimits) {
    this.#wanted = wanted
    this.#run = run
    this.#agreementLimits = agreementLimits
  }

  get steps(): Pick<Parameters<typeof runSession>[1], 'ask' | 'see' | 'otherwise'> {
    return {
      ask: () => ({ embed: 'acceptable', requirements: 'strict' }),
      otherwise: () => (this.#candidates.length === 0 ? 'hold-still' : 'move-a-little'),
      see: (analysis) => {
        this.#quality = analysis.quality
        this.#take(analysis)
        return this.#candidates.length >= this.#wanted + SPARE_CANDIDATES
      },
    }
  }

  finish(subjectId: string, end: SessionEnd): EnrolmentOutcome {
    if (this.#candidates.length < FEWEST_SAMPLES) {
      const faults = (this.#quality?.reasons ?? []).map((reason): RefusalReason => `quality:${reason}`)
      return { outcome: 'refused', reasons: end === 'complete' ? faults : [...faults, 'timeout'] }
    }
    const samples = pickSamples(this.#candidates, { count: this.#wanted })
    // One outlier is a blink or a blur; two in one enrolment are a second person.
    const minSamples = Math.max(FEWEST_SAMPLES, samples.length - 1)
    const made = createTemplate({ subjectId, samples, minSamples, agreementLimits: this.#agreementLimits })
    return made.outcome === 'template' ? { outcome: 'enrolled', template: made.template } : { outcome: 'refused', reasons: ['samples-disagree'] }
  }

  #take({ embeddings, quality, faces, timestampMs }: Analysis): void {
    const pose = faces[0]?.pose
    if (embeddings === undefined || pose === undefined || !this.#isNew(pose, timestampMs)) return
    this.#last = { pose, timestampMs }
    this.#candidates.push({ embeddings, qualityScore: quality.score ?? 0, pose, timestampMs })
    this.#run.onProgress?.(this.#candidates.length / (this.#wanted + SPARE_CANDIDATES))
  }

  #isNew(pose: Pose, timestampMs: number): boolean {
    if (this.#last === undefined) return true
    const turned = Math.hypot(pose.yaw - this.#last.pose.yaw, pose.pitch - this.#last.pose.pitch)
    return turned >= POSE_STEP || timestampMs - this.#last.timestampMs >= TIME_STEP_MS
  }
}
