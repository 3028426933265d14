import { Worker } from 'node:worker_threads'
import { ERROR_CODES, LintasError, type ErrorCode } from '@lintas/core/errors'
import { VERIFICATION_CODES, VerificationError, type VerificationCode } from './errors.js'
import type { Findings, VerificationInput } from './types.js'
import type { Answer, Job, ThreadData } from './wire.js'

interface Waiting {
  readonly input: VerificationInput
  readonly resolve: (findings: Findings) => void
  readonly reject: (fault: unknown) => void
}

interface Thread {
  readonly worker: Worker
  isReady: boolean
  /** It is ending: it takes nothing more. */
  isOver: boolean
  job?: Waiting
  /** When its job was begun, `performance.now()`. */
  begunMs?: number
  /** Ends the thread where its job takes too long. */
  deadline?: NodeJS.Timeout
  /** Why it ended. */
  fault?: unknown
}

/** Options of a {@link ThreadPool}. */
export interface PoolOptions {
  readonly entry: URL
  readonly data: ThreadData
  readonly workers: number
  readonly queueLimit: number
  /** Longest that a job may take once a thread has begun it, milliseconds; the thread is ended then. Default 60000. */
  readonly jobMs?: number
}

const JOB_MS = 60_000
/** How long a job takes before any was done, milliseconds (docs/evaluation/server-load.json), and how much each that is done counts for the mean. */
const [FIRST_MEAN_MS, NEWEST_SHARE] = [300, 0.1]
/** Of one thread's own objects, MB; models and pixels lie outside. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 768 }

/** Threads that verify one job at a time each, and a queue with an end. A thread that dies fails its job alone, and another takes its place. */
export class ThreadPool {
  readonly #options: PoolOptions
  readonly #threads = new Set<Thread>()
  readonly #queue: Waiting[] = []
  #closed = false
  #next = 0
  #failures = 0
  #meanMs = FIRST_MEAN_MS
  #drained: (() => void) | undefined
  #isUp: () => void = () => undefined
  #notReady: (fault: unknown) => void = () => undefined
  /** Resolves when one thread has proven its models; rejects when none came up. */
  readonly ready: Promise<void>

  constructor(options: PoolOptions) {
    this.#options = options
    this.ready = new Promise((resolve, reject) => {
      this.#isUp = resolve
      this.#notReady = reject
    })
    this.ready.catch(() => undefined)
    for (let nth = 0; nth < options.workers; nth += 1) this.#start()
  }

  get stats(): { readonly busy: number; readonly queued: number; readonly died: number } {
    return { busy: [...this.#threads].filter(({ job }) => job !== undefined).length, queued: this.#queue.length, died: this.#failures }
  }

  run(input: VerificationInput): Promise<Findings> {
    if (this.#closed) return Promise.reject(new VerificationError('verifier-closed', 'the verifier was closed'))
    if (this.#queue.length >= this.#options.queueLimit && !this.#idle()) {
      const waitMs = Math.ceil((this.#queue.length * this.#meanMs) / this.#options.workers)
      return Promise.reject(new VerificationError('busy', `${this.#queue.length} jobs are waiting`, { waitMs }))
    }
    // Threads that never came up are tried again when there is something to do, not in a loop.
    while (this.#threads.size < this.#options.workers) this.#start()
    return new Promise((resolve, reject) => {
      this.#queue.push({ input, resolve, reject })
      this.#dispatch()
    })
  }

  /** Takes nothing more, finishes what was taken, ends the threads. */
  async close(): Promise<void> {
    this.#closed = true
    await new Promise<void>((resolve) => {
      this.#drained = resolve
      this.#tellDrained()
    })
    await Promise.all([...this.#threads].map(({ worker }) => worker.terminate()))
  }

  #idle(): Thread | undefined {
    return [...this.#threads].find(({ isReady, isOver, job }) => isReady && !isOver && job === undefined)
  }

  #dispatch(): void {
    for (let thread = this.#idle(); thread !== undefined && this.#queue.length > 0; thread = this.#idle()) {
      const job = this.#queue.shift()
      if (job === undefined) return
      thread.job = job
      thread.begunMs = performance.now()
      this.#next += 1
      this.#setDeadline(thread)
      thread.worker.postMessage({ id: this.#next, input: job.input } satisfies Job)
    }
  }

  #setDeadline(thread: Thread): void {
    const { jobMs = JOB_MS } = this.#options
    thread.deadline = setTimeout(() => {
      // Its exit follows, and another takes its place.
      this.#fail(thread, new Error(`a job took more than ${jobMs} ms`))
      void thread.worker.terminate()
    }, jobMs)
  }

  #start(): void {
    const { entry, data } = this.#options
    const thread: Thread = { worker: new Worker(entry, { workerData: data, resourceLimits: RESOURCE_LIMITS }), isReady: false, isOver: false }
    this.#threads.add(thread)
    thread.worker.on('message', (answer: Answer) => {
      this.#hear(thread, answer)
    })
    // 'exit' follows.
    thread.worker.on('error', (fault) => {
      this.#fail(thread, fault)
    })
    thread.worker.on('exit', () => {
      this.#fail(thread, undefined)
      this.#ended(thread)
    })
  }

  #hear(thread: Thread, answer: Answer): void {
    if (answer.type === 'ready') {
      thread.isReady = true
      this.#isUp()
    }
    if (answer.type !== 'ready') {
      const { job, begunMs = NaN } = thread
      free(thread)
      if (answer.type === 'done' && job !== undefined) this.#meanMs += NEWEST_SHARE * (performance.now() - begunMs - this.#meanMs)
      if (answer.type === 'done') job?.resolve(answer.findings)
      else job?.reject(faultOf(answer))
    }
    this.#dispatch()
    this.#tellDrained()
  }

  #fail(thread: Thread, cause: unknown): void {
    const { job } = thread
    if (cause !== undefined) thread.fault = cause
    thread.isOver = true
    free(thread)
    if (job === undefined) return
    this.#failures += 1
    job.reject(new VerificationError('verifier-died', 'the thread ended under the job', cause === undefined ? undefined : { cause }))
  }

  #ended(thread: Thread): void {
    this.#threads.delete(thread)
    if (thread.isReady && (!this.#closed || this.#queue.length > 0)) this.#start()
    else if (this.#threads.size === 0) {
      const fault = thread.fault ?? new VerificationError('verifier-died', 'no thread came up')
      for (const { reject } of this.#queue.splice(0)) reject(fault)
      this.#notReady(fault)
    }
    this.#tellDrained()
  }

  #tellDrained(): void {
    if (this.#closed && this.#queue.length === 0 && [...this.#threads].every(({ job }) => job === undefined)) this.#drained?.()
  }
}

function free(thread: Thread): void {
  clearTimeout(thread.deadline)
  delete thread.job
}

function faultOf({ kind, code, message }: Extract<Answer, { type: 'failed' }>): Error {
  if (kind === 'lintas' && (ERROR_CODES as readonly string[]).includes(code)) return new LintasError(code as ErrorCode, message)
  const known = (VERIFICATION_CODES as readonly string[]).includes(code)
  return new VerificationError(known ? (code as VerificationCode) : 'verifier-failed', message)
}
