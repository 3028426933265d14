import type { AssetProgress } from '../assets/index.js'
import { LintasError, asLintasError, fromWire, type ErrorCode } from '../errors/index.js'
import { PendingCalls } from './pending.js'
import { PROTOCOL, type Reply, type Request, type StartOptions, type WireAnalyseOptions } from './protocol.js'
import { trustedScriptUrl } from './trusted-url.js'
import type { Drawable } from '../capture/index.js'
import type { Raster } from '../numeric/index.js'
import type { AnalyserInfo, Analysis } from './types.js'

/** Options of a {@link Connection}. */
export interface ConnectionOptions {
  /** Absolute URL of the worker's script. */
  readonly script: string
  readonly start: StartOptions
  readonly timeoutMs: number
  readonly onProgress: (progress: AssetProgress) => void
  /** Called once when the worker is gone, for whatever reason. */
  readonly onEnd: () => void
  /** For tests. Default: a module worker. */
  readonly createWorker?: (script: string) => Worker
}

/** Longest time from its making to a worker's first word, milliseconds: 150 KB of script over a slow line. */
const GREETING_MS = 60_000

/** Longest silence while the line is loaded, milliseconds: four tries of a stalled file take 65 s, starting the runtime on an old phone its limit of 60 s. */
const START_SILENCE_MS = 180_000

/**
 * One life of one worker: started, asked, ended. A worker that cannot be loaded, throws outside a request, sends what is not of the
 * protocol or does not answer in time ends, and everything that waits for it rejects. A new life is a new connection.
 */
