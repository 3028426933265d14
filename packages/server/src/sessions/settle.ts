import { packBundle } from '@lintas/core/evidence'
import type { DecisionOutcome } from '@lintas/core/receipt'
import {
  countSubmission,
  findRepeat,
  keepEvidence,
  lockSubject,
  settleSession,
  type AttendanceRecord,
  type Decision,
  type Scope,
  type Settlement,
} from '../storage/index.js'
import { assuranceOf, decisionOf, nextOf, type CheckInAnswer } from './conclude.js'
import type { Findings, SessionParts } from './ports.js'
import { conflict, refusedSession } from './refusals.js'
import type { BadSubmission, GoodSubmission } from './submission.js'
import { evidenceAad } from './verify.js'

/** Submissions of evidence that is not what was committed to; the last one ends the session. */
export const MOST_SUBMISSIONS = 3

/** What is to be written of a session. */
export interface Verdict {
  readonly outcome: DecisionOutcome
  readonly hint?: string
  /** What the person does next; default by the outcome and the attempts so far. */
  readonly next?: CheckInAnswer['next']
  /** For an officer's eyes. */
  readonly findings: object
  readonly record?: AttendanceRecord
  /** The answer; default is {@link CheckInAnswer}. */
  readonly answer?: object
}

type Who = Pick<GoodSubmission, 'session' | 'thumbprint' | 'payloadSha256' | 'arrivedAt'>

/** What a submission already got, under the subject's lock: of two that arrive at once the second finds what the first settled. */
export async function settledBefore(scope: Scope, { session, thumbprint, payloadSha256 }: Who): Promise<Decision | undefined> {
  await lockSubject(scope, session.subjectId)
  const repeat = await findRepeat(scope, { sid: session.sid, thumbprint, payloadSha256 })
  if (repeat?.kind === 'refused') throw conflict()
  return repeat?.decision
}

/** Writes a verdict with all that follows from it. @throws Fault where the session moved meanwhile */
export async function settle(scope: Scope, parts: SessionParts, who: Who, verdict: Verdict): Promise<Decision> {
  const { session, thumbprint, payloadSha256 } = who
  const { outcome, hint, record, findings } = verdict
  const settlement: Settlement = {
    ...{ sid: session.sid, thumbprint, payloadSha256, outcome, assurance: assuranceOf(session) },
    ...{ counts: outcome === 'refused' ? 'failure' : 'success', findings: JSON.stringify(findings), ...(record === undefined ? {} : { record }) },
    conclude: async (head) => {
      const told: CheckInAnswer = {
        outcome,
        ...(hint === undefined ? {} : { hint }),
        next: verdict.next ?? (await nextOf(scope, session.subjectId, outcome)),
      }
      return { answer: JSON.stringify(verdict.answer ?? told), decision: await decisionOf(scope, parts, session, { outcome, recorded: head }) }
    },
  }
  const settled = await settleSession(scope, { ...settlement, arrivedAt: who.arrivedAt })
  if (settled.kind === 'refused') throw settled.reason === 'conflict' ? conflict() : refusedSession(settled.reason)
  return settled.decision
}

/** Keeps what knows this session again, and of a decision that refuses everything, sealed, for an appeal. */
export async function keep(
  scope: Scope,
  parts: SessionParts,
  submission: GoodSubmission,
  findings: Findings,
  { outcome }: Pick<Decision, 'outcome'>,
): Promise<void> {
  await put(scope, parts, submission, 'replay', findings.replay, parts.policy.keepReplayMs)
  if (outcome === 'refused') await sealFrames(scope, parts, submission)
}

/** Seals all that was submitted, for an appeal. */
export async function sealFrames(scope: Scope, parts: SessionParts, submission: GoodSubmission): Promise<void> {
  await put(scope, parts, submission, 'sealed', packBundle(submission.bundle), parts.policy.keepSealedMs)
}

async function put(
  scope: Scope,
  { keyring }: SessionParts,
  { session }: GoodSubmission,
  kind: 'replay' | 'sealed',
  plain: Uint8Array,
  keepMs: number,
): Promise<void> {
  const { tenantId, subjectId, sid } = session
  const { ciphertext, keyId } = await keyring.seal('evidence', plain, evidenceAad(tenantId, subjectId, sid, kind))
  await keepEvidence(scope, subjectId, { sid, class: kind, ciphertext, keyId, keepMs })
}

/** Counts evidence that is not what was committed to. @throws Fault its own, until it was the last one: then the session is decided, and refused */
export async function settleBad(parts: SessionParts, tenantId: string, bad: BadSubmission): Promise<Decision> {
  const decision = await parts.storage.transact(tenantId, async (scope) => {
    const before = await settledBefore(scope, bad)
    if (before !== undefined) return before
    const count = await countSubmission(scope, bad.session.sid)
    if (count === undefined || count < MOST_SUBMISSIONS) return undefined
    return await settle(scope, parts, bad, { outcome: 'refused', findings: { outcome: 'refused', reasons: [bad.fault.code], submissions: count } })
  })
  if (decision === undefined) throw bad.fault
  return decision
}
