import { checkKeys, checkNumber, checkText } from '@lintas/core/options'
import { VerificationError } from './errors.js'
import { openLine } from './line.js'
import { ThreadPool } from './pool.js'
import type { Findings, VerificationInput } from './types.js'

/** Options of {@link createVerifier}. */
export interface VerifierOptions {
  /** Path of the folder with `assets.json`, or of `@lintas/models` with its `manifest.json`. */
  readonly models: string
  /** The spaces to embed: those of the calibration, `compact-512` among them. Default: the shipped profile's. */
  readonly spaces?: readonly string[]
  /** Threads that verify, 0 to 64; 0: in this thread, for tests. Default 1. Each takes a core and about 200 MB. */
  readonly workers?: number
  /** Most jobs that wait, 1 to 10000. Default 32. */
  readonly queueLimit?: number
  /** Threads inside one operator, 1 to 64. Default 1: several jobs at once make better use of the cores. */
  readonly threads?: number
  /** The thread's script. Default: the one that is shipped. */
  readonly entry?: URL
}

/** Verifies evidence, several at once. */
export interface Verifier {
  /** Resolves when the models are loaded and proven. @throws LintasError of assets and inference */
  readonly ready: Promise<unknown>
  /**
   * @throws VerificationError `busy` when the queue is full, `verifier-died`: try again, nothing was decided; `evidence-malformed`; `verifier-closed`
   * @throws LintasError as {@link verifyEvidence}
   */
  verify(input: VerificationInput): Promise<Findings>
  /** Takes nothing more, and resolves when all that was taken is done. */
  close(): Promise<void>
  /** Jobs under way, jobs that wait, threads that died under a job. */
  readonly stats: () => { readonly busy: number; readonly queued: number; readonly died: number }
}

const KEYS = ['models', 'spaces', 'workers', 'queueLimit', 'threads', 'entry'] as const

/** @throws TypeError that names a wrong option */
export function createVerifier(options: VerifierOptions): Verifier {
  checkKeys('createVerifier', options, KEYS)
  const { spaces, entry = new URL('./worker-entry.js', import.meta.url) } = options
  const models = checkText('models', options.models)
  const workers = checkNumber('workers', options.workers, 1, { min: 0, max: 64, integer: true })
  const queueLimit = checkNumber('queueLimit', options.queueLimit, 32, { min: 1, max: 10_000, integer: true })
  const threads = checkNumber('threads', options.threads, 1, { min: 1, max: 64, integer: true })
  const data = { models, threads, ...(spaces && { spaces }) }
  if (workers === 0) return inThisThread(openLine(data), queueLimit)
  const pool = new ThreadPool({ entry, data, workers, queueLimit })
  return { ready: pool.ready, verify: (input) => pool.run(input), close: () => pool.close(), stats: () => pool.stats }
}

function inThisThread(line: ReturnType<typeof openLine>, queueLimit: number): Verifier {
  let waiting = 0
  let closed = false
  let last: Promise<unknown> = Promise.resolve()
  return {
    ready: line.ready,
    async verify(input) {
      if (closed) throw new VerificationError('verifier-closed', 'the verifier was closed')
      // One is under way, the others wait.
      if (waiting > queueLimit) throw new VerificationError('busy', `${waiting - 1} jobs are waiting`)
      waiting += 1
      const done = last.then(() => line.verify(input))
      last = done.catch(() => undefined)
      return done.finally(() => {
        waiting -= 1
      })
    },
    async close() {
      closed = true
      await last
      line.close()
    },
    stats: () => ({ busy: Math.min(waiting, 1), queued: Math.max(waiting - 1, 0), died: 0 }),
  }
}
