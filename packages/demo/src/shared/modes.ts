import { find, make } from './dom.js'
import type { Say } from './language.js'

const MODES = [
  ['index', 'mode-server'],
  ['client', 'mode-client'],
] as const

/** The switch between the demo over a server and the browser alone: two pages, so that neither can be taken for the other. */
export function showModes(current: (typeof MODES)[number][0], say: Say): void {
  const nav = find('.modes')
  nav.setAttribute('aria-label', say('mode-label'))
  nav.replaceChildren(
    ...MODES.map(([page, word]) => make('a', { href: `${page}.html`, ...(page === current ? { 'aria-current': 'page' } : {}) }, say(word))),
  )
}
