import '@lintas/element/define.js'
import { ERROR_CODES, type Template } from '@lintas/core'
import { LOCALES, messagesOf, type LintasCheckin, type MessageKey } from '@lintas/element'
import { find, make } from './shared/dom.js'
import { galleryCases, keysOf, type GalleryCase } from './shared/gallery-cases.js'
import type { Say } from './shared/language.js'
import { Shell } from './shared/shell.js'
import type { Word } from './shared/words.js'

/** Nobody's reference: the gallery compares nothing. */
const NOBODY: Template = {
  schema: 'lintas-template/1',
  subjectId: 'gallery',
  embeddings: [],
  createdAt: '2026-01-01T00:00:00.000Z',
  sampleCount: 1,
  quality: 1,
}
const GROUPS = ['refused', 'error', 'hint', 'other'] as const
const CASES = galleryCases()

const select = find<HTMLSelectElement>('#case')
const elements = [...document.querySelectorAll<LintasCheckin>('lintas-checkin')]

function show(chosen: GalleryCase): void {
  find('#chosen').textContent = chosen.name
  select.value = chosen.name
  for (const element of elements) {
    element.reset()
    element.reference = NOBODY
    element.ports = chosen.ports
    void element.start()
  }
}

function fromAddress(): GalleryCase | undefined {
  const name = decodeURIComponent(location.hash.slice(1))
  return CASES.find((one) => one.name === name) ?? CASES[0]
}

function options(say: Say): Node[] {
  return GROUPS.map((group) => {
    const entries = CASES.filter((one) => one.group === group).map(({ name }) => {
      const words = group === 'other' ? ` · ${say(`case-${name}` as Word)}` : ''
      return make('option', { value: name }, `${name}${words}`)
    })
    return make('optgroup', { label: say(`group-${group}`) }, ...entries)
  })
}

function table(say: Say, caption: Word, rows: readonly (readonly [string, readonly MessageKey[]])[]): HTMLTableElement {
  const head = make('tr', {}, ...(['column-code', 'column-id', 'column-en'] as const).map((column) => make('th', { scope: 'col' }, say(column))))
  const body = rows.map(([name, keys]) => {
    const code = make('th', { scope: 'row', class: 'mono' }, make('a', { href: `#${encodeURIComponent(name)}` }, name))
    return make('tr', {}, code, ...LOCALES.map((locale) => make('td', { lang: locale }, ...sentences(locale, keys))))
  })
  return make('table', {}, make('caption', {}, say(caption)), make('thead', {}, head), make('tbody', {}, ...body))
}

function sentences(locale: (typeof LOCALES)[number], keys: readonly MessageKey[]): Node[] {
  const texts = keys.map((key) => messagesOf(locale)[key])
  return texts.map((text, index) => (texts.length > 1 && index === 0 ? make('strong', {}, text) : make('span', {}, text)))
}

new Shell().onLanguage((say) => {
  const { value } = select
  select.replaceChildren(...options(say))
  select.value = value
  find('#tables').replaceChildren(
    table(
      say,
      'group-refused',
      keysOf('reason').map((reason) => [reason, [`reason:${reason}` as MessageKey]]),
    ),
    table(
      say,
      'group-error',
      ERROR_CODES.map((code) => [code, [`error:${code}`, `help:${code}`]]),
    ),
    table(
      say,
      'group-hint',
      keysOf('hint').map((hint) => [`hint:${hint}`, [`hint:${hint}` as MessageKey]]),
    ),
  )
})

select.addEventListener('change', () => {
  location.hash = encodeURIComponent(select.value)
})
function follow(): void {
  const chosen = fromAddress()
  if (chosen !== undefined) show(chosen)
}
addEventListener('hashchange', () => {
  follow()
  find('.viewer').scrollIntoView({ block: 'start' })
})
follow()
