import { and, eq } from 'drizzle-orm'
import { wasAbandoned } from './abandoned.js'
import { appendRecord } from './ledger.js'
import type { LedgerHead } from './ledger-hash.js'
import type { LimitPolicy } from './limit-rules.js'
import { noteAttempt } from './limits.js'
import type { AttendanceRecord } from './record.js'
import { inserted, only, type Scope } from './scope.js'
import { refuseDecision, type SessionRefusal } from './session-rules.js'
import { findSession, lockSession } from './sessions.js'
import { lockSubject } from './subjects.js'
import { decisions, sessions } from './tables-events.js'

/** What was decided in a session, and what was answered, word for word. */
export type Decision = typeof decisions.$inferSelect

/** Who submits what: two submissions are the same one when all three agree. */
export interface Submission {
  readonly sid: string
  readonly thumbprint: string
  /** SHA-256 of the payload, lower-case hex; never of the JWS, whose signature can be changed without a key. */
  readonly payloadSha256: string
}

/** A decision to be written. */
export interface Settlement extends Submission {
  readonly outcome: string
  readonly assurance: string
  /** How the limits count it. */
  readonly counts: 'success' | 'failure'
  readonly limits?: LimitPolicy
  /** When the evidence arrived. Default: now. */
  readonly arrivedAt?: Date
  /** What the server found, for an officer's eyes. */
  readonly findings?: string
  /** What goes into the ledger; absent where nothing was recorded. */
  readonly record?: AttendanceRecord
  /** The texts to keep, made when the ledger's row is known. May run more than once. */
  readonly conclude: (head: LedgerHead | undefined) => Promise<{ readonly answer: string; readonly decision: string }>
}

/** `settled` now, a `repeat` of what was settled, or refused; `conflict`: another payload was decided in this session. */
export type Settled =
  { readonly kind: 'settled' | 'repeat'; readonly decision: Decision } | { readonly kind: 'refused'; readonly reason: SessionRefusal | 'conflict' }

/** The decision of a session. */
export async function findDecision({ tenantId, database }: Scope, sid: string): Promise<Decision | undefined> {
  return only(
    await database
      .select()
      .from(decisions)
      .where(and(eq(decisions.tenantId, tenantId), eq(decisions.sid, sid))),
  )
}

/** What stands with a session for an officer's eyes. */
export type KeptFindings = Readonly<Record<string, unknown>>

/**
 * Adds to what was found in a session, for an officer's eyes; `false` where nothing is held of it any more, which is left so. What is added can depend on
 * what stands there, under the row's lock: what is read before it may be older.
 */
export async function addFindings(scope: Scope, sid: string, more: KeptFindings | ((before: KeptFindings) => KeptFindings)): Promise<boolean> {
  const { tenantId, database } = scope
  const itself = and(eq(decisions.tenantId, tenantId), eq(decisions.sid, sid))
  const findings = only(await database.select({ findings: decisions.findings }).from(decisions).where(itself).for('update'))?.findings
  if (findings === null || findings === undefined) return false
  const before = JSON.parse(findings) as KeptFindings
  const all = { ...before, ...(typeof more === 'function' ? more(before) : more) }
  await database
    .update(decisions)
    .set({ findings: JSON.stringify(all) })
    .where(itself)
  return true
}

/** What a submission already got, to be asked before anything expensive; `undefined` where the session is undecided or not there. */
export async function findRepeat(scope: Scope, submission: Submission): Promise<Settled | undefined> {
  const decision = await findDecision(scope, submission.sid)
  if (decision === undefined) return undefined
  const same = decision.thumbprint === submission.thumbprint && decision.payloadSha256 === submission.payloadSha256
  return same ? { kind: 'repeat', decision } : { kind: 'refused', reason: 'conflict' }
}

/**
 * Writes decision, counters, record, ledger row and answer, all or nothing, since the scope is one transaction. Of submissions that arrive at
 * once one settles, its repeats get the same answer, and others conflict.
 */
export async function settleSession(scope: Scope, settlement: Settlement): Promise<Settled> {
  const { sid, thumbprint, payloadSha256, outcome, assurance, record, findings } = settlement
  const refused = await lockForDecision(scope, settlement)
  if ('kind' in refused) return refused
  const { subjectId } = refused
  if (record !== undefined && record.subjectId !== subjectId) throw new TypeError('the record is of another subject than the session')
  // Evidence that came in time and was decided long after: meanwhile its session may have been counted as given up.
  const counted = settlement.counts === 'failure' && (await wasAbandoned(scope, sid))
  if (!counted) await noteAttempt(scope, subjectId, settlement.counts, settlement.limits)
  const head = record === undefined ? undefined : await appendRecord(scope, record)
  const { answer, decision } = await settlement.conclude(head)
  const { tenantId, now, database } = scope
  const row = {
    ...{ tenantId, sid, thumbprint, payloadSha256, outcome, assurance, answer, decision, decidedAt: now },
    ...{ findings: findings ?? null, ledgerSeq: head?.seq ?? null },
  }
  const kept = inserted(await database.insert(decisions).values(row).returning())
  await database
    .update(sessions)
    .set({ state: 'decided', decidedAt: now })
    .where(and(eq(sessions.tenantId, tenantId), eq(sessions.sid, sid)))
  return { kind: 'settled', decision: kept }
}

/** Subject before session, the order in which an erasure takes them too. */
async function lockForDecision(
  scope: Scope,
  submission: Submission & Pick<Settlement, 'arrivedAt'>,
): Promise<Settled | { readonly subjectId: string }> {
  const found = await findSession(scope, submission.sid)
  if (found === undefined) return { kind: 'refused', reason: 'not-found' }
  const { subjectId } = found
  const subject = await lockSubject(scope, subjectId)
  const session = await lockSession(scope, submission.sid)
  if (session === undefined) return { kind: 'refused', reason: 'not-found' }
  const repeat = await findRepeat(scope, submission)
  if (repeat !== undefined) return repeat
  const reason =
    refuseDecision(session, submission.thumbprint, submission.arrivedAt ?? scope.now) ?? (subject === undefined ? 'not-found' : undefined)
  return reason === undefined ? { subjectId } : { kind: 'refused', reason }
}
