import { checkAssetsOrigin, resolveAssetsBase } from '../assets/index.js'
import { checkPicture, type Drawable } from '../capture/index.js'
import { LintasError } from '../errors/index.js'
import { chooseThreads, isWebKit, runtimeFacts } from '../inference/index.js'
import type { Raster } from '../numeric/index.js'
import { checkBoolean, checkChoice, checkKeys, checkNumber } from '../options/index.js'
import { checkAnalyseOptions, checkSpaces } from './analyse-options.js'
import { Connection } from './connection.js'
import type { StartOptions } from './protocol.js'
import { untilAborted } from './until-aborted.js'
import type { AnalyseOptions, Analyser, AnalyserInfo, AnalyserOptions, Analysis } from './types.js'

const KEYS = [
  ...(['assets', 'spaces', 'liveness', 'backend', 'detector', 'maxFaces', 'threads', 'idleMs', 'timeoutMs', 'onProgress', 'createWorker'] as const),
]

/** For tests and unusual hosts: how a worker is made. */
export interface ClientOptions extends AnalyserOptions {
  readonly createWorker?: (script: string) => Worker
}

const MOST_FAILED_RUNS = 2

/** Timers hold 31 bits (HTML, timers; Node too): one that is set for longer fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** One way to run, tried in order. */
interface Attempt {
  readonly name: string
  readonly script: string
  readonly threads: number
}

/**
 * The line in a worker of its own, so that the page stays free. The worker starts at once; it is ended after `idleMs` without a call,
 * which alone returns WebAssembly's memory, and starts again at the next call, from the browser's cache.
 * @throws TypeError that names a wrong option
 * @throws LintasError `assets-origin` before anything is downloaded
 */
export function createAnalyser(options: ClientOptions): Analyser {
  return new WorkerAnalyser(options)
}

class WorkerAnalyser implements Analyser {
  readonly #options: ClientOptions
  readonly #start: StartOptions
  readonly #attempts: readonly Attempt[]
  readonly #idleMs: number
  readonly #timeoutMs: number
  /** The worker that runs or is starting. */
  #connection: Connection | undefined
  /** Resolves when one of the attempts has started; undefined when there is no worker. */
  #info: Promise<AnalyserInfo> | undefined
  #working = 0
  /** Runs that failed one after another. */
  #failedRuns = 0
  /** How far the page has been told that this start's download is. */
  #furthest = 0
  #idleTimer: ReturnType<typeof setTimeout> | undefined
  #closed = false

  constructor(options: ClientOptions) {
    checkKeys('createAnalyser', options, KEYS)
    this.#options = options
    this.#idleMs = checkNumber('idleMs', options.idleMs, 120_000, { min: 0, max: LONGEST_TIMER_MS })
    this.#timeoutMs = checkNumber('timeoutMs', options.timeoutMs, 30_000, { min: 100, max: LONGEST_TIMER_MS })
    this.#start = startOptions(options)
    this.#attempts = attemptsOf(options, this.#start)
    void this.#begin()
  }

  get ready(): Promise<AnalyserInfo> {
    return this.#begin()
  }

