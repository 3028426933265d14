/** How long the same hint is not said again, milliseconds. */
const REPEAT_MS = 6000
/** How long the region stays empty before it says an equal text again, milliseconds: a screen reader speaks only what it sees change. */
const GAP_MS = 150

/** What there is to say. */
export interface Utterance {
  /** Empty: nothing, and what was said before belongs to nobody any more. */
  readonly text: string
  /** The outcome or fault that is told. Each is said, however alike two of them are; what is about none (hints, states) is said sparingly. */
  readonly about?: object | undefined
}

/**
 * What the live region says. A screen reader speaks every change of its text, so a hint that comes and goes is said once, and again only
 * when it has been silent for a while. How an attempt ended is never left out.
 */
export class Announcer {
  readonly #changed: () => void
  readonly #said = new Map<string, number>()
  #text = ''
  #told: Utterance = { text: '' }
  #timer: ReturnType<typeof setTimeout> | undefined

  /** `changed` is called when {@link text} changes of itself. */
  constructor(changed: () => void) {
    this.#changed = changed
  }

  /** The live region's text. */
  get text(): string {
    return this.#text
  }

  /** Offers what there is to say at `nowMs`; the same utterance may be offered with every drawing. */
  say(utterance: Utterance, nowMs: number): void {
    const { text, about } = utterance
    if (text === '') this.reset()
    else if (about === undefined) this.#hint(text, nowMs)
    else if (about !== this.#told.about || text !== this.#told.text) this.#result(utterance)
  }

  /** A new attempt or nobody there: the region is empty, and everything may be said again. */
  reset(): void {
    clearTimeout(this.#timer)
    this.#said.clear()
    this.#told = { text: '' }
    this.#text = ''
  }

  #hint(text: string, nowMs: number): void {
    const last = this.#said.get(text)
    if (text === this.#text || (last !== undefined && nowMs - last < REPEAT_MS)) return
    this.#said.set(text, nowMs)
    this.#speak(text)
  }

  #result(utterance: Utterance): void {
    this.#told = utterance
    this.#speak(utterance.text)
  }

  #speak(text: string): void {
    clearTimeout(this.#timer)
    const equal = text === this.#text
    this.#text = equal ? '' : text
    if (!equal) return
    this.#timer = setTimeout(() => {
      this.#text = text
      this.#changed()
    }, GAP_MS)
  }
}
