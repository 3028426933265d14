import { countActs, countWaiting, findTenant, LOOKS, type ActCount, type Scope } from '../storage/index.js'
import { startOfMonth } from '../time/index.js'

/** What an officer did in a month. Of what takes two, `…Second` counts where this one was the second. */
export interface OfficerMonth {
  readonly officer: string
  /** All that follows, but for looks. */
  readonly acts: number
  /** Of the acts of all officers of the agency, 0 to 1. */
  readonly share: number
  readonly approvedAlone: number
  readonly approvedWithSecond: number
  readonly approvedAsSecond: number
  readonly rejected: number
  readonly attestedAlone: number
  readonly attestedWithSecond: number
  readonly attestedAsSecond: number
  /** Attestations made alone, of the acts: 0 to 1; absent without acts. */
  readonly attestedAloneShare?: number
  /** Reviews of check-ins. */
  readonly acceptedAlone: number
  readonly acceptedWithSecond: number
  readonly acceptedAsSecond: number
  readonly reviewsRejected: number
  readonly correctedAsFirst: number
  readonly correctedAsSecond: number
  /** Bound, ended, made a kiosk, taken back. */
  readonly devices: number
  /** Subjects let try again after too many failures, by the route alone. */
  readonly limitsCleared: number
  readonly duplicatesSettled: number
  /** Findings that were looked at. */
  readonly looks: number
}

/** How often two officers acted together, whoever was the first. */
export interface OfficerPair {
  readonly officers: readonly [string, string]
  readonly approvals: number
  readonly attestations: number
  readonly acceptances: number
  readonly corrections: number
}

/** A month of an agency's officers. No subject is in it. */
export interface OfficerReport {
  readonly tenantId: string
  readonly month: string
  readonly timeZone: string
  readonly officers: readonly OfficerMonth[]
  readonly pairs: readonly OfficerPair[]
  /** Check-ins that wait for an officer, now and of whatever month. */
  readonly reviewsWaiting: number
}

/** The report of a month, `YYYY-MM`, in the tenant's time zone; `undefined` for no such tenant. */
export async function officerReport(scope: Scope, month: string): Promise<OfficerReport | undefined> {
  const tenant = await findTenant(scope)
  if (tenant === undefined) return undefined
  const { tenantId, timeZone } = tenant
  const [year = 0, number = 0] = month.split('-').map(Number)
  const next = number === 12 ? `${year + 1}-01` : `${String(year)}-${String(number + 1).padStart(2, '0')}`
  const counts = await countActs(scope, startOfMonth(timeZone, month), startOfMonth(timeZone, next))
  return { tenantId, month, timeZone, officers: officersIn(counts), pairs: pairsIn(counts), reviewsWaiting: await countWaiting(scope) }
}

type Part = 'alone' | 'first' | 'second'
const partOf = ({ first, second }: ActCount): Part => (first !== null ? 'second' : second !== null ? 'first' : 'alone')

function officersIn(counts: readonly ActCount[]): readonly OfficerMonth[] {
  const acts = (of: readonly ActCount[]): number => sum(of.filter(({ action }) => !LOOKS.includes(action)))
  const all = acts(counts)
  return [...new Set(counts.map(({ actor }) => actor))].map((officer) => {
    const own = counts.filter(({ actor }) => actor === officer)
    const of = (action: ActCount['action'], part?: Part): number =>
      sum(own.filter((one) => one.action === action && (part === undefined || partOf(one) === part)))
    const total = acts(own)
    const attestedAlone = of('attendance-attested', 'alone')
    return {
      ...{ officer, acts: total, share: all === 0 ? 0 : total / all },
      ...{ approvedAlone: of('enrolment-approved', 'alone'), approvedWithSecond: of('enrolment-approved', 'first') },
      ...{ approvedAsSecond: of('enrolment-approved', 'second'), rejected: of('enrolment-rejected') },
      ...{ attestedAlone, attestedWithSecond: of('attendance-attested', 'first'), attestedAsSecond: of('attendance-attested', 'second') },
      ...(total === 0 ? {} : { attestedAloneShare: attestedAlone / total }),
      ...{ acceptedAlone: of('review-accepted', 'alone'), acceptedWithSecond: of('review-accepted', 'first') },
      ...{ acceptedAsSecond: of('review-accepted', 'second'), reviewsRejected: of('review-rejected') },
      ...{ correctedAsFirst: of('attendance-corrected', 'first'), correctedAsSecond: of('attendance-corrected', 'second') },
      devices: of('device-bound') + of('device-revoked') + of('device-kiosk') + of('device-kiosk-ended'),
      limitsCleared: of('limits-cleared'),
      ...{ duplicatesSettled: of('duplicate-settled'), looks: sum(own.filter(({ action }) => LOOKS.includes(action))) },
    }
  })
}

function pairsIn(counts: readonly ActCount[]): readonly OfficerPair[] {
  const pairs = new Map<string, ActCount[]>()
  for (const one of counts) {
    if (one.second === null || LOOKS.includes(one.action)) continue
    const key = JSON.stringify([one.actor, one.second].sort())
    pairs.set(key, [...(pairs.get(key) ?? []), one])
  }
  const told = [...pairs].map(([key, own]) => {
    const of = (action: ActCount['action']): number => sum(own.filter((one) => one.action === action))
    const [left = '', right = ''] = JSON.parse(key) as readonly string[]
    const officers = [left, right] as const
    return {
      ...{ officers, approvals: of('enrolment-approved'), attestations: of('attendance-attested') },
      ...{ acceptances: of('review-accepted'), corrections: of('attendance-corrected') },
    }
  })
  const together = ({ approvals, attestations, acceptances, corrections }: OfficerPair): number =>
    approvals + attestations + acceptances + corrections
  return told.sort((left, right) => together(right) - together(left))
}

const sum = (counts: readonly ActCount[]): number => counts.reduce((total, { count }) => total + count, 0)
