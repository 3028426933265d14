import type { DecisionOutcome } from '@lintas/core/receipt'
import type { AttendanceRecord, Decision, Scope, Session } from '../storage/index.js'
import type { CheckInAnswer } from './conclude.js'
import { directionNow } from './direction.js'
import type { Findings, SessionParts } from './ports.js'
import { answering } from './refusals.js'
import { keep, settle, settleBad, settledBefore } from './settle.js'
import { readSubmission, type GoodSubmission } from './submission.js'
import { verifySubmission } from './verify.js'

/** Evidence of a check-in, and who is logged in at the relay. */
export interface CheckInRequest {
  readonly body: Uint8Array<ArrayBuffer>
  readonly subjectId?: string
}

/**
 * Verifies the evidence of a check-in and decides. The same payload again gets the stored answer.
 * @throws Fault 404, 409 `session-*`, 410, 413, 503 `busy`; 401 or 422 `receipt-*`, `evidence-*`
 */
export async function checkIn(parts: SessionParts, tenantId: string, request: CheckInRequest): Promise<CheckInAnswer> {
  return await answering(async () => {
    const submission = await readSubmission(parts, tenantId, { ...request, purpose: 'check-in' })
    const decision = await decisionOn(parts, tenantId, submission)
    return JSON.parse(decision.answer) as CheckInAnswer
  })
}

async function decisionOn(parts: SessionParts, tenantId: string, submission: Awaited<ReturnType<typeof readSubmission>>): Promise<Decision> {
  if (submission.kind === 'repeat') return submission.decision
  if (submission.kind === 'bad') return await settleBad(parts, tenantId, submission)
  const findings = await verifySubmission(parts, submission)
  return await parts.storage.transact(tenantId, (scope) => decideIn(scope, parts, submission, findings))
}

async function decideIn(scope: Scope, parts: SessionParts, submission: GoodSubmission, findings: Findings): Promise<Decision> {
  const before = await settledBefore(scope, submission)
  if (before !== undefined) return before
  const { session } = submission
  const { outcome, flags } = outcomeOf(parts, session, findings)
  const record = outcome === 'admitted' ? await recordOf(scope, session) : undefined
  const decision = await settle(scope, parts, submission, {
    outcome,
    ...(outcome === 'refused' && findings.hint !== undefined ? { hint: findings.hint } : {}),
    findings: { ...told(findings), flags },
    ...(record === undefined ? {} : { record }),
  })
  await keep(scope, parts, submission, findings)
  return decision
}

/** What the server found and the policy says of it. Refused stays refused; everything else can only turn an admission into a review. */
function outcomeOf(
  parts: SessionParts,
  session: Session,
  findings: Findings,
): { readonly outcome: DecisionOutcome; readonly flags: readonly string[] } {
  const flags = [...findings.disagreement.map((what) => `disagreement:${what}`)]
  if (parts.policy.placeRequired && session.place === null) flags.push('place-missing')
  if (findings.outcome !== 'admitted') return { outcome: 'refused', flags }
  return { outcome: flags.includes('place-missing') ? 'review' : 'admitted', flags }
}

async function recordOf(scope: Scope, { sid, subjectId, place }: Session): Promise<AttendanceRecord> {
  const direction = await directionNow(scope, subjectId)
  const facts = { kind: 'attendance', subjectId, occurredAt: scope.now.toISOString(), direction, assurance: 'server-verified', sid } as const
  return place === null ? facts : { ...facts, place }
}

/** Findings as an officer may see them: neither the template nor what knows the session again. */
export function told(findings: Findings): object {
  const { template: _template, replay: _replay, ...rest } = findings
  return rest
}
