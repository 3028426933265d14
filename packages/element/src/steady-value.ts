/** How long a value must last before it is shown, milliseconds: shorter ones are a face passing through a threshold. */
const SETTLE_MS = 250
/** How long a shown value stays at least, milliseconds: the time it takes to read five words. */
const SHOWN_MS = 1200

/**
 * Hysteresis for what people read. The first value shows at once; a later one only after it has lasted and the shown one could be read.
 * Timers are the platform's, so that tests can fake them.
 */
export class SteadyValue<T> {
  readonly #show: (value: T) => void
  #shown: { readonly value: T; readonly atMs: number } | undefined
  #wanted: T | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(show: (value: T) => void) {
    this.#show = show
  }

  /** What would be shown without hysteresis. */
  offer(value: T): void {
    if (this.#shown === undefined) {
      this.#wanted = value
      this.#apply(value)
    } else if (value !== this.#wanted) {
      this.#wanted = value
      clearTimeout(this.#timer)
      if (value === this.#shown.value) return
      this.#timer = setTimeout(() => this.#apply(value), Math.max(SETTLE_MS, this.#shown.atMs + SHOWN_MS - performance.now()))
    }
  }

  /** Forgets everything: nothing pending will be shown, and the next value shows at once. */
  reset(): void {
    clearTimeout(this.#timer)
    this.#shown = undefined
    this.#wanted = undefined
  }

  #apply(value: T): void {
    this.#shown = { value, atMs: performance.now() }
    this.#show(value)
  }
}
