import type { DrawAction } from '@lintas/core'
import type { ListedAction } from '../types.js'

/** Reveals listed actions, each a little before its time. */
export class Prompter {
  readonly #listed: readonly ListedAction[]
  readonly #leadMs: number
  #next = 0
  #nowMs = 0
  #waiting: { readonly fromMs: number; readonly reveal: () => void } | undefined

  constructor(listed: readonly ListedAction[], leadMs: number) {
    this.#listed = listed
    this.#leadMs = leadMs
  }

  /** Whoever asks for more than the clip shows waits until it ends. */
  readonly draw: DrawAction = () => {
    const listed = this.#listed[this.#next]
    this.#next += 1
    return new Promise((resolve) => {
      if (listed === undefined) return
      const reveal = (): void => {
        resolve(listed.action)
      }
      const fromMs = (listed.startMs ?? 0) - this.#leadMs
      if (fromMs <= this.#nowMs) reveal()
      else this.#waiting = { fromMs, reveal }
    })
  }

  tick(timestampMs: number): void {
    this.#nowMs = timestampMs
    if (this.#waiting === undefined || this.#waiting.fromMs > timestampMs) return
    this.#waiting.reveal()
    this.#waiting = undefined
  }
}
