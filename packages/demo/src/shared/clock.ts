import type { Language } from './language.js'

/** The demo agency's time zone. */
export const TIME_ZONE = 'Asia/Jakarta'

/** Hours and minutes of a moment in `timeZone`, with the zone's own name, e.g. `07.31 WIB`. */
export function timeIn(timeZone: string, moment: Date, language: Language): string {
  const time = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'id', { timeZone, hour: '2-digit', minute: '2-digit' }).format(moment)
  return `${time} ${zoneName(timeZone, moment)}`
}

/** A day of a calendar, in words. */
export function dayInWords(day: string, language: Language): string {
  const format = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'id', { timeZone: 'UTC', dateStyle: 'full' })
  return format.format(new Date(`${day}T00:00:00Z`))
}

/** WIB, WITA and WIT are names that only Indonesian has; elsewhere its own offset. */
function zoneName(timeZone: string, moment: Date): string {
  const parts = new Intl.DateTimeFormat('id', { timeZone, timeZoneName: 'short' }).formatToParts(moment)
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone
}