  async analyse(picture: Drawable | Raster, options: AnalyseOptions = {}): Promise<Analysis> {
    checkPicture(picture)
    const { signal, timestampMs = performance.now(), ...wire } = options
    clearTimeout(this.#idleTimer)
    this.#working += 1
    try {
      checkAnalyseOptions(options)
      signal?.throwIfAborted()
      await untilAborted(this.#begin(), signal)
      if (this.#connection === undefined) throw this.#closed ? closed() : new LintasError('worker-dead', 'the worker ended before it was asked')
      return await this.#counted(this.#connection, this.#connection.analyse(picture, timestampMs, wire, signal))
    } finally {
      if (!('data' in picture)) picture.close()
      this.#working -= 1
      this.#armIdle()
    }
  }

  reset(): void {
    this.#connection?.reset()
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#idleTimer)
    this.#connection?.end()
  }

  /** A lost WebGL context or GPU fails every run from then on, while the worker lives: after two in a row another worker is worth its start. */
  async #counted(connection: Connection, answer: Promise<Analysis>): Promise<Analysis> {
    try {
      const analysis = await answer
      this.#failedRuns = 0
      return analysis
    } catch (error) {
      const failed = error instanceof LintasError && ['detector-run', 'detector-load', 'inference-run'].includes(error.code)
      this.#failedRuns = failed ? this.#failedRuns + 1 : 0
      if (this.#failedRuns >= MOST_FAILED_RUNS) {
        this.#failedRuns = 0
        connection.end('worker-dead', `the worker was ended after ${MOST_FAILED_RUNS} failed runs in a row`)
      }
      throw error
    }
  }

  #begin(): Promise<AnalyserInfo> {
    if (this.#closed) return Promise.reject(closed())
    if (this.#info === undefined) {
      // A start counts as work: neither a timer of the life before nor an aborted call may end a worker that is still loading.
      clearTimeout(this.#idleTimer)
      this.#working += 1
      this.#furthest = 0
      const info = this.#tryFrom(0, [])
      this.#info = info
      const settled = (): void => {
        this.#working -= 1
        this.#armIdle()
      }
      info.then(settled, () => {
        // The next call tries anew: a fault of the network may have passed.
        if (this.#info === info) this.#info = undefined
        settled()
      })
    }
    return this.#info
  }

  async #tryFrom(index: number, fallbacks: AnalyserInfo['fallbacks']): Promise<AnalyserInfo> {
    const attempt = this.#attempts[index]
    const next = this.#attempts[index + 1]
    if (attempt === undefined) throw new LintasError('inference-unsupported', 'no backend runs here')
    let connection: Connection | undefined
    try {
      connection = this.#connect(attempt)
      this.#connection = connection
      const info = await connection.started
      return { ...info, fallbacks: [...fallbacks, ...info.fallbacks] }
    } catch (error) {
      if (this.#connection === connection) this.#connection = undefined
      connection?.end()
      if (next === undefined || this.#closed || !isBackendFault(error)) throw error
      return this.#tryFrom(index + 1, [...fallbacks, { from: attempt.name, to: next.name, code: error.code }])
    }
  }

  #connect({ script, threads }: Attempt): Connection {
    const { createWorker, onProgress } = this.#options
    const connection: Connection = new Connection({
      script,
      start: { ...this.#start, threads },
      timeoutMs: this.#timeoutMs,
      onProgress: (progress) => {
        // A second attempt begins anew; what the page is told must not fall.
        if (progress.fraction < this.#furthest) return
        this.#furthest = progress.fraction
        onProgress?.(progress)
      },
      onEnd: () => {
        if (this.#connection !== connection) return
        this.#connection = undefined
        // One that dies while it starts may have another attempt after it, which belongs to the same start.
        if (connection.running) this.#info = undefined
      },
      ...(createWorker && { createWorker }),
    })
    return connection
  }

  #armIdle(): void {
    clearTimeout(this.#idleTimer)
    if (this.#idleMs === 0 || this.#working > 0 || this.#connection === undefined) return
    this.#idleTimer = setTimeout(() => this.#connection?.end(), this.#idleMs)
  }
}

function startOptions(options: ClientOptions): StartOptions {
  if (typeof location === 'undefined') throw new TypeError('createAnalyser needs a page; in Node use createNodeAnalyser of @lintas/core/node')
  checkAssetsOrigin(options.assets, location.origin)
  return {
    assets: resolveAssetsBase(options.assets).href,
    spaces: checkSpaces(options.spaces),
    detector: checkChoice('detector', options.detector, 'auto', ['auto', 'mediapipe', 'onnx']),
    maxFaces: checkNumber('maxFaces', options.maxFaces, 2, { min: 2, max: 8, integer: true }),
    liveness: checkBoolean('liveness', options.liveness, true),
    threads: options.threads === undefined ? undefined : checkNumber('threads', options.threads, 1, { min: 1, max: 8, integer: true }),
  }
}

/** WebGPU first where it was asked for and can be, then WASM as it likes, then WASM in one thread: the form that runs everywhere. */
function attemptsOf(options: ClientOptions, start: StartOptions): readonly Attempt[] {
  const facts = runtimeFacts()
  const backend = checkChoice('backend', options.backend, 'wasm', ['wasm', 'webgpu'])
  const script = (file: string): string => new URL(file, start.assets).href
  const webgpu = backend === 'webgpu' && 'gpu' in navigator && !isWebKit(facts)
  const threads = chooseThreads(start.threads, facts)
  return [
    ...(webgpu ? [{ name: 'webgpu', script: script('lintas-worker-webgpu.js'), threads: 1 }] : []),
    ...(threads > 1 ? [{ name: `wasm, ${threads} threads`, script: script('lintas-worker.js'), threads }] : []),
    { name: 'wasm', script: script('lintas-worker.js'), threads: 1 },
  ]
}

/**
 * A fault of the backend, which another backend need not have: it computes wrongly, takes the worker with it (a thread that may not start, a
 * lost GPU), or its worker was not deployed. A missing file or a wrong hash is missing for all of them.
 */
function isBackendFault(error: unknown): error is LintasError {
  return error instanceof LintasError && (error.code.startsWith('inference-') || error.code === 'worker-dead' || error.code === 'worker-load')
}

function closed(): LintasError {
  return new LintasError('worker-closed', 'the analyser was closed')
}
