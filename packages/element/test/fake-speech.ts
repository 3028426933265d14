import type { SpeechPort } from '../src/speech.js'

/** A voice as a browser lists it. */
export function voice(lang: string, facts: Partial<SpeechSynthesisVoice>): SpeechSynthesisVoice {
  return { lang, name: lang, voiceURI: lang, default: false, localService: false, ...facts }
}

/** Speech whose utterances end when a test says so. */
export class FakeSpeech implements SpeechPort {
  voices: SpeechSynthesisVoice[]
  readonly said: SpeechSynthesisUtterance[] = []
  cancelled = 0

  constructor(voices: readonly SpeechSynthesisVoice[]) {
    this.voices = [...voices]
  }

  readonly synthesis: SpeechPort['synthesis'] = {
    speak: (utterance) => void this.said.push(utterance),
    cancel: () => {
      this.cancelled += 1
    },
    getVoices: () => this.voices,
  }

  readonly utterance = (text: string): SpeechSynthesisUtterance => ({ text, lang: '', voice: null }) as SpeechSynthesisUtterance

  get texts(): readonly string[] {
    return this.said.map(({ text }) => text)
  }

  /** The newest utterance was said to its end. */
  end(utterance: SpeechSynthesisUtterance | undefined = this.said.at(-1)): void {
    utterance?.onend?.call(utterance, {} as SpeechSynthesisEvent)
  }

  /** `utterance` broke off, as a cancelled one does too. */
  fail(utterance: SpeechSynthesisUtterance | undefined = this.said.at(-1)): void {
    utterance?.onerror?.call(utterance, {} as SpeechSynthesisErrorEvent)
  }
}
