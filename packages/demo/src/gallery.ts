import '@lintas/element/define.js'
import { ERROR_CODES } from '@lintas/core'
import { LOCALES, messagesOf, type LintasCheckin, type LintasEnrolment, type MessageKey } from '@lintas/element'
import { find, make } from './shared/dom.js'
import { NOBODY, caseAt, galleryCases, keysOf, type GalleryCase } from './shared/gallery-cases.js'
import type { Say } from './shared/language.js'
import { Shell } from './shared/shell.js'
import type { Word } from './shared/words.js'

const GROUPS = ['refused', 'error', 'hint', 'other'] as const
const CASES = galleryCases()

const select = find<HTMLSelectElement>('#case')
const elements = {
  checkin: [...document.querySelectorAll<LintasCheckin>('lintas-checkin')],
  enrolment: [...document.querySelectorAll<LintasEnrolment>('lintas-enrolment')],
}
for (const element of elements.checkin) element.reference = NOBODY
for (const element of elements.enrolment) element.subject = NOBODY.subjectId

function show({ name, kind, ports, route, relayed }: GalleryCase): void {
  find('#chosen').textContent = name
  select.value = name
  for (const element of elements.checkin) element.route = route
  for (const element of [...elements.checkin, ...elements.enrolment]) {
    element.reset()
    element.hidden = !elements[kind].some((one) => one === element)
    element.ports = ports
    element.relay = relayed === true ? '/' : null
    if (!element.hidden && route === undefined) void element.start()
  }
}

function options(say: Say): Node[] {
  return GROUPS.map((group) => {
    const entries = CASES.filter((one) => one.group === group).map(({ name }) => {
      // Names with a colon are codes, which the element itself puts into words.
      const words = group === 'other' && !name.includes(':') ? ` · ${say(`case-${name}` as Word)}` : ''
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
  const chosen = caseAt(location.hash, CASES) ?? CASES[0]
  if (chosen !== undefined) show(chosen)
}
addEventListener('hashchange', () => {
  follow()
  find('.viewer').scrollIntoView({ block: 'start' })
})
follow()
