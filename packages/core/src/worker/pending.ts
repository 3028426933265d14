import type { LintasError } from '../errors/index.js'

interface Waiting<T> {
  readonly resolve: (value: T) => void
  readonly reject: (reason: unknown) => void
  readonly stop: () => void
}

/** How a call may end before its answer. */
export interface WaitOptions {
  readonly signal?: AbortSignal | undefined
  readonly onAbort?: () => void
}

/** The calls that wait for a worker's answer. Each settles exactly once, whatever comes first: answer, fault, abort, death. */
export class PendingCalls<T> {
  readonly #waiting = new Map<number, Waiting<T>>()

  /** Calls without an answer. */
  get size(): number {
    return this.#waiting.size
  }

  /** A promise for the answer to call `id`. */
  wait(id: number, { signal, onAbort }: WaitOptions = {}): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const abort = (): void => {
        this.settle(id, (call) => {
          call.reject(signal?.reason)
        })
        onAbort?.()
      }
      signal?.addEventListener('abort', abort, { once: true })
      const stop = (): void => {
        signal?.removeEventListener('abort', abort)
      }
      this.#waiting.set(id, { resolve, reject, stop })
    })
  }

  /** Settles call `id` when it still waits; an answer that comes too late finds nobody and is dropped. */
  settle(id: number, how: (call: Pick<Waiting<T>, 'resolve' | 'reject'>) => void): void {
    const call = this.#waiting.get(id)
    if (call === undefined) return
    this.#waiting.delete(id)
    call.stop()
    how(call)
  }

  /** Rejects everything that waits. */
  rejectAll(fault: LintasError): void {
    for (const id of [...this.#waiting.keys()])
      this.settle(id, (call) => {
        call.reject(fault)
      })
  }
}
