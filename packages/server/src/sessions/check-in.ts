import type { DecisionOutcome } from '@lintas/core/receipt'
import { addReview, noteDevice, type AttendanceRecord, type Decision, type DeviceVerdict, type Scope, type Session } from '../storage/index.js'
import { isShown, type Place } from '../place/index.js'
import { localDay } from '../time/index.js'
import { settleBarred } from './barred.js'
import { assuranceOf, intervalOf, type CheckInAnswer } from './conclude.js'
import { directionNow, timeZoneOf } from './direction.js'
import type { Findings, SessionParts } from './ports.js'
import { lookAgain, lostPlace, placeOfDecision } from './place.js'
import { answering } from './refusals.js'
import { decideOnce } from './running.js'
import { keep, settle, settleBad, settledBefore } from './settle.js'
import { checkStanding } from './standing.js'
import { readSubmission, type GoodSubmission } from './submission.js'
import { verifySubmission, type Verified } from './verify.js'

/** Evidence of a check-in, and who is logged in at the relay. */
export interface CheckInRequest {
  readonly body: Uint8Array<ArrayBuffer>
  /** Made without a network: its parts are sealed to the server. */
  readonly sealed?: boolean
  readonly subjectId: string
  /** Where the browser's request came from, as the relay says. */
  readonly clientAddress?: string
}

/**
 * Verifies the evidence of a check-in and decides. The same payload again gets the stored answer.
 * @throws Fault 404, 409 `session-*`, 410, 413, 503 `busy`; 401 or 422 `receipt-*`, `evidence-*`
 */
export async function checkIn(parts: SessionParts, tenantId: string, request: CheckInRequest): Promise<CheckInAnswer> {
  return await answering(async () => {
    const submission = await readSubmission(parts, tenantId, { ...request, purpose: 'check-in' })
    const decision = await decisionOn(parts, tenantId, submission, request.clientAddress)
    return JSON.parse(decision.answer) as CheckInAnswer
  })
}

async function decisionOn(
  parts: SessionParts,
  tenantId: string,
  submission: Awaited<ReturnType<typeof readSubmission>>,
  clientAddress: string | undefined,
): Promise<Decision> {
  if (submission.kind === 'repeat') return submission.decision
  if (submission.kind === 'bad') return await settleBad(parts, tenantId, submission)
  return await decideOnce(
    parts.storage,
    submission,
    async () => (await settleBarred(parts, submission)) ?? (await verifyAndDecide(parts, submission, clientAddress)),
  )
}

async function verifyAndDecide(parts: SessionParts, submission: GoodSubmission, clientAddress: string | undefined): Promise<Decision> {
  const { tenantId } = submission.session
  const verified = await verifySubmission(parts, submission)
  if (verified.kind === 'bad') return await settleBad(parts, tenantId, verified)
  return await parts.storage.transact(tenantId, (scope) => decideIn(scope, parts, { submission, verified, clientAddress }))
}

/** Evidence that was verified, and where it came from. */
interface Deciding {
  readonly submission: GoodSubmission
  readonly verified: Verified
  readonly clientAddress: string | undefined
}

async function decideIn(scope: Scope, parts: SessionParts, { submission, verified, clientAddress }: Deciding): Promise<Decision> {
  const { findings, referenceId } = verified
  const before = await settledBefore(scope, submission)
  if (before !== undefined) return before
  await checkStanding(scope, submission, referenceId)
  const session = await lookAgain(scope, parts, submission.session, 'check-in', clientAddress)
  const device = findings.outcome === 'admitted' ? await noteDevice(scope, session.subjectId, submission.thumbprint) : undefined
  const place = placeOfDecision(session, device?.state === 'kiosk' ? submission.thumbprint : undefined)
  const deferred = await deferredOf(scope, session)
  const lost = place?.by === 'kiosk' ? [] : lostPlace(session)
  const { outcome, flags } = outcomeOf(parts, { place, lost, device, deferred }, findings)
  const record = outcome === 'refused' ? undefined : await recordOf(scope, session, place)
  const decision = await settle(scope, parts, submission, {
    outcome,
    ...(outcome === 'refused' && findings.hint !== undefined ? { hint: findings.hint } : {}),
    findings: { ...told(findings), flags },
    // Another try with this device would end the same.
    ...(device?.refused === undefined ? {} : { next: 'assisted' as const }),
    ...(record !== undefined && outcome === 'admitted' ? { record } : {}),
  })
  if (record !== undefined && outcome === 'review') await addReview(scope, { record, thumbprint: submission.thumbprint, flags: reasonsIn(flags) })
  await keep(scope, parts, submission, findings, decision)
  return decision
}

