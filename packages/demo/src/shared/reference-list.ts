import type { ReferenceSummary } from '@lintas/core'
import { make } from './dom.js'
import type { Language, Say } from './language.js'

/** What the list's controls do. */
export interface ReferenceActions {
  readonly choose: (subjectId: string) => void
  readonly remove: (subjectId: string) => void
  readonly removeDamaged: () => void
}

/** What a store holds. */
interface Held {
  readonly references: readonly ReferenceSummary[]
  readonly damaged: number
}

/** The page's words. */
interface Spoken {
  readonly say: Say
  readonly language: Language
}

/** The references of this device: one can be chosen for the check-in, each can be deleted. The keyboard is never lost over a change. */
export class ReferenceList {
  readonly #root: HTMLElement
  readonly #heading: HTMLElement
  readonly #actions: ReferenceActions
  #shown = ''

  /** `heading` stands above `root` and gets the keyboard when nothing is left in it. */
  constructor(root: HTMLElement, heading: HTMLElement, actions: ReferenceActions) {
    this.#root = root
    this.#heading = heading
    this.#actions = actions
  }

  show(held: Held, chosen: string | undefined, spoken: Spoken): void {
    const shown = JSON.stringify([held, spoken.language])
    const active = this.#root.contains(document.activeElement) ? document.activeElement : null
    // A choice changes nothing but the choice: the controls stay the same nodes.
    if (shown !== this.#shown) this.#root.replaceChildren(...contents(held, this.#actions, spoken))
    this.#shown = shown
    for (const radio of this.#radios()) radio.checked = radio.value === chosen
    if (active?.isConnected === false) this.#refocus(active)
  }

  /** Shows something else, e.g. a fault. */
  replace(...nodes: readonly Node[]): void {
    this.#shown = ''
    this.#root.replaceChildren(...nodes)
  }

  #radios(): HTMLInputElement[] {
    return [...this.#root.querySelectorAll<HTMLInputElement>('input[type=radio]')]
  }

  /** To the control that took the place of `lost`, or the chosen reference: never to another one's deletion, which a second press would trigger. */
  #refocus(lost: Element): void {
    const controls = [...this.#root.querySelectorAll<HTMLElement>('input, button')]
    const same = controls.find((control) => control.id !== '' && control.id === lost.id)
    const next = same ?? this.#radios().find(({ checked }) => checked)
    ;(next ?? this.#heading).focus({ preventScroll: next === undefined })
  }
}

/** A plain button. */
export function button(label: string, act: () => void, attributes: Readonly<Record<string, string>> = {}): HTMLButtonElement {
  const made = make('button', { type: 'button', class: 'plain', ...attributes }, label)
  made.addEventListener('click', act)
  return made
}

function contents({ references, damaged }: Held, actions: ReferenceActions, spoken: Spoken): Node[] {
  const { say } = spoken
  const rows = references.map((reference) => row(reference, actions, spoken))
  const list = rows.length > 0 ? [make('fieldset', { class: 'references' }, make('legend', {}, say('references-caption')), ...rows)] : []
  return damaged > 0 ? [...list, button(say('delete-damaged', { count: damaged }), actions.removeDamaged, { id: 'delete-damaged' })] : list
}

function row(reference: ReferenceSummary, { choose, remove }: ReferenceActions, { say, language }: Spoken): HTMLElement {
  const { subjectId, sampleCount, quality, createdAt } = reference
  const radio = make('input', { type: 'radio', name: 'reference', value: subjectId, id: `choose ${subjectId}` })
  radio.addEventListener('change', () => choose(subjectId))
  const date = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'id', { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(createdAt))
  const about = say('reference-details', {
    count: sampleCount,
    quality: Math.round(quality * 100) / 100,
    date,
  })
  const words = make('span', {}, make('strong', {}, subjectId), make('small', {}, about))
  const label = { id: `delete ${subjectId}`, 'aria-label': say('delete-label', { subject: subjectId }) }
  return make(
    'div',
    { class: 'reference' },
    make('label', {}, radio, words),
    button(say('delete'), () => remove(subjectId), label),
  )
}
