import { checkCalibrationProfile, type CalibrationProfile } from '../comparison/index.js'
import { PAD_NOT_ASSESSED } from '../liveness/index.js'
import { checkKeys, checkNumber } from '../options/index.js'
import {
  agreeingSamples,
  checkSubjectId,
  createTemplate,
  pickSamples,
  type AgreementLimits,
  type SampleCandidate,
  type TemplateSample,
} from '../reference/index.js'
import type { AnalyserInfo, Analysis } from '../worker/index.js'
import type { Pose } from '../detection/index.js'
import { FaultTally } from './fault-tally.js'
import { hintOf } from './hint-filter.js'
import { framesOf } from './frames-of.js'
import { checkSpaces, knownLimits, limitsFor } from './limits.js'
import { OneAtATime, runSession, type FrameFeed, type SessionEnd } from './session.js'
import type { EnrolmentOutcome, RefusalReason, RunOptions, SessionOptions } from './types.js'

/** Options of {@link createEnrolment}. */
export interface EnrolmentOptions extends SessionOptions {
  /** Samples that make the reference, 3 to 5. Default 5. */
  readonly samples?: number
  /** The profile that the reference is meant for: its spaces must be embedded. Default: whatever the analyser embeds. */
  readonly calibration?: CalibrationProfile
  /** The least cosine of two samples of one person, by space; needed for spaces of one's own models. Default: the profile's, or the measured ones of the shipped spaces. */
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

const KEYS = ['analyser', 'timeoutMs', 'samples', 'calibration', 'agreementLimits'] as const

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
 * @throws LintasError `calibration-invalid`
 */
export function createEnrolment(options: EnrolmentOptions): Enrolment {
  checkKeys('createEnrolment', options, KEYS)
  const timeoutMs = checkNumber('timeoutMs', options.timeoutMs, 60_000, { min: 1000, max: 300_000 })
  const wanted = checkNumber('samples', options.samples, 5, { min: FEWEST_SAMPLES, max: 5, integer: true })
  const { calibration } = options
  if (calibration !== undefined) checkCalibrationProfile(calibration)
  const limits = { ...knownLimits(options.agreementLimits), ...(calibration && limitsFor(calibration, options.agreementLimits)) }
  const check = (info: AnalyserInfo): void => {
    checkSpaces(info, calibration?.models.map(({ space }) => space) ?? [])
    const unknown = info.spaces.find((space) => limits[space] === undefined)
    if (unknown !== undefined) throw new TypeError(`agreementLimits must have a limit for ${unknown}: none is known`)
  }
  const turn = new OneAtATime()
  return {
    run: (source, run) =>
      turn.run(async () => {
        const subjectId = checkSubjectId(run.subjectId)
        const collector = new SampleCollector(wanted, run, limits)
        const feed = typeof source === 'function' ? source : framesOf(source)
        const end = await runSession(feed, { analyser: options.analyser, check, timeoutMs, ...collector.steps }, run)
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
  readonly #limits: AgreementLimits
  readonly #faults = new FaultTally()
  readonly #candidates: Candidate[] = []
  #last: { readonly pose: Pose; readonly timestampMs: number } | undefined

  constructor(wanted: number, run: RunOptions, limits: AgreementLimits) {
    this.#wanted = wanted
    this.#run = run
    this.#limits = limits
  }

  get steps(): Pick<Parameters<typeof runSession>[1], 'ask' | 'see' | 'hint'> {
    return {
      ask: () => ({ embed: 'acceptable', requirements: 'strict' }),
      hint: ({ quality }) => hintOf(quality.reasons, this.#candidates.length === 0 ? 'hold-still' : 'move-a-little'),
      see: (analysis) => {
        if (!analysis.quality.acceptable) this.#faults.add(analysis.quality)
        this.#take(analysis)
        return this.#candidates.length >= this.#wanted + SPARE_CANDIDATES
      },
    }
  }

  finish(subjectId: string, end: SessionEnd): EnrolmentOutcome {
    if (this.#candidates.length < FEWEST_SAMPLES) {
      const faults = (this.#faults.commonest?.reasons ?? []).map((reason): RefusalReason => `quality:${reason}`)
      return refused(end === 'complete' ? faults : [...faults, 'timeout'])
    }
    const { kept, dropped } = agreeingSamples(
      this.#candidates.map(({ embeddings }) => embeddings),
      this.#limits,
    )
    // One outlier is a blink or a blur; two in one enrolment are a second person.
    if (kept.length < FEWEST_SAMPLES || dropped.length > 1) return refused(['samples-disagree'])
    const agreeing = this.#candidates.filter((_, index) => kept.includes(index))
    const samples = pickSamples(agreeing, { count: this.#wanted })
    const made = createTemplate({ subjectId, samples, minSamples: samples.length, agreementLimits: this.#limits })
    return made.outcome === 'template' ? { ...CLAIM, outcome: 'enrolled', template: made.template } : refused(['samples-disagree'])
  }

  #take({ embeddings, quality, faces, timestampMs }: Analysis): void {
    const pose = faces[0]?.pose
    if (embeddings === undefined || !quality.acceptable || pose === undefined || !this.#isNew(pose, timestampMs)) return
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

/** What every outcome says of itself until liveness is assessed, and a server repeats it. */
const CLAIM = { assurance: 'client-asserted', pad: PAD_NOT_ASSESSED } as const

function refused(reasons: readonly (RefusalReason | 'samples-disagree')[]): EnrolmentOutcome {
  return { ...CLAIM, outcome: 'refused', reasons }
}
