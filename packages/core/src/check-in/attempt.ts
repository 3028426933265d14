import type { Embedding } from '../embedding/index.js'
import {
  NEW_CHALLENGE,
  NEW_MOTION,
  PASSIVE_LIMITS,
  challengeStep,
  motionSampleOf,
  roomOf,
  watchMotion,
  type Action,
  type ChallengeEvent,
  type ChallengeState,
  type LivenessRecord,
  type MotionSample,
  type MotionState,
  type PictureDetail,
  type Route,
} from '../liveness/index.js'
import type { QualityAssessment } from '../quality/index.js'
import type { AnalyseOptions, Analysis } from '../worker/index.js'
import type { DrawAction } from './draw-source.js'
import { LookBudget } from './look-budget.js'
import type { AttemptRecorder } from './recording/index.js'
import type { Hint, Prompt } from './types.js'

/** What an attempt is made of. */
export interface AttemptOptions {
  readonly route: Route
  /** Actions to complete. */
  readonly steps: number
  readonly draw: DrawAction
  /** The space in which the person is held against themselves. */
  readonly space: string
  /** Told when an action is revealed, and undefined when nothing is asked. */
  readonly onPrompt?: (prompt: Prompt | undefined) => void
  /** Told of everything that evidence is made of. Absent: none is made, and none asked of the analyser. */
  readonly recorder?: AttemptRecorder
}

/** How long the person is asked for more room around the face before it begins without, milliseconds: a low desk or a short arm may give none. */
const ROOM_PATIENCE_MS = 6000

/** Longest from the last action until the person has come back to rest, milliseconds. */
const CLOSING_LIMIT_MS = 10_000

/** Frames too dark for the passive net, and none that is not, until one action more is asked for. */
const DARK_FRAMES = 3

/**
 * Frames in a row that may carry the time of the one before, and are dropped: coarse clocks (browsers that hide the time give steps of 100 ms) tell
 * the same time for a few frames. More of them, and the clock stands still.
 */
const MOST_AT_ONCE = 8

/** What the frame before told about the next one. */
interface Outlook {
  readonly neutral: boolean
  readonly acceptable: boolean
  readonly room: boolean
}

/**
 * A liveness-checked attempt over a stream of frames: it leads a person through the challenge, and keeps what the layers judge and what is compared.
 * Before every action, and after the last, a frontal frame of good quality is embedded: the probe is taken *inside* the challenge, and whoever takes
 * another's place in between is held against both sides. Times are those of the frames.
 */
export class LivenessAttempt {
  readonly #options: AttemptOptions
  readonly #samples: MotionSample[] = []
  readonly #details: PictureDetail[] = []
  readonly #probes: (readonly Embedding[])[] = []
  readonly #looks = new LookBudget()
  #challenge: ChallengeState = NEW_CHALLENGE
  #motion: MotionState = NEW_MOTION
  #outlook: Outlook = { neutral: false, acceptable: false, room: false }
  #drawn: { readonly action: Action } | { readonly fault: unknown } | 'asked' | undefined
  /** When the first frame came, or the first after the clock went back. */
  #firstMs = Infinity
  #needed: number
  #atOnce = 0
  #lastMs = -Infinity
  /** The step under way replaces one that failed. */
  #again = false
  #closed = false
  #dark = 0
  #lit = 0

  constructor(options: AttemptOptions) {
    this.#options = options
    this.#needed = options.steps
  }

  get challenge(): ChallengeState {
    return this.#challenge
  }

  /** Embeddings of the frames between the actions, one a space each. */
  get probes(): readonly (readonly Embedding[])[] {
    return this.#probes
  }

  /** Share of the actions that were done, 0 to 1; of an attempt that failed, too. */
  get progress(): number {
    const state = this.#challenge
    return state.phase === 'idle' ? 0 : state.done.length / this.#needed
  }

