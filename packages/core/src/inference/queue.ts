/** Runs jobs one after another; a failed job rejects its own promise only and does not poison those behind it. */
export class SerialQueue {
  #tail: Promise<unknown> = Promise.resolve()

  /** Runs `job` when all jobs before it have settled. */
  run<T>(job: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(job)
    this.#tail = result.catch(() => undefined)
    return result
  }
}
