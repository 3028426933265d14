import type { LocaleName } from './messages.js'

/** What a {@link Speaker} needs of the browser; tests put their own in. */
export interface SpeechPort {
  readonly synthesis: Pick<SpeechSynthesis, 'speak' | 'cancel' | 'getVoices'>
  readonly utterance: (text: string) => SpeechSynthesisUtterance
}

/** Tags that a voice may carry for a language; Android still calls Indonesian by its old code. */
const TAGS: Readonly<Record<LocaleName, readonly string[]>> = { id: ['id', 'in'], en: ['en'] }

/** The browser's own speech; undefined where it has none, as outside of browsers. */
export function browserSpeech(): SpeechPort | undefined {
  const { speechSynthesis: synthesis, SpeechSynthesisUtterance: Utterance } = globalThis as Partial<typeof globalThis>
  return synthesis && Utterance && { synthesis, utterance: (text) => new Utterance(text) }
}

/**
 * Speaks through voices that lie on the device, and through no other: a remote voice sends what it says to its maker. Where there is none of
 * the language it stays silent. While it says nothing it cuts nobody off; to cut itself off it must empty the browser's one queue, the page's words
 * in it too.
 */
export class Speaker {
  readonly #port: () => SpeechPort | undefined
  /** Being said. Held here, since Chromium forgets an utterance that nobody holds, and its end with it. */
  #current: SpeechSynthesisUtterance | undefined
  #next: (() => void) | undefined

  constructor(port: () => SpeechPort | undefined = browserSpeech) {
    this.#port = port
  }

  /** Asks for the voices, which some browsers begin to look for only then. */
  prepare(): void {
    this.#port()?.synthesis.getVoices()
  }

  /** Says `text`: an urgent one at once, another after what is being said, and only the last one that came meanwhile. */
  say(text: string, locale: LocaleName, urgent: boolean): void {
    if (urgent) this.stop()
    if (this.#current === undefined) this.#begin(text, locale)
    else this.#next = () => this.#begin(text, locale)
  }

  /** Silence at once. */
  stop(): void {
    this.#next = undefined
    if (this.#current === undefined) return
    this.#current = undefined
    this.#port()?.synthesis.cancel()
  }

  #begin(text: string, locale: LocaleName): void {
    const port = this.#port()
    const voice = port && localVoice(port.synthesis.getVoices(), locale)
    // Without a voice of its own an utterance gets the browser's choice, which may be a remote one.
    if (port === undefined || voice === undefined) return
    const utterance = port.utterance(text)
    utterance.voice = voice
    utterance.lang = voice.lang
    utterance.onend = utterance.onerror = () => this.#ended(utterance)
    this.#current = utterance
    port.synthesis.speak(utterance)
  }

  /** A cancelled utterance ends too, perhaps late: by then it is nobody's. */
  #ended(utterance: SpeechSynthesisUtterance): void {
    if (utterance !== this.#current) return
    const next = this.#next
    this.#current = undefined
    this.#next = undefined
    next?.()
  }
}

/** A voice of the device for `locale`, its default one first. */
function localVoice(voices: readonly SpeechSynthesisVoice[], locale: LocaleName): SpeechSynthesisVoice | undefined {
  const fitting = voices.filter(({ localService, lang }) => localService && TAGS[locale].includes(lang.toLowerCase().split(/[-_]/u)[0] ?? ''))
  return fitting.find((voice) => voice.default) ?? fitting[0]
}
