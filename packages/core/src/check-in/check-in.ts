import { SHIPPED_CALIBRATION, checkCalibrationProfile, compare, type CalibrationProfile } from '../comparison/index.js'
import type { Embedding } from '../embedding/index.js'
import { LintasError } from '../errors/index.js'
import { PAD_NOT_ASSESSED, ROUTES, policyOf, type PadAssessment, type Route } from '../liveness/index.js'
import { checkChoice, checkKeys, checkNumber } from '../options/index.js'
import type { QualityAssessment } from '../quality/index.js'
import type { AgreementLimits, Template } from '../reference/index.js'
import { decide } from './decide.js'
import { framesOf } from './frames-of.js'
import { checkSpaces, limitsFor } from './limits.js'
import { LivenessRun } from './liveness-run.js'
import { ProbeCollector } from './probe-collector.js'
import { OneAtATime, runSession, type FrameFeed } from './session.js'
import type { CheckInOptions, CheckInOutcome, Policy, RunOptions } from './types.js'

/** What a check-in runs on. */
export interface CheckInRun extends RunOptions {
  readonly reference: Template
  /** Which actions may be asked for; the person chooses. Default `standard`. */
  readonly route?: Route
}

/** A check-in: 1:1, on a claim. */
export interface CheckIn {
  /**
   * Leads the person before `source` through a liveness challenge, compares frames from inside it with `reference` and decides. Nothing about the
   * person throws. Where the policy's `pad` is `none` there is no challenge: it watches until enough good frames were seen.
   * @throws LintasError for faults (`assets-*`, `worker-*`, `models-unlike`, `check-in-busy` …), what `drawAction` rejected with, the signal's
   * reason when aborted; TypeError for an unknown route
   */
  run(source: HTMLVideoElement | FrameFeed, options: CheckInRun): Promise<CheckInOutcome>
}

const KEYS = ['analyser', 'timeoutMs', 'calibration', 'policy', 'probeSamples', 'agreementLimits', 'drawAction', 'camera'] as const

/** Longer than the challenge's own limit, which is told as what it is. */
const TIMEOUT_MS = 150_000
const TIMEOUT_WITHOUT_CHALLENGE_MS = 30_000

/** What a session brought together, with or without a challenge. */
interface Gathered {
  /** Absent when there is nothing to compare. */
  readonly probe?: readonly Embedding[]
  readonly pad: PadAssessment
  readonly quality: QualityAssessment | undefined
  readonly timedOut: boolean
}

/** The options of one check-in, checked. */
interface Settings {
  readonly options: CheckInOptions
  readonly policy: Policy
  readonly calibration: CalibrationProfile
  readonly limits: AgreementLimits
  readonly timeoutMs: number
  readonly wanted: number
}

/**
 * A check-in on `options.analyser`.
 * @throws TypeError that names a wrong option
 * @throws LintasError `calibration-invalid`
 */
export function createCheckIn(options: CheckInOptions): CheckIn {
  const settings = checked(options)
  const { policy, calibration } = settings
  const turn = new OneAtATime()
  return {
    run: (source, run) =>
      turn.run(async () => {
        checkComparable(run.reference, calibration)
        const gather = policy.pad === 'none' ? gatherUnchecked : gatherChecked
        const { probe, ...found } = await gather(settings, source, run)
        const comparison = probe && compare(probe, run.reference, calibration)
        run.onPhase?.('done')
        return decide({ ...found, comparison, calibration }, policy, new Date())
      }),
  }
}

function checked(options: CheckInOptions): Settings {
  checkKeys('createCheckIn', options, KEYS)
  checkKeys('policy', options.policy ?? {}, ['pad'])
  const policy: Policy = { pad: options.policy?.pad ?? 'standard' }
  if (policy.pad !== undefined && policy.pad !== 'none') policyOf(policy.pad)
  const usual = policy.pad === 'none' ? TIMEOUT_WITHOUT_CHALLENGE_MS : TIMEOUT_MS
  const timeoutMs = checkNumber('timeoutMs', options.timeoutMs, usual, { min: 1000, max: 300_000 })
  const wanted = checkNumber('probeSamples', options.probeSamples, 2, { min: 1, max: 5, integer: true })
  const calibration: CalibrationProfile = options.calibration ?? SHIPPED_CALIBRATION
  checkCalibrationProfile(calibration)
  return { options, policy, calibration, timeoutMs, wanted, limits: limitsFor(calibration, options.agreementLimits) }
}

async function gatherUnchecked(
  { options, timeoutMs, wanted, limits }: Settings,
  source: HTMLVideoElement | FrameFeed,
  run: CheckInRun,
): Promise<Gathered> {
  const collector = new ProbeCollector(wanted, limits, run)
  const feed = typeof source === 'function' ? source : framesOf(source)
  const check: Parameters<typeof runSession>[1]['check'] = (info) => checkSpaces(info, Object.keys(limits))
  const end = await runSession(feed, { analyser: options.analyser, check, timeoutMs, ...collector.steps }, run)
  if (end === 'complete') run.onPhase?.('comparing')
  const probe = end === 'complete' ? { probe: collector.embeddings } : {}
  return { ...probe, pad: PAD_NOT_ASSESSED, quality: collector.quality, timedOut: end !== 'complete' }
}

async function gatherChecked(
  { options, policy, timeoutMs, limits }: Settings,
  source: HTMLVideoElement | FrameFeed,
  run: CheckInRun,
): Promise<Gathered> {
  const route = checkChoice('route', run.route, 'standard', Object.keys(ROUTES) as Route[])
  const { pad: asked = 'standard' } = policy
  const liveness = new LivenessRun({ options, limits, route, run, source })
  const feed = typeof source === 'function' ? source : framesOf(source)
  const stop = liveness.watchPage()
  try {
    const end = await runSession(feed, { analyser: options.analyser, timeoutMs, ...liveness.steps }, run)
    run.onPhase?.('comparing')
    const pad = await liveness.judge(asked === 'none' ? 'high' : asked)
    const probe = liveness.probe(pad)
    return { ...(probe && { probe }), pad, quality: liveness.quality, timedOut: end !== 'complete' }
  } finally {
    stop()
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
