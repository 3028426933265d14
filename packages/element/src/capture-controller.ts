import type { Analyser, AssetProgress, Camera, Hint, Prompt, RunOptions, SessionPhase } from '@lintas/core'
import { LintasError, type ErrorDetails } from '@lintas/core/errors'
import type { ReactiveController, ReactiveControllerHost } from 'lit'
import { orAborted } from './abort.js'
import { AnalyserKeeper } from './analyser-keeper.js'
import { LintasCancelEvent, LintasErrorEvent, LintasHintEvent, LintasProgressEvent, LintasStateChangeEvent } from './events.js'
import { faultOf } from './fault.js'
import type { Ports } from './ports.js'
import { IDLE, isBusy, isRelayed, type CaptureState, type Outcome, type RelayedOutcome, type Snapshot } from './state.js'
import { SteadyValue } from './steady-value.js'

/** What an attempt runs with, read from the element when it starts. */
export interface CaptureSettings {
  readonly ports: Ports
  /** The assets folder. */
  readonly assets: string
  /** The spaces to embed; undefined for the shipped profile's. */
  readonly spaces: readonly string[] | undefined
  /** An integrator's own analyser: used, never closed. */
  readonly analyser: Analyser | undefined
  readonly deviceId: string | undefined
  readonly video: HTMLVideoElement
  readonly task: CaptureTask
}

/** What one kind of element does with the camera: check in or enrol. */
export interface CaptureTask {
  /** Runs a session to its outcome. @throws LintasError */
  run(analyser: Analyser, video: HTMLVideoElement, options: RunOptions): Promise<Outcome>
  /** The state that shows `outcome`. */
  settle(outcome: Outcome): CaptureState
  /** The event that tells `outcome`. */
  event(outcome: Outcome): Event
}

/** The element that a controller works for. */
export type CaptureHost = ReactiveControllerHost & Pick<EventTarget, 'dispatchEvent'>

/**
 * Owns analyser, camera and session of one element. An attempt is known by its `AbortController`: whatever a former one still brings
 * (a stream after the permission prompt, a late outcome) is dropped, and its camera is closed.
 */
export class CaptureController implements ReactiveController {
  readonly #host: CaptureHost
  readonly #settings: () => CaptureSettings
  readonly #keeper: AnalyserKeeper
  readonly #hints: SteadyValue<Hint | undefined>
  readonly #phases: SteadyValue<'searching' | 'holding'>
  #snapshot: Snapshot = IDLE
  #attempt: AbortController | undefined
  #camera: Pick<Camera, 'close'> | undefined
  #leaving: ReturnType<typeof setTimeout> | undefined

  /** `settings` throws when the element lacks what an attempt needs; that becomes the error state. */
  constructor(host: CaptureHost, settings: () => CaptureSettings) {
    this.#host = host
    this.#settings = settings
    this.#keeper = new AnalyserKeeper((progress) => this.#downloaded(progress))
    this.#hints = new SteadyValue((hint) => this.#hinted(hint))
    this.#phases = new SteadyValue((state) => this.#show({ ...this.#snapshot, state }))
    host.addController(this)
  }

  /** What is to be shown now. */
  get snapshot(): Snapshot {
    return this.#snapshot
  }

