import { csvCell } from '../attendance/index.js'
import type { OfficerReport } from './report.js'

const OFFICER = [
  ...['officer', 'acts', 'share', 'approvedAlone', 'approvedWithSecond', 'approvedAsSecond', 'rejected', 'attestedAlone', 'attestedWithSecond'],
  ...[
    'attestedAsSecond',
    'attestedAloneShare',
    'acceptedAlone',
    'acceptedWithSecond',
    'acceptedAsSecond',
    'reviewsRejected',
    'correctedAsFirst',
    'correctedAsSecond',
    'devices',
    'limitsCleared',
    'duplicatesSettled',
    'looks',
  ],
] as const
const PAIR = ['approvals', 'attestations', 'acceptances', 'corrections'] as const

/** RFC 4180, a line of names first: a line for each officer of each agency. */
export function officersCsv(reports: readonly OfficerReport[]): string {
  const rows = reports.flatMap(({ tenantId, month, officers }) =>
    officers.map((one) => [tenantId, month, ...OFFICER.map((field) => one[field] ?? '')]),
  )
  return csv([['tenantId', 'month', ...OFFICER], ...rows])
}

/** The same of pairs who acted together. */
export function pairsCsv(reports: readonly OfficerReport[]): string {
  const rows = reports.flatMap(({ tenantId, month, pairs }) =>
    pairs.map((one) => [tenantId, month, ...one.officers, ...PAIR.map((field) => one[field])]),
  )
  return csv([['tenantId', 'month', 'officer', 'other', ...PAIR], ...rows])
}

const csv = (rows: readonly (readonly (string | number)[])[]): string => rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')
