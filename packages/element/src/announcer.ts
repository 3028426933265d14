/** How long the same sentence is not said again, milliseconds. */
const REPEAT_MS = 6000

/**
 * What the live region says. A screen reader speaks every change of its text, so a hint that comes and goes is said once, and again only
 * when it has been silent for a while.
 */
export class Announcer {
  readonly #said = new Map<string, number>()
  #text = ''

  /** The live region's text after `sentence` was offered at `nowMs`. */
  say(sentence: string, nowMs: number): string {
    const last = this.#said.get(sentence)
    if (sentence === '' || sentence === this.#text) return this.#text
    if (last !== undefined && nowMs - last < REPEAT_MS) return this.#text
    this.#said.set(sentence, nowMs)
    this.#text = sentence
    return sentence
  }

  /** A new attempt: everything may be said again. */
  reset(): void {
    this.#said.clear()
  }
}