/** What besides the evidence says whether it is good. */
interface Circumstances {
  readonly place: Place | undefined
  /** A place that was shown, and no longer is. */
  readonly lost: readonly string[]
  readonly device: DeviceVerdict | undefined
  readonly deferred: readonly string[]
}

/** What an officer is told of a check-in that was made without a network. On which day of its interval it was made nobody knows. */
async function deferredOf(scope: Scope, { packDay, createdAt }: Session): Promise<readonly string[]> {
  if (packDay === null) return []
  return localDay(await timeZoneOf(scope), createdAt) === packDay ? ['deferred'] : ['deferred', 'deferred-late']
}

/** What the server found and what the policy makes of it: an admission can become a review or a refusal, and a refusal stays one. */
function outcomeOf(
  { policy }: SessionParts,
  { place: where, lost, device, deferred }: Circumstances,
  findings: Findings,
): { readonly outcome: DecisionOutcome; readonly flags: readonly string[] } {
  const place = policy.placeRequired && !isShown(where?.by) ? [where === undefined ? 'place-missing' : 'place-claimed'] : []
  const provisional = device?.state === 'provisional' ? ['device-provisional'] : []
  const barred = device?.refused === undefined ? [] : [device.refused]
  const flags = [...barred, ...provisional, ...place, ...lost, ...deferred, ...findings.disagreement.map((what) => `disagreement:${what}`)]
  if (findings.outcome !== 'admitted' || barred.length > 0) return { outcome: 'refused', flags }
  const late = deferred.includes('deferred-late') || (deferred.length > 0 && policy.deferred !== 'admit')
  const doubtful = place.length > 0 || late || (provisional.length > 0 && policy.provisional === 'review')
  return { outcome: doubtful ? 'review' : 'admitted', flags }
}

/**
 * Why an officer decides. What browser and server did not agree on stands with the findings, of which every look is noted, and goes with them. Another build
 * alone is no reason: an agency whose page is of another release than the server would have it with everybody.
 */
function reasonsIn(flags: readonly string[]): readonly string[] {
  const reasons = flags.filter((flag) => !flag.startsWith('disagreement:'))
  const disagreed = flags.some((flag) => flag.startsWith('disagreement:') && !flag.startsWith('disagreement:build:'))
  return disagreed ? [...reasons, 'disagreement'] : reasons
}

/** What is recorded of a check-in: at once, or when an officer accepts it. */
async function recordOf(scope: Scope, session: Session, place: Place | undefined): Promise<AttendanceRecord> {
  const { sid, subjectId } = session
  const interval = intervalOf(session)
  const at = interval?.[1] ?? scope.now
  const direction = await directionNow(scope, subjectId, at)
  const assurance = assuranceOf(session)
  const notBefore = interval === undefined ? {} : { notBefore: interval[0].toISOString() }
  const facts = { kind: 'attendance', subjectId, occurredAt: at.toISOString(), direction, assurance, sid, ...notBefore } as const
  return place === undefined ? facts : { ...facts, place: place.place, placeBy: place.by }
}

/** Findings as an officer may see them: neither the template nor what knows the session again. */
export function told(findings: Findings): object {
  const { template: _template, replay: _replay, ...rest } = findings
  return rest
}
