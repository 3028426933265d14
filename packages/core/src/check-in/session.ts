import type { Drawable } from '../capture/index.js'
import { LintasError } from '../errors/index.js'
import type { Raster } from '../numeric/index.js'
import { untilAborted, type Analyser, type AnalyseOptions, type AnalyserInfo, type Analysis } from '../worker/index.js'
import { NO_HINT, nextHint, type HintState } from './hint-filter.js'
import type { Hint, RunOptions, SessionPhase } from './types.js'

/** Takes one frame; the feed hands out no other before the promise settles (those in between are dropped). */
export type FrameTaker = (picture: Drawable | Raster, timestampMs: number) => Promise<void>

/** Gives frames to `take` until `signal` aborts or the source ends, then resolves. `framesOf(video)` is one; a test or Node writes its own. */
export type FrameFeed = (take: FrameTaker, signal: AbortSignal) => Promise<void>

/** What a session does with each analysed frame. */
export interface SessionSteps {
  readonly analyser: Analyser
  /** Looks at what the analyser is, before anybody is looked at; throws where that leads to nothing. */
  readonly check?: (info: AnalyserInfo) => void
  readonly timeoutMs: number
  /** How the next frame is to be analysed. */
  readonly ask: () => AnalyseOptions
  /** Looks at an analysed frame; true ends the session. */
  readonly see: (analysis: Analysis) => boolean
  /** What to tell the person about a frame. */
  readonly hint: (analysis: Analysis) => Hint | undefined
  /** The phase that a frame shows. Default: `holding` for an acceptable one, else `searching`. */
  readonly phase?: (analysis: Analysis) => SessionPhase
}

/** How the frame loop ended, the caller's abort and faults aside (those reject). */
export type SessionEnd = 'complete' | 'timeout' | 'feed-ended'

/**
 * The frame loop that check-in and enrolment share: frames are analysed one at a time, hints are steadied, and it ends when `see` is
 * content, when time is up, or when no frames come any more. The clock starts when the models are there: nobody is refused for a slow line.
 * @throws the signal's reason, or the fault of the line
 */
export async function runSession(feed: FrameFeed, steps: SessionSteps, run: RunOptions): Promise<SessionEnd> {
  const teller = new Teller(run)
  teller.phase('loading')
  run.signal?.throwIfAborted()
  const info = await untilAborted(steps.analyser.ready, run.signal)
  steps.check?.(info)
  run.signal?.throwIfAborted()
  steps.analyser.reset()
  teller.phase('searching')
  const loop = new FrameLoop(steps, teller)
  const stop = (): void => {
    loop.end('feed-ended')
  }
  run.signal?.addEventListener('abort', stop, { once: true })
  const timer = setTimeout(() => {
    loop.end('timeout')
  }, steps.timeoutMs)
  try {
    // A feed that hangs on a dead camera, or rejects because it was stopped, must not outlast or overturn the session.
    await Promise.race([loop.stopped, feed(loop.take, loop.signal)])
  } finally {
    clearTimeout(timer)
    run.signal?.removeEventListener('abort', stop)
    stop()
  }
  run.signal?.throwIfAborted()
  return loop.outcome()
}

/** A frame that waits as long as this when time is up has met a worker that hangs: most take a tenth of a second, on an old phone one. */
const STALLED_MS = 10_000

/** One session's frames: the first thing that ends it counts, whatever a frame still under way says later. */
class FrameLoop {
  readonly #steps: SessionSteps
  readonly #teller: Teller
  readonly #stop = new AbortController()
  /** Resolves when the session has ended. */
  readonly stopped: Promise<void>
  #ended: SessionEnd | undefined
  #askedMs: number | undefined
  #fault: { readonly error: unknown } | undefined

  constructor(steps: SessionSteps, teller: Teller) {
    this.#steps = steps
    this.#teller = teller
    this.stopped = new Promise((resolve) => {
      this.#stop.signal.addEventListener('abort', () => {
        resolve()
      })
    })
  }

  get signal(): AbortSignal {
    return this.#stop.signal
  }

  readonly take: FrameTaker = async (picture, timestampMs) => {
    const { analyser, ask, see } = this.#steps
    this.#askedMs = performance.now()
    try {
      const analysis = await analyser.analyse(picture, { ...ask(), mode: 'video', timestampMs, signal: this.signal })
      if (this.signal.aborted) return
      this.#askedMs = undefined
      const over = see(analysis)
      this.#teller.frame(analysis, this.#steps)
      if (over) this.end('complete')
    } catch (error) {
      if (this.signal.aborted) return
      this.#fault = { error }
      this.end('feed-ended')
    }
  }

  end(how: SessionEnd): void {
    // Whoever was refused for it would be refused for a fault of the machine.
    const waitedMs = performance.now() - (this.#askedMs ?? Infinity)
    if (how === 'timeout' && waitedMs >= STALLED_MS)
      this.#fault ??= { error: new LintasError('worker-dead', `a frame got no answer for ${Math.round(waitedMs)} ms`) }
    this.#ended ??= how
    this.#stop.abort()
  }

  outcome(): SessionEnd {
    if (this.#fault !== undefined) throw this.#fault.error
    return this.#ended ?? 'feed-ended'
  }
}

/** Tells phases, hints and progress, each only when it changes. */
class Teller {
  readonly #run: RunOptions
  #phase: SessionPhase | undefined
  #hint: HintState = NO_HINT

  constructor(run: RunOptions) {
    this.#run = run
  }

  phase(phase: SessionPhase): void {
    if (phase === this.#phase) return
    this.#phase = phase
    this.#run.onPhase?.(phase)
  }

  frame(analysis: Analysis, { hint, phase = phaseOf }: SessionSteps): void {
    this.phase(phase(analysis))
    const next = nextHint(this.#hint, hint(analysis), analysis.timestampMs)
    if (next.shown !== this.#hint.shown) this.#run.onHint?.(next.shown)
    this.#hint = next
  }
}

/** The phase that a frame shows where nothing is asked of the person. */
export function phaseOf({ quality }: Analysis): SessionPhase {
  return quality.acceptable ? 'holding' : 'searching'
}

/** Lets one run at a time use a session. @throws LintasError `check-in-busy` for a second one */
export class OneAtATime {
  #busy = false

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#busy) throw new LintasError('check-in-busy', 'a run is going on; abort it or wait for it')
    this.#busy = true
    try {
      return await work()
    } finally {
      this.#busy = false
    }
  }
}