  hostConnected(): void {
    clearTimeout(this.#leaving)
  }

  /** The camera is off at once. The rest waits a task: an element that is only moved is back by then, with its result and its models. */
  hostDisconnected(): void {
    this.cancel()
    this.#leaving = setTimeout(() => {
      this.reset()
      this.#keeper.close()
    })
  }

  /** Starts an attempt and resolves when it is over, however it ended. While one is going on it does nothing. */
  async start(): Promise<void> {
    if (this.#attempt !== undefined) return
    const attempt = new AbortController()
    this.#attempt = attempt
    try {
      await this.#perform(attempt)
    } catch (cause) {
      if (this.#attempt === attempt) this.#fail(cause)
    }
  }

  /** Gives a running attempt up and tells so; without one it does nothing. */
  cancel(): void {
    const { state } = this.#snapshot
    if (!isBusy(state)) return
    this.reset()
    this.#host.dispatchEvent(new LintasCancelEvent(state))
  }

  /** What a check-in came to that has waited: where it is still shown as waiting, its end takes its place. */
  followUp(outcome: RelayedOutcome, state: CaptureState): void {
    const { outcome: shown } = this.#snapshot
    if (this.#snapshot.state === 'waiting' && isRelayed(shown) && shown.sid === outcome.sid) this.#show({ state, progress: 1, outcome })
  }

  /** Back to idle, from everywhere. */
  reset(): void {
    // Nobody pays for a download that nobody waits for; what has arrived whole stays in the cache.
    if (this.#snapshot.state === 'loading') this.#keeper.close()
    this.#release(new DOMException('The attempt was given up', 'AbortError'))
    this.#show(IDLE)
  }

  async #perform(attempt: AbortController): Promise<void> {
    const settings = this.#settings()
    this.#show({ state: 'loading', progress: 0 })
    const { signal } = attempt
    const permission = await orAborted(settings.ports.cameraPermission(), signal)
    // After each wait: it may have ended well and the attempt been given up before this line runs.
    signal.throwIfAborted()
    // Nobody waits for a download that leads to a camera which is known to be forbidden.
    if (permission === 'denied') throw new LintasError('camera-denied', 'The camera is not allowed for this page')
    const analyser = settings.analyser ?? this.#keeper.take(settings)
    await orAborted(analyser.ready, signal)
    signal.throwIfAborted()
    analyser.reset()
    this.#show({ state: 'permission', progress: 0, granted: permission === 'granted' })
    await this.#open(settings, attempt)
    signal.throwIfAborted()
    this.#show({ state: 'searching', progress: 0 })
    const outcome = await orAborted(settings.task.run(analyser, settings.video, this.#follow(attempt)), signal)
    signal.throwIfAborted()
    this.#release()
    this.#show({ state: settings.task.settle(outcome), progress: 1, outcome })
    this.#host.dispatchEvent(settings.task.event(outcome))
  }

  async #open({ ports, deviceId, video }: CaptureSettings, attempt: AbortController): Promise<void> {
    const { signal } = attempt
    const opening = ports.openCamera({ video, deviceId, signal, onEnded: (error) => attempt.abort(error) })
    // A permission prompt may be answered after the attempt is over; its stream must not stay open.
    opening.then(
      (camera) => {
        if (signal.aborted) camera.close()
      },
      () => undefined,
    )
    const camera = await orAborted(opening, signal)
    if (signal.aborted) camera.close()
    else this.#camera = camera
  }

  #follow(attempt: AbortController): RunOptions {
    const current =
      <T>(react: (value: T) => void) =>
      (value: T): void => {
        if (this.#attempt === attempt && !attempt.signal.aborted) react(value)
      }
    return {
      signal: attempt.signal,
      onPhase: current((phase) => this.#entered(phase)),
      onHint: current((hint) => this.#hints.offer(hint)),
      onPrompt: current((prompt) => this.#prompted(prompt)),
      onProgress: current((fraction) => this.#captured(fraction)),
    }
  }

  #entered(phase: SessionPhase): void {
    const asked = this.#snapshot.state === 'acting'
    if (!asked && (phase === 'searching' || phase === 'holding')) this.#phases.offer(phase)
    if (phase !== 'comparing') return
    this.#quieten()
    this.#show({ state: 'comparing', progress: 1 })
  }

  /** What is asked for shows at once: its time runs. A hint for the time before must not outlast it. */
  #prompted(prompt: Prompt | undefined): void {
    const { progress } = this.#snapshot
    this.#quieten()
    this.#show(prompt === undefined ? { state: 'holding', progress } : { state: 'acting', progress, prompt })
  }

  #hinted(hint: Hint | undefined): void {
    const { state, progress, prompt } = this.#snapshot
    this.#show({ state, progress, ...(prompt && { prompt }), ...(hint === undefined ? {} : { hint }) })
    this.#host.dispatchEvent(new LintasHintEvent(hint))
  }

  #captured(fraction: number): void {
    const progress = Math.max(this.#snapshot.progress, fraction)
    this.#show({ ...this.#snapshot, progress })
    this.#host.dispatchEvent(new LintasProgressEvent('capture', progress))
  }

  #downloaded(download: AssetProgress): void {
    if (this.#snapshot.state !== 'loading') return
    this.#show({ ...this.#snapshot, download })
    this.#host.dispatchEvent(new LintasProgressEvent('download', download.fraction, download))
  }

  #fail(cause: unknown): void {
    const error = faultOf(cause)
    this.#release()
    // After a camera's fault, or a code that was wrong, the models are still good; after any other they are loaded anew.
    if (!error.code.startsWith('camera-') && error.code !== 'server-place') this.#keeper.close()
    this.#show({ state: 'error', progress: 0, error, ...retryAt(error.details) })
    this.#host.dispatchEvent(new LintasErrorEvent(error))
  }

  #release(reason?: unknown): void {
    const attempt = this.#attempt
    this.#attempt = undefined
    this.#quieten()
    this.#camera?.close()
    this.#camera = undefined
    attempt?.abort(reason)
  }

  #quieten(): void {
    this.#hints.reset()
    this.#phases.reset()
  }

  #show(snapshot: Snapshot): void {
    const previous = this.#snapshot.state
    this.#snapshot = snapshot
    this.#host.requestUpdate()
    if (previous !== snapshot.state) this.#host.dispatchEvent(new LintasStateChangeEvent(snapshot.state, previous))
  }
}

/** The moment up to which whoever limits attempts wants to be left alone. */
function retryAt({ retryAfterMs: waitMs }: ErrorDetails): Pick<Snapshot, 'retryAt'> {
  // Beyond a year no date is worth showing, and beyond 8.64e15 ms there is none.
  if (typeof waitMs !== 'number' || !(waitMs > 0 && waitMs < 3.2e10)) return {}
  return { retryAt: new Date(Date.now() + waitMs).toISOString() }
}
