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
export function localeOf(tag: string | undefined): LocaleName {
  const language = tag?.toLowerCase().split(/[-_]/u)[0]
  return LOCALES.find((locale) => locale === language) ?? 'id'
}

/** Every message of a language. */
export function messagesOf(locale: LocaleName): Messages {
  return TABLES[locale]
}

/** A {@link Translate} for `locale`; `replaced` holds an integrator's own words, the rest stays as shipped. */
export function translator(locale: LocaleName, replaced: Partial<Messages> = {}): Translate {
  const table = TABLES[locale]
  return (key, values = {}) => fill(replaced[key] ?? table[key], values)
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
