import type { Prompt } from '@lintas/core'
import { Announcer, type Utterance } from './announcer.js'
import { titleKey } from './capture-panel.js'
import type { CaptureModel } from './capture-view.js'
import type { LocaleName } from './messages.js'
import { adviceOf, passedUnchecked, waitAdvice, type Advice } from './outcome-words.js'
import { Speaker } from './speech.js'
import { isBusy, type CaptureState } from './state.js'

/** The texts of the live regions. */
export interface Announcements {
  /** Waits for its turn: hints, states, how an attempt ended. */
  readonly polite: string
  /** Cuts in: an asked action, whose time runs. */
  readonly urgent: string
}

type Told = Pick<CaptureModel, 'kind' | 'snapshot' | 'locale' | 'relayed' | 't'>

/** What somebody hears who does not see the view: through a screen reader, and aloud where that is asked for. */
export class Guidance {
  readonly #polite: Announcer
  readonly #urgent: Announcer
  readonly #speaker: Speaker
  #state: CaptureState = 'idle'
  #asked: Prompt | undefined
  #spoken: Announcements = { polite: '', urgent: '' }

  /** `changed` is called when a text changes of itself. */
  constructor(changed: () => void, speaker: Speaker = new Speaker()) {
    this.#polite = new Announcer(changed)
    this.#urgent = new Announcer(changed)
    this.#speaker = speaker
  }

  /** What the live regions hold. */
  get texts(): Announcements {
    return { polite: this.#polite.text, urgent: this.#urgent.text }
  }

  /** Follows what is about to be drawn. */
  follow(model: Told, nowMs: number): void {
    const { state, hint, prompt } = model.snapshot
    // A new attempt. Not `loading` itself: with models at hand it is over before it is drawn.
    if (state === 'idle' || (isBusy(state) && !isBusy(this.#state))) this.#reset()
    this.#state = state
    if (state === 'acting' && prompt !== undefined) this.#ask(model, prompt, nowMs)
    // Until the next one an action stays as it was said, so that each is one change; after the last it asks for nothing any more.
    else if (state !== 'holding' && state !== 'searching') this.#unask()
    // Between actions the state itself is no news: a hint says what to do.
    if (this.#asked === undefined || hint !== undefined) this.#polite.say(utterance(model), nowMs)
  }

  /** Says aloud what the regions have newly got, if it is `wanted`. */
  speak(wanted: boolean, locale: LocaleName): void {
    const before = this.#spoken
    this.#spoken = this.texts
    const { polite, urgent } = this.#spoken
    if (!wanted) this.#speaker.stop()
    else if (isNew(urgent, before.urgent)) this.#speaker.say(urgent, locale, true)
    // Once the attempt is over nothing that was asked for during it matters.
    if (wanted && isNew(polite, before.polite)) this.#speaker.say(polite, locale, !isBusy(this.#state))
  }

  /** Lets the browser find its voices before the first word. */
  prepare(): void {
    this.#speaker.prepare()
  }

  /** Silence at once. */
  stop(): void {
    this.#speaker.stop()
  }

  /** Hints for the time before are over, and may be said again after this action. */
  #ask(model: Told, prompt: Prompt, nowMs: number): void {
    if (prompt !== this.#asked) this.#polite.reset()
    this.#asked = prompt
    this.#urgent.say({ text: actionWords(model, prompt), about: prompt }, nowMs)
  }

  #unask(): void {
    this.#asked = undefined
    this.#urgent.reset()
  }

  #reset(): void {
    this.#unask()
    this.#polite.reset()
    this.#speaker.stop()
  }
}

function isNew(text: string, before: string): boolean {
  return text !== '' && text !== before
}

/** That it replaces another, what it is, which of how many it is, how it is done. */
function actionWords({ t }: Told, { action, step, of, again }: Prompt): string {
  const words = `${t(`action:${action}`)}. ${t('acting-lead', { step, of })}`
  return again ? `${t('acting-again')} ${words}` : words
}

/** What a screen reader should say of a model: the hint while there is one, else the state with what matters about it. */
function utterance(model: Told): Utterance {
  const { kind, snapshot, locale, t } = model
  const { state, hint, outcome, error, retryAt } = snapshot
  if (state === 'idle') return { text: '' }
  if (hint !== undefined) return { text: t(`hint:${hint}`) }
  const title = t(titleKey(model))
  const said = ({ key, values }: Advice): string => t(key, values)
  switch (state) {
    case 'error': {
      const wait = retryAt === undefined ? [] : [said(waitAdvice(retryAt, locale))]
      return { text: [`${title}.`, t(`help:${error?.code ?? 'unexpected'}`), ...wait].join(' '), about: error }
    }
    case 'refused':
      return { text: [`${title}.`, ...adviceOf(outcome).map(said)].join(' '), about: outcome }
    case 'waiting':
      return { text: `${title}. ${t('waiting-lead')}`, about: outcome }
    case 'pending':
      return { text: `${title}. ${t(`pending-${kind}-lead`)}`, about: outcome }
    default:
      return { text: passedUnchecked(outcome) ? `${title}. ${t('pad-unchecked')}.` : title, about: outcome }
  }
}