  /** What the layers judge, without the facts that others know. */
  get record(): Pick<LivenessRecord, 'samples' | 'challenge'> & { readonly details: readonly PictureDetail[] } {
    return { samples: this.#samples, challenge: this.#challenge, details: this.#details }
  }

  /** How the next frame is to be analysed. */
  ask(): AnalyseOptions {
    const { neutral, acceptable } = this.#outlook
    const embed = this.#isReady(this.#outlook) && this.#wantsProbe() ? 'acceptable' : 'never'
    const looks = this.#challenge.phase !== 'idle' && neutral && acceptable && this.#looks.mayLook(this.#lastMs)
    const evidence = this.#options.recorder?.wants(embed === 'acceptable') ?? false
    return { embed, liveness: looks ? 'passive' : 'stream', ...(evidence && { evidence }) }
  }

  /**
   * Takes an analysed frame.
   * @returns true when the attempt is over
   * @throws what `draw` rejected with
   */
  see(analysis: Analysis): boolean {
    const { timestampMs } = analysis
    if (this.#isAtOnce(timestampMs)) return this.#isOver(timestampMs)
    const sample = this.#sampleOf(analysis)
    const watched = watchMotion(this.#motion, sample)
    this.#motion = watched.state
    this.#lastMs = timestampMs
    if (Number.isFinite(timestampMs) && !(this.#firstMs <= timestampMs)) this.#firstMs = timestampMs
    this.#count(sample)
    this.#outlook = { neutral: watched.sees.neutral, acceptable: analysis.quality.acceptable, room: this.#hasRoom(sample) }
    if (this.#challenge.phase !== 'idle') {
      this.#samples.push(sample)
      this.#send({ type: 'observe', timestampMs, sees: watched.sees })
    }
    const probe = this.#probeIn(analysis)
    if (probe !== undefined) this.#arrive(sample, probe)
    if (this.#challenge.phase !== 'idle')
      this.#options.recorder?.see({ sample, watched, evidence: analysis.evidence, challenge: this.#challenge, closes: probe !== undefined })
    if (probe !== undefined) this.#draw()
    this.#reveal(timestampMs)
    return this.#isOver(timestampMs)
  }

  /** The page was hidden: nobody knows what happened meanwhile. */
  hidden(): void {
    if (this.#challenge.phase !== 'idle') this.#send({ type: 'hidden', timestampMs: this.#lastMs })
  }

  /** What to tell the person about `quality`, if anything; while an action is done only that the face is lost. */
  hint({ reasons, acceptable }: QualityAssessment): Hint | undefined {
    const [first] = reasons
    if (this.#challenge.phase === 'acting') return first === 'no-face' || first === 'several-faces' ? first : undefined
    if (!acceptable) return first
    if (!this.#outlook.room && !this.#isPatienceOver()) return 'more-room'
    return this.#outlook.neutral ? 'hold-still' : 'face-forward'
  }

  /** Whether a frame tells no time of its own. Too many of them end the challenge. */
  #isAtOnce(timestampMs: number): boolean {
    this.#atOnce = timestampMs === this.#lastMs ? this.#atOnce + 1 : 0
    // A clock that stands still tells the time no more than one that says it is no number.
    if (this.#atOnce > MOST_AT_ONCE && this.#challenge.phase !== 'idle') this.#send({ type: 'tick', timestampMs: NaN })
    return this.#atOnce > 0
  }

  #sampleOf(analysis: Analysis): MotionSample {
    const { liveness, embeddings } = analysis
    const { frameHash, noise, padLogOdds, detail } = liveness ?? {}
    if (detail !== undefined) this.#details.push(detail)
    if (padLogOdds !== undefined) this.#looks.spend(analysis.timestampMs)
    const embedding = embeddings && isProbe(embeddings) ? embeddings.find(({ space }) => space === this.#options.space)?.vector : undefined
    return motionSampleOf(analysis, {
      ...(frameHash !== undefined && { frameHash }),
      ...(noise !== undefined && { noise }),
      ...(padLogOdds !== undefined && { padLogOdds }),
      ...(embedding !== undefined && { embedding }),
    })
  }

  #count({ padLogOdds, luminance }: MotionSample): void {
    if (padLogOdds === undefined || luminance === undefined) return
    if (luminance < PASSIVE_LIMITS.luminance) this.#dark += 1
    else this.#lit += 1
  }

  #hasRoom({ box, width, height }: MotionSample): boolean {
    return box !== undefined && roomOf(box, width, height) >= PASSIVE_LIMITS.room
  }

  #isPatienceOver(): boolean {
    return this.#challenge.phase !== 'idle' || this.#lastMs - this.#firstMs > ROOM_PATIENCE_MS
  }

  #isReady({ neutral, acceptable, room }: Outlook): boolean {
    return neutral && acceptable && (room || this.#isPatienceOver())
  }

  /** Before each action, and after the last. */
  #wantsProbe(): boolean {
    return this.#challenge.phase !== 'acting' && this.#challenge.phase !== 'failed' && this.#drawn === undefined
  }

  #probeIn({ embeddings }: Analysis): readonly Embedding[] | undefined {
    return embeddings !== undefined && isProbe(embeddings) && this.#isReady(this.#outlook) && this.#wantsProbe() ? embeddings : undefined
  }

  #arrive(sample: MotionSample, embeddings: readonly Embedding[]): void {
    this.#probes.push(embeddings)
    if (this.#challenge.phase === 'idle') {
      this.#samples.push(sample)
      this.#send({ type: 'begin', timestampMs: sample.timestampMs, steps: this.#options.steps })
    }
    this.#closed = this.#challenge.phase === 'passed'
    if (this.#challenge.phase !== 'waiting') return
    if (this.#dark >= DARK_FRAMES && this.#lit === 0) this.#send({ type: 'ask-one-more', timestampMs: sample.timestampMs })
  }

  #draw(): void {
    const { route, draw } = this.#options
    const state = this.#challenge
    if (state.phase !== 'waiting') return
    const failed = this.#again ? state.fault?.action : undefined
    const request = { route, done: state.done.map(({ action }) => action), ...(failed !== undefined && { failed }) }
    this.#drawn = 'asked'
    void new Promise<Action>((resolve) => {
      resolve(draw(request))
    }).then(
      (action) => (this.#drawn = { action }),
      (fault: unknown) => (this.#drawn = { fault }),
    )
  }

  #reveal(timestampMs: number): void {
    const drawn = this.#drawn
    if (drawn === undefined || drawn === 'asked') return
    if ('fault' in drawn) throw drawn.fault
    if (this.#challenge.phase !== 'waiting') return
    this.#drawn = undefined
    const { done, needed } = this.#challenge
    // What was looked at before the first reveal belongs to the first stage.
    if (done.length > 0) this.#looks.renew()
    this.#send({ type: 'reveal', timestampMs, action: drawn.action })
    this.#options.recorder?.revealed(drawn.action, timestampMs)
    this.#options.onPrompt?.({ action: drawn.action, step: done.length + 1, of: needed, again: this.#again })
    this.#again = false
  }

  #send(event: ChallengeEvent): void {
    const before = this.#challenge
    const after = challengeStep(before, event)
    this.#challenge = after
    if ('needed' in after) this.#needed = after.needed
    if (before.phase === 'acting' && after.phase !== 'acting') this.#options.onPrompt?.(undefined)
    if ('fault' in after && !('fault' in before)) this.#again = true
    if (before.phase !== 'passed' && after.phase === 'passed') this.#looks.renew()
  }

  #isOver(timestampMs: number): boolean {
    const state = this.#challenge
    if (state.phase === 'failed') return true
    if (state.phase !== 'passed') return false
    return this.#closed || timestampMs - (state.done.at(-1)?.doneMs ?? 0) > CLOSING_LIMIT_MS
  }
}

/** Whether every vector has a direction: one that has none is a net's mishap, and nobody's likeness. */
function isProbe(embeddings: readonly Embedding[]): boolean {
  return embeddings.every(({ vector }) => {
    const length = Math.hypot(...vector)
    return length > 0 && Number.isFinite(length)
  })
}
