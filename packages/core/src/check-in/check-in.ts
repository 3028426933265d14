import { SHIPPED_CALIBRATION, checkCalibrationProfile, compare, type CalibrationProfile } from '../comparison/index.js'
import { averageEmbeddings, type Embedding } from '../embedding/index.js'
import { LintasError } from '../errors/index.js'
import { PAD_NOT_ASSESSED } from '../liveness/index.js'
import { checkBoolean, checkKeys, checkNumber } from '../options/index.js'
import type { QualityAssessment } from '../quality/index.js'
import { samplesAgree, type AgreementLimits, type Template } from '../reference/index.js'
import { decide } from './decide.js'
import { FaultTally } from './fault-tally.js'
import { framesOf } from './frames-of.js'
import { checkSpaces, limitsFor } from './limits.js'
import { OneAtATime, runSession, type FrameFeed } from './session.js'
import type { CheckInOptions, CheckInOutcome, Policy, RunOptions } from './types.js'

/** A check-in: 1:1, on a claim. */
export interface CheckIn {
  /**
   * Watches `source` until enough good frames were seen, compares them with `reference` and decides. Nothing about the person throws.
   * @throws LintasError for faults (`assets-*`, `worker-*`, `models-unlike`, `check-in-busy` …), the signal's reason when aborted
   */
  run(source: HTMLVideoElement | FrameFeed, options: RunOptions & { readonly reference: Template }): Promise<CheckInOutcome>
}

const KEYS = ['analyser', 'timeoutMs', 'calibration', 'policy', 'probeSamples', 'agreementLimits'] as const

/** Good frames in a row before the first is embedded: one good frame may be a passer-by or a face still moving. */
const STEADY_FRAMES = 2

/**
 * A check-in on `options.analyser`. Until liveness has been assessed every outcome says `pad: undetermined`, and the default policy
 * admits nobody then.
 * @throws TypeError that names a wrong option
 * @throws LintasError `calibration-invalid`
 */
export function createCheckIn(options: CheckInOptions): CheckIn {
  checkKeys('createCheckIn', options, KEYS)
  const timeoutMs = checkNumber('timeoutMs', options.timeoutMs, 30_000, { min: 1000, max: 300_000 })
  const wanted = checkNumber('probeSamples', options.probeSamples, 2, { min: 1, max: 5, integer: true })
  checkKeys('policy', options.policy ?? {}, ['requirePad'])
  const policy: Policy = { requirePad: checkBoolean('policy.requirePad', options.policy?.requirePad, true) }
  const calibration: CalibrationProfile = options.calibration ?? SHIPPED_CALIBRATION
  checkCalibrationProfile(calibration)
  const limits = limitsFor(calibration, options.agreementLimits)
  const turn = new OneAtATime()
  return {
    run: (source, run) =>
      turn.run(async () => {
        checkComparable(run.reference, calibration)
        const probe = new ProbeCollector(wanted, limits, run)
        const feed = typeof source === 'function' ? source : framesOf(source)
        const end = await runSession(
          feed,
          { analyser: options.analyser, check: (info) => checkSpaces(info, Object.keys(limits)), timeoutMs, ...probe.steps },
          run,
        )
        if (end === 'complete') run.onPhase?.('comparing')
        const comparison = end === 'complete' ? compare(probe.embeddings, run.reference, calibration) : undefined
        run.onPhase?.('done')
        const findings = { pad: PAD_NOT_ASSESSED, comparison, quality: probe.quality, timedOut: end !== 'complete', calibration }
        return decide(findings, policy, new Date())
      }),
  }
}

/** What cannot be compared is told before a person stands in front of the camera, not after. @throws LintasError `template-invalid`, `models-unlike` */
function checkComparable(reference: Template | undefined, { models }: CalibrationProfile): void {
  if (!Array.isArray(reference?.embeddings))
    throw new LintasError('template-invalid', 'reference must be a template', { details: { option: 'reference' } })
  const spaces = (reference.embeddings as Template['embeddings']).map(({ space }) => space)
  const missing = models.find(({ space }) => !spaces.includes(space))
  if (missing !== undefined) {
    throw new LintasError('models-unlike', `the reference has no embedding of ${missing.space}: it was made with other models`, {
      details: { space: missing.space },
    })
  }
}

/**
 * Collects the embeddings of good frames; a bad frame in between starts the steadiness anew, not the collection. A sample that is of somebody
 * else than those before starts the collection anew: the mean of two people would be like both.
 */
class ProbeCollector {
  readonly #wanted: number
  readonly #limits: AgreementLimits
  readonly #run: RunOptions
  readonly #samples: (readonly Embedding[])[] = []
  readonly #faults = new FaultTally()
  #steady = 0
  #best: QualityAssessment | undefined

  constructor(wanted: number, limits: AgreementLimits, run: RunOptions) {
    this.#wanted = wanted
    this.#limits = limits
    this.#run = run
  }

  /** The best frame's quality; without a good one that of the fault seen most; undefined when no frame came. */
  get quality(): QualityAssessment | undefined {
    return this.#best ?? this.#faults.commonest
  }

  /** One embedding a space: the mean over the samples, scaled to length 1. */
  get embeddings(): readonly Embedding[] {
    return averageEmbeddings(this.#samples)
  }

  get steps(): Pick<Parameters<typeof runSession>[1], 'ask' | 'see' | 'otherwise'> {
    return {
      ask: () => ({ embed: this.#steady >= STEADY_FRAMES ? 'acceptable' : 'never' }),
      otherwise: () => 'hold-still',
      see: ({ quality, embeddings }) => {
        this.#steady = quality.acceptable ? this.#steady + 1 : 0
        if (!quality.acceptable) this.#faults.add(quality)
        else if (this.#best === undefined || scoresHigher(quality, this.#best)) this.#best = quality
        // Whatever an analyser embeds: a frame with a fault is nobody's probe.
        if (embeddings === undefined || !quality.acceptable) return false
        if (!this.#samples.every((sample) => samplesAgree(sample, embeddings, this.#limits))) this.#samples.length = 0
        this.#samples.push(embeddings)
        this.#run.onProgress?.(this.#samples.length / this.#wanted)
        return this.#samples.length >= this.#wanted
      },
    }
  }
}

function scoresHigher(one: QualityAssessment, other: QualityAssessment): boolean {
  return (one.score ?? -1) > (other.score ?? -1)
}
