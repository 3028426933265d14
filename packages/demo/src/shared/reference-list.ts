import type { ReferenceSummary } from '@lintas/core'
import { make } from './dom.js'
import type { Language, Say } from './language.js'

/** What the list's controls do. */
export interface ReferenceActions {
  readonly choose: (subjectId: string) => void
  readonly remove: (subjectId: string) => void
  readonly removeDamaged: () => void
}

/** The references of this device: one can be chosen for the check-in, each can be deleted. */
export function referenceList(
  { references, damaged }: { readonly references: readonly ReferenceSummary[]; readonly damaged: number },
  chosen: string | undefined,
  actions: ReferenceActions,
  { say, language }: { readonly say: Say; readonly language: Language },
): Node[] {
  const rows = references.map((reference) => row(reference, reference.subjectId === chosen, actions, say, language))
  const list = rows.length > 0 ? [make('fieldset', { class: 'references' }, make('legend', {}, say('references-caption')), ...rows)] : []
  return damaged > 0 ? [...list, button(say('delete-damaged', { count: damaged }), actions.removeDamaged)] : list
}

/** A plain button. */
export function button(label: string, act: () => void, attributes: Readonly<Record<string, string>> = {}): HTMLButtonElement {
  const made = make('button', { type: 'button', class: 'plain', ...attributes }, label)
  made.addEventListener('click', act)
  return made
}

function row(reference: ReferenceSummary, chosen: boolean, { choose, remove }: ReferenceActions, say: Say, language: Language): HTMLElement {
  const { subjectId, sampleCount, quality, createdAt } = reference
  const radio = make('input', { type: 'radio', name: 'reference', ...(chosen ? { checked: '' } : {}) })
  radio.addEventListener('change', () => choose(subjectId))
  const date = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'id', { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(createdAt))
  const about = say('reference-details', {
    count: sampleCount,
    quality: new Intl.NumberFormat(language, { maximumFractionDigits: 2 }).format(quality),
    date,
  })
  const words = make('span', {}, make('strong', {}, subjectId), make('small', {}, about))
  return make(
    'div',
    { class: 'reference' },
    make('label', {}, radio, words),
    button(say('delete'), () => remove(subjectId), { 'aria-label': say('delete-label', { subject: subjectId }) }),
  )
}