export class Connection {
  /** Resolves when the line is loaded and proven. */
  readonly started: Promise<AnalyserInfo>
  readonly #worker: Worker
  readonly #options: ConnectionOptions
  readonly #starting = new PendingCalls<AnalyserInfo>()
  readonly #analysing = new PendingCalls<Analysis>()
  /** Analyses that the worker owes an answer for, whether or not somebody still waits: that the page gave up is no sign of life. */
  readonly #owed = new Set<number>()
  #watchdog: ReturnType<typeof setTimeout> | undefined
  #greeted = false
  #running = false
  #ended = false
  #lastId = 0

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.#worker = openWorker(options)
    this.#worker.onmessage = ({ data }: MessageEvent<Reply>) => {
      this.#receive(data)
    }
    this.#worker.onmessageerror = () => {
      this.#fail('worker-protocol', 'the worker sent something that could not be read')
    }
    this.#worker.onerror = (event) => {
      this.#onError(event)
    }
    this.started = this.#start()
  }

  /** Whether the line has been loaded and proven. */
  get running(): boolean {
    return this.#running
  }

  /** Hands `picture` over (a drawable is transferred, a raster copied) and waits for what the line finds in it. */
  analyse(picture: Drawable | Raster, timestampMs: number, options: WireAnalyseOptions, signal?: AbortSignal): Promise<Analysis> {
    const id = this.#nextId()
    const answer = this.#analysing.wait(id, {
      signal,
      onAbort: () => {
        this.#post({ type: 'cancel', id })
      },
    })
    this.#owed.add(id)
    if (this.#owed.size === 1) this.#watch()
    this.#post({ type: 'analyse', id, picture, timestampMs, options }, 'data' in picture ? [] : [picture])
    return answer
  }

  /** Forgets the tracked face. */
  reset(): void {
    this.#post({ type: 'reset' })
  }

  /** Ends the worker and rejects what waits with `code`. */
  end(code: ErrorCode = 'worker-closed', message = 'the analyser was closed', details?: { readonly reason: string }): void {
    if (this.#ended) return
    this.#ended = true
    clearTimeout(this.#watchdog)
    this.#worker.terminate()
    const fault = new LintasError(code, message, details === undefined ? {} : { details })
    this.#starting.rejectAll(fault)
    this.#analysing.rejectAll(fault)
    this.#options.onEnd()
  }

  #start(): Promise<AnalyserInfo> {
    const id = this.#nextId()
    const started = this.#starting.wait(id)
    this.#watchStart()
    this.#post({ type: 'start', id, protocol: PROTOCOL, options: this.#options.start })
    return started
  }

  #nextId(): number {
    this.#lastId += 1
    return this.#lastId
  }

  #post(request: Request, transfer: Transferable[] = []): void {
    if (this.#ended) return
    try {
      this.#worker.postMessage(request, transfer)
    } catch (cause) {
      if (!('id' in request)) return
      this.#owed.delete(request.id)
      this.#analysing.settle(request.id, (call) => {
        call.reject(asLintasError(cause, 'still-undecodable'))
      })
    }
  }

  #receive(reply: Reply | null): void {
    switch (reply?.type) {
      case 'hello':
        this.#greeted = true
        this.#watchStart()
        if (reply.protocol !== PROTOCOL)
          this.#fail('worker-protocol', `the worker speaks ${reply.protocol}, the page ${PROTOCOL}: clear the cache or copy the assets anew`)
        return
      case 'progress':
        this.#watchStart()
        this.#options.onProgress(reply.progress)
        return
      case 'started':
        clearTimeout(this.#watchdog)
        this.#running = true
        this.#starting.settle(reply.id, (call) => {
          call.resolve(reply.info)
        })
        return
      case 'analysed':
        this.#analysing.settle(reply.id, (call) => {
          call.resolve(reply.analysis)
        })
        this.#answered(reply.id)
        return
      case 'cancelled':
        this.#answered(reply.id)
        return
      case 'failed':
        this.#starting.settle(reply.id, (call) => {
          call.reject(fromWire(reply.error))
        })
        this.#analysing.settle(reply.id, (call) => {
          call.reject(fromWire(reply.error))
        })
        this.#answered(reply.id)
        return
      default:
        this.#fail('worker-protocol', 'the worker sent a message of an unknown type')
    }
  }

  #answered(id: number): void {
    this.#owed.delete(id)
    if (this.#running) this.#watch()
  }

  /** While it starts every message counts as life: a download may take minutes, and tells of every part that came. */
  #watchStart(): void {
    if (this.#ended || this.#running) return
    clearTimeout(this.#watchdog)
    this.#watchdog = setTimeout(
      () => {
        if (this.#greeted) this.#fail('worker-dead', `the worker was silent for ${START_SILENCE_MS} ms while it started`)
        else this.#fail('worker-load', `the worker's script did not run within ${GREETING_MS} ms: ${this.#options.script}`)
      },
      this.#greeted ? START_SILENCE_MS : GREETING_MS,
    )
  }

  /** Counts anew from each answer: many pictures may be asked for at once, and the last of them waits for all before it. */
  #watch(): void {
    clearTimeout(this.#watchdog)
    if (this.#ended || this.#owed.size === 0) return
    const { timeoutMs } = this.#options
    this.#watchdog = setTimeout(() => {
      this.#fail('worker-dead', `the worker gave no answer for ${timeoutMs} ms`)
    }, timeoutMs)
  }

  #onError(event: ErrorEvent): void {
    event.preventDefault()
    // Without a greeting the script itself failed: 404, a wrong MIME type, CSP, or COEP missing on it (then the event has no message).
    const reason = event.message || 'no message: is the script there, with a JavaScript MIME type, and with the page’s own CSP and COEP headers?'
    if (this.#greeted) this.#fail('worker-dead', 'the worker failed outside a request', reason)
    else this.#fail('worker-load', `the worker's script could not be loaded: ${this.#options.script}`, reason)
  }

  #fail(code: ErrorCode, message: string, reason?: string): void {
    this.end(code, message, reason === undefined ? undefined : { reason })
  }
}

/** @throws LintasError `worker-origin`, or `worker-load` for what the platform throws: a CSP or Trusted Types without room for us. */
function openWorker({ script, createWorker = createModuleWorker }: ConnectionOptions): Worker {
  try {
    return createWorker(script)
  } catch (cause) {
    throw asLintasError(cause, 'worker-load')
  }
}

function createModuleWorker(script: string): Worker {
  return new Worker(trustedScriptUrl(script), { type: 'module', name: 'lintas' })
}
