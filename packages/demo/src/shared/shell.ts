import { find, make } from './dom.js'
import { readLanguage, sayIn, storeLanguage, type Language, type Say } from './language.js'
import type { Word } from './words.js'

const PAGES = ['index', 'client', 'officer', 'headless', 'gallery'] as const
/** Pages that send pictures, to the server that serves them. */
const SENDING: readonly string[] = ['index', 'officer']
const LANGUAGES: readonly (readonly [Language, string])[] = [
  ['id', 'Indonesia'],
  ['en', 'English'],
]

/** What the pages share: header, language, footer. */
export class Shell {
  #language: Language = readLanguage()
  readonly #listeners: ((say: Say, language: Language) => void)[] = []

  constructor() {
    this.#apply()
  }

  get say(): Say {
    return sayIn(this.#language)
  }

  get language(): Language {
    return this.#language
  }

  /** Calls `listener` now and after every change of language. */
  onLanguage(listener: (say: Say, language: Language) => void): void {
    this.#listeners.push(listener)
    listener(this.say, this.#language)
  }

  #choose(language: Language): void {
    if (language === this.#language) return
    this.#language = language
    storeLanguage(language)
    this.#apply()
    for (const listener of this.#listeners) listener(this.say, language)
    find(`[data-language="${language}"]`).focus()
  }

  #apply(): void {
    const { say } = this
    document.documentElement.lang = this.#language
    for (const element of document.querySelectorAll<HTMLElement>('[data-t]')) element.textContent = say(element.dataset['t'] as Word)
    document.title = `LINTAS · ${say(`nav-${page()}`)}`
    find('header.top').replaceChildren(...header(say, this.#language, (language) => this.#choose(language)))
    find('footer.bottom').replaceChildren(make('p', {}, say(SENDING.includes(page()) ? 'foot-server' : 'foot')))
  }
}

function page(): (typeof PAGES)[number] {
  return PAGES.find((name) => name === document.body.dataset['page']) ?? 'index'
}

function header(say: Say, language: Language, choose: (language: Language) => void): Node[] {
  const links = PAGES.map((name) => make('a', { href: `${name}.html`, ...(name === page() ? { 'aria-current': 'page' } : {}) }, say(`nav-${name}`)))
  const buttons = LANGUAGES.map(([code, name]) => {
    const button = make('button', { type: 'button', lang: code, 'data-language': code, 'aria-pressed': String(code === language) }, name)
    button.addEventListener('click', () => choose(code))
    return button
  })
  const brand = make('a', { href: 'index.html', class: 'brand' }, make('img', { src: 'icon.svg', alt: '', width: '28', height: '28' }), 'LINTAS')
  return [
    brand,
    make('nav', { 'aria-label': say('nav-label') }, ...links),
    make('div', { class: 'languages', role: 'group', 'aria-label': say('language-label') }, ...buttons),
  ]
}
