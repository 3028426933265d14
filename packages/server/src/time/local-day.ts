/** A day on the wall's calendar, `YYYY-MM-DD`. */
export type Day = string

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known !== undefined) return known
  const fields = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' } as const
  const format = new Intl.DateTimeFormat('en-US', { timeZone, calendar: 'gregory', hourCycle: 'h23', ...fields })
  formats.set(timeZone, format)
  return format
}

function partsOf(timeZone: string, instant: Date): Readonly<Record<string, string>> {
  return Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  )
}

/** Whether the runtime knows this IANA time zone. */
export function isTimeZone(timeZone: string): boolean {
  try {
    formatOf(timeZone)
    return true
  } catch {
    return false
  }
}

/** The day that an instant falls on in a time zone (IANA). @throws RangeError for a zone that there is not */
export function localDay(timeZone: string, instant: Date): Day {
  const { year = '', month = '', day = '' } = partsOf(timeZone, instant)
  return `${year.padStart(4, '0')}-${month}-${day}`
}

/** An instant as ISO 8601 with the zone's offset at that instant, to the second: `2026-03-02T07:30:00+07:00`. */
export function localIso(timeZone: string, instant: Date): string {
  const { hour = '', minute = '', second = '' } = partsOf(timeZone, instant)
  const wall = `${localDay(timeZone, instant)}T${hour}:${minute}:${second}`
  const offset = Math.round((Date.parse(`${wall}Z`) - Math.floor(instant.getTime() / 1_000) * 1_000) / 60_000)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${wall}${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`
}

/** The day `days` after another. */
export function dayAfter(day: Day, days = 1): Day {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + days)
  return date.toISOString().slice(0, 10)
}

/** First instant of a calendar month (`YYYY-MM`) in a time zone. */
export const startOfMonth = (timeZone: string, month: string): Date => startOfDay(timeZone, `${month}-01`)

/** First instant of a day in a time zone. */
export function startOfDay(timeZone: string, day: Day): Date {
  const offset = localIso(timeZone, new Date(`${day}T00:00:00Z`)).slice(-6)
  return new Date(`${day}T00:00:00${offset}`)
}

/** Whether this is a day that there is: `2026-02-30` is none. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/u.test(text)) return false
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}

/** Zones lie within 26 hours of each other; a day and a half to each side leaves none out. */
const MARGIN_MS = 36 * 3_600_000

/** Instants between which the days from `first` to `last` lie, in whatever zone: who looks there still has to ask {@link localDay}. */
export function aroundDays(first: Day, last: Day): { readonly from: Date; readonly until: Date } {
  return { from: new Date(Date.parse(`${first}T00:00:00Z`) - MARGIN_MS), until: new Date(Date.parse(`${dayAfter(last)}T00:00:00Z`) + MARGIN_MS) }
}
