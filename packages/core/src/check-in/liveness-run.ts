import { averageEmbeddings, type Embedding } from '../embedding/index.js'
import { LintasError } from '../errors/index.js'
import {
  ROUTE_STEPS,
  SAME_SESSION_COSINE,
  judgeLiveness,
  type ChallengeState,
  type InjectionFacts,
  type PadAssessment,
  type PadPolicy,
  type PadPreset,
  type Route,
} from '../liveness/index.js'
import type { QualityAssessment } from '../quality/index.js'
import type { AgreementLimits } from '../reference/index.js'
import { LivenessAttempt } from './attempt.js'
import { cameraFactsOf } from './camera-facts.js'
import { drawHere } from './draw-source.js'
import { checkSpaces } from './limits.js'
import { QualityRecord } from './quality-record.js'
import type { AttemptRecorder } from './recording/index.js'
import { phaseOf, type FrameFeed, type SessionSteps } from './session.js'
import type { CheckInOptions, RunOptions } from './types.js'

/** What a {@link LivenessRun} needs. */
export interface LivenessRunOptions {
  readonly options: Pick<CheckInOptions, 'drawAction' | 'camera'>
  /** By space. */
  readonly limits: AgreementLimits
  readonly route: Route
  readonly run: RunOptions
  readonly source: HTMLVideoElement | FrameFeed
  /** Records evidence. */
  readonly recorder?: AttemptRecorder
}

/** The space in which a person is held against themselves, and how alike they must be. */
interface SameSession {
  readonly space: string
  readonly leastCosine: number
}

/** One liveness-checked session: joins the attempt with frames, page and camera. */
export class LivenessRun {
  readonly #given: LivenessRunOptions
  readonly #same: SameSession
  readonly #attempt: LivenessAttempt
  readonly #qualities = new QualityRecord()
  #toldProgress = 0

  constructor(given: LivenessRunOptions) {
    const { options, limits, route, run, recorder } = given
    this.#given = given
    this.#same = sameSessionIn(limits)
    this.#attempt = new LivenessAttempt({
      route,
      steps: ROUTE_STEPS[route],
      draw: options.drawAction ?? drawHere,
      space: this.#same.space,
      ...(run.onPrompt && { onPrompt: run.onPrompt }),
      ...(recorder && { recorder }),
    })
  }

  get quality(): QualityAssessment | undefined {
    return this.#qualities.told
  }

  /** What is known of the camera. */
  get camera(): InjectionFacts {
    const { options, source } = this.#given
    return options.camera ?? (typeof source === 'function' ? {} : cameraFactsOf(source))
  }

  get challenge(): ChallengeState {
    return this.#attempt.challenge
  }

  /**
   * One embedding a space, the mean of the frames between the actions; undefined unless the challenge was passed, and by one person: the mean of two
   * people is like both, and says nothing of either.
   * @throws LintasError `models-unlike` when the analyser changed its models on the way
   */
  probe({ reasons }: PadAssessment): readonly Embedding[] | undefined {
    const isOnePerson = !reasons.includes('continuity-person-changed')
    return this.#attempt.challenge.phase === 'passed' && isOnePerson ? averageEmbeddings(this.#attempt.probes) : undefined
  }

  get steps(): Pick<SessionSteps, 'check' | 'ask' | 'see' | 'hint' | 'phase'> {
    const attempt = this.#attempt
    return {
      check: (info) => {
        checkSpaces(info, Object.keys(this.#given.limits))
        if (info.pad !== undefined) return
        throw new LintasError('models-unlike', 'the analyser was made without liveness, and the policy asks for it', { details: { space: 'pad' } })
      },
      ask: () => attempt.ask(),
      hint: ({ quality }) => attempt.hint(quality),
      phase: (analysis) => (attempt.challenge.phase === 'acting' ? 'acting' : phaseOf(analysis)),
      see: (analysis) => {
        this.#qualities.add(analysis.quality)
        const over = attempt.see(analysis)
        this.#tellProgress()
        return over
      },
    }
  }

  /** Once an action, not once a frame: every telling is an event and a drawing of the page. */
  #tellProgress(): void {
    const { progress } = this.#attempt
    if (progress === this.#toldProgress) return
    this.#toldProgress = progress
    this.#given.run.onProgress?.(progress)
  }

  /** Ends the challenge when the page is hidden. Returns what stops watching it; in Node there is no page. */
  watchPage(): () => void {
    if (typeof document === 'undefined') return () => undefined
    const look = (): void => {
      if (document.visibilityState === 'hidden') this.#attempt.hidden()
    }
    document.addEventListener('visibilitychange', look)
    return () => {
      document.removeEventListener('visibilitychange', look)
    }
  }

  judge(policy: PadPreset | PadPolicy): Promise<PadAssessment> {
    const { samples, challenge, details } = this.#attempt.record
    // One before each action and one after the last: with fewer, somebody may have changed places unseen.
    const embeddedFrames = challenge.phase === 'passed' ? challenge.needed + 1 : 0
    const continuity = { leastCosine: this.#same.leastCosine, embeddedFrames }
    return judgeLiveness({ samples, challenge, continuity, injection: { ...this.camera, details } }, policy)
  }
}

/** A measured limit for frames of one session where there is one, else the one for samples that are averaged. */
function sameSessionIn(limits: AgreementLimits): SameSession {
  const measured: Readonly<Record<string, number>> = SAME_SESSION_COSINE
  const spaces = Object.keys(limits)
  const space = spaces.find((name) => name in measured) ?? spaces[0] ?? ''
  return { space, leastCosine: measured[space] ?? limits[space] ?? 1 }
}
