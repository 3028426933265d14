import type { MessageKey, Messages } from './message-keys.js'
import { en } from './locales/en.js'
import { id } from './locales/id.js'

/** The languages that ship. */
export const LOCALES = ['id', 'en'] as const

/** One of {@link LOCALES}. */
export type LocaleName = (typeof LOCALES)[number]

/** Values for a message's `{name}` marks. */
export type MessageValues = Readonly<Record<string, string | number>>

/** Says a message in one language. */
export type Translate = (key: MessageKey, values?: MessageValues) => string

const TABLES: Readonly<Record<LocaleName, Messages>> = { id, en }

/** The shipped language that a BCP 47 tag asks for (`en-GB` gives `en`); Indonesian for every other. */
export function localeOf(tag: string | null | undefined): LocaleName {
  const language = tag?.toLowerCase().split(/[-_]/u)[0]
  return LOCALES.find((locale) => locale === language) ?? 'id'
}

/** Every message of a language. */
export function messagesOf(locale: LocaleName): Messages {
  return TABLES[locale]
}

/** A {@link Translate} for `locale`; `replaced` holds an integrator's own words, the rest stays as shipped. */
export function translator(locale: LocaleName, replaced: Partial<Messages> = {}): Translate {
  const table: Partial<Messages> = TABLES[locale]
  const word = (key: MessageKey): string | undefined => replaced[key] ?? table[key]
  return (key, values = {}) => fill(word(key) ?? unknownCode(key, word), values)
}

/**
 * Codes are known when this is compiled, but another version of core may hand over newer ones. A fault without words here gets those of
 * `unexpected`; a hint or reason shows its code, so that it can at least be told on.
 */
function unknownCode(key: MessageKey, word: (key: MessageKey) => string | undefined): string {
  const [kind] = key.split(':')
  const words = kind === 'error' || kind === 'help' ? word(`${kind}:unexpected`) : undefined
  return words ?? key.slice(key.indexOf(':') + 1)
}

/** A mark without a value stays as it is: a visible fault beats a silent gap. */
function fill(text: string, values: MessageValues): string {
  return text.replace(/\{(\w+)\}/gu, (mark, name: string) => String(values[name] ?? mark))
}

/** `bytes` as megabytes in the language's number form, e.g. `12,3 MB`. */
export function megabytes(bytes: number, locale: LocaleName): string {
  const number = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
  return `${number.format(bytes / 1e6)} MB`
}

/** Hours and minutes of an ISO 8601 moment in the device's time zone, e.g. `07.31` or `07:31`. */
export function clockTime(iso: string, locale: LocaleName): string {
  return new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, { hour: '2-digit', minute: '2-digit' }).format(new Date(iso))
}
