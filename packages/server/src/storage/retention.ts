import { and, asc, eq, gt, inArray, isNotNull, lt, notInArray, or } from 'drizzle-orm'
import { freeAt, heldAt, unopposedAt } from './evidence.js'
import { lapseEnrolments } from './lapsed-enrolments.js'
import { sweepNonces } from './nonces.js'
import type { Scope } from './scope.js'
import { sweepSessions } from './sessions.js'
import { decisions, evidence, sessions, sessionSteps } from './tables-events.js'
import { references } from './tables-people.js'

const DAY_MS = 86_400_000

/** How long what has no date of its own is kept; evidence has one. */
export interface RetentionPolicy {
  /** Days that findings and commitments of decided sessions are kept. Default 90. */
  readonly findingsDays: number
  /** Days that a superseded reference is kept. Default 30. */
  readonly supersededDays: number
  /** Days that an enrolment waits for an officer before it lapses. Default 30. */
  readonly pendingDays: number
  /** Days that sessions without a decision and spent nonces are kept after they expired. Default 1. */
  readonly expiredDays: number
}

export const RETENTION_POLICY: RetentionPolicy = Object.freeze({ findingsDays: 90, supersededDays: 30, pendingDays: 30, expiredDays: 1 })

/** How many rows of each went, or lost what they held. */
export interface Swept {
  readonly replay: number
  readonly sealed: number
  /** Sessions that expired without a decision. */
  readonly sessions: number
  readonly nonces: number
  /** Decisions that lost their findings. */
  readonly findings: number
  /** Commitments of decided sessions. */
  readonly steps: number
  readonly references: number
  /** Enrolments that nobody decided on in time. */
  readonly lapsed: number
}

/** Removes all that has been kept long enough. Attendance, audit and ledger stay; what is under a legal hold, or an appeal is about, stays, too. */
export async function sweepAll(scope: Scope, policy: Partial<RetentionPolicy> = {}): Promise<Swept> {
  const { findingsDays, supersededDays, pendingDays, expiredDays } = { ...RETENTION_POLICY, ...policy }
  const ago = (days: number): Date => new Date(scope.now.getTime() - days * DAY_MS)
  // First, so that its evidence is counted with it.
  const lapsed = await lapseEnrolments(scope, ago(pendingDays))
  return {
    replay: await sweepClass(scope, 'replay'),
    sealed: await sweepClass(scope, 'sealed'),
    ...(await sweepFindings(scope, ago(findingsDays))),
    references: await sweepReferences(scope, ago(supersededDays)),
    sessions: await sweepSessions(scope, ago(expiredDays)),
    nonces: await sweepNonces(scope, ago(expiredDays)),
    lapsed,
  }
}

async function sweepClass({ tenantId, now, database }: Scope, kind: 'replay' | 'sealed'): Promise<number> {
  const over = and(eq(evidence.tenantId, tenantId), eq(evidence.class, kind), lt(evidence.expiresAt, now), freeAt(now), unopposedAt(now))
  return (await database.delete(evidence).where(over).returning({ id: evidence.evidenceId })).length
}

async function sweepFindings({ tenantId, now, database }: Scope, before: Date): Promise<Pick<Swept, 'findings' | 'steps'>> {
  // Locked, so that a hold or an appeal that comes meanwhile is either seen below, or comes after this sweep.
  const due = database
    .select({ sid: decisions.sid })
    .from(decisions)
    .where(and(eq(decisions.tenantId, tenantId), lt(decisions.decidedAt, before)))
  const kept = and(eq(evidence.tenantId, tenantId), inArray(evidence.sid, due))
  await database.select({ id: evidence.evidenceId }).from(evidence).where(kept).orderBy(asc(evidence.evidenceId)).for('update')
  // What an appeal is about is not taken from under it.
  const held = database
    .select({ sid: evidence.sid })
    .from(evidence)
    .where(and(eq(evidence.tenantId, tenantId), or(heldAt(now), gt(evidence.appealUntil, now))))
  const told = and(eq(decisions.tenantId, tenantId), lt(decisions.decidedAt, before), isNotNull(decisions.findings), notInArray(decisions.sid, held))
  const findings = (await database.update(decisions).set({ findings: null }).where(told).returning({ sid: decisions.sid })).length
  const old = database
    .select({ sid: sessions.sid })
    .from(sessions)
    .where(and(eq(sessions.tenantId, tenantId), eq(sessions.state, 'decided'), lt(sessions.decidedAt, before)))
  const committed = and(eq(sessionSteps.tenantId, tenantId), inArray(sessionSteps.sid, old), notInArray(sessionSteps.sid, held))
  const steps = (await database.delete(sessionSteps).where(committed).returning({ n: sessionSteps.n })).length
  return { findings, steps }
}

async function sweepReferences({ tenantId, database }: Scope, before: Date): Promise<number> {
  const old = and(eq(references.tenantId, tenantId), eq(references.state, 'superseded'), lt(references.supersededAt, before))
  return (await database.delete(references).where(old).returning({ id: references.referenceId })).length
}
