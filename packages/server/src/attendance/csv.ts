import type { AttendanceDay, AttendanceMoment } from './days.js'

const MOMENT = ['at', 'notBefore', 'assurance', 'place', 'seq', 'corrected'] as const
const COLUMNS = ['day', 'subjectId', ...['arrival', 'departure'].flatMap((which) => MOMENT.map((field) => `${which}.${field}`)), 'records']

/** RFC 4180, a line of names first. What a spreadsheet would take for a formula has an apostrophe before it. */
export function attendanceCsv(days: readonly AttendanceDay[]): string {
  const rows = days.map(({ day, subjectId, arrival, departure, records }) => [day, subjectId, ...cells(arrival), ...cells(departure), records])
  return [COLUMNS, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')
}

const cells = (moment: AttendanceMoment | undefined): readonly (string | number)[] => MOMENT.map((field) => String(moment?.[field] ?? ''))

/** One cell of a CSV file. */
export function csvCell(value: string | number): string {
  // OWASP: a cell that begins so is run by Excel, LibreOffice and Sheets. A full-width sign is taken for the narrow one.
  const safe = typeof value === 'string' && /^[=+\-@\t\r\n＝＋－＠]/u.test(value) ? `'${value}` : String(value)
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
