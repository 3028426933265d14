import { wordsEn } from './words-en.js'
import { wordsId } from './words-id.js'
import type { Word, Words } from './words.js'

/** The demo's languages. */
export type Language = 'id' | 'en'

const STORED = 'lintas-demo-language'
const TABLES: Readonly<Record<Language, Words>> = { id: wordsId, en: wordsEn }

/** Says a word in one language, `{name}` marks filled; numbers are written as the language does. */
export type Say = (word: Word, values?: Readonly<Record<string, string | number>>) => string

/** The page's language: Indonesian, unless the person chose English before or the address asks for it with `?lang=en`. */
export function readLanguage(): Language {
  const asked = new URLSearchParams(location.search).get('lang') ?? stored()
  return asked === 'en' ? 'en' : 'id'
}

/** Keeps the choice for the other pages. */
export function storeLanguage(language: Language): void {
  try {
    localStorage.setItem(STORED, language)
  } catch {
    // Storage is blocked: the choice lasts as long as the page.
  }
}

export function sayIn(language: Language): Say {
  const number = new Intl.NumberFormat(language === 'en' ? 'en-GB' : 'id', { maximumFractionDigits: 5 })
  const write = (value: string | number): string => (typeof value === 'number' ? number.format(value) : value)
  return (word, values = {}) => TABLES[language][word].replace(/\{(\w+)\}/gu, (mark, name: string) => write(values[name] ?? mark))
}

function stored(): string | null {
  try {
    return localStorage.getItem(STORED)
  } catch {
    return null
  }
}
