import { and, asc, eq, gt, gte, lt, notExists, sql, type SQL } from 'drizzle-orm'
import { noteAct } from './audit.js'
import { forgetDuplicates } from './duplicates.js'
import { heldAt } from './evidence.js'
import { canonicalJson } from './ledger-hash.js'
import { rejectReference } from './pending-references.js'
import { only, type Scope } from './scope.js'
import { findSession } from './sessions.js'
import { lockSubject } from './subjects.js'
import { audit, decisions, evidence, sessionSteps } from './tables-events.js'
import { references } from './tables-people.js'

/** An enrolment that nobody decided on in time: nothing of it is left but that there was one. */
export interface LapsedEnrolment {
  readonly enrolmentId: string
  readonly subjectId: string
  readonly lapsedAt: Date
}

const ACTION = 'enrolment-lapsed'
/** What the audit says of an enrolment; in this order of texts its ids are in order, too. */
const detailsOf = (enrolmentId: string): string => canonicalJson({ enrolmentId })

/**
 * Lapses the enrolments that have waited since before `before`: template, portrait, what would know the session again, commitments and findings go, and
 * the pairs that a search found where nothing else is held of the subject's face. What is under a legal hold waits on. Gives how many.
 */
export async function lapseEnrolments(scope: Scope, before: Date): Promise<number> {
  const { tenantId, database } = scope
  const old = and(...[eq(references.tenantId, tenantId), eq(references.state, 'pending'), lt(references.createdAt, before)], unheld(scope))
  const rows = await database
    .select({ enrolmentId: references.referenceId, subjectId: references.subjectId })
    .from(references)
    .where(old)
    .orderBy(asc(references.subjectId), asc(references.referenceId))
  let lapsed = 0
  for (const row of rows) if (await lapse(scope, row)) lapsed += 1
  return lapsed
}

/** Nothing of the enrolment is under a legal hold. */
function unheld({ tenantId, now, database }: Scope): SQL | undefined {
  const ofIt = and(eq(evidence.tenantId, tenantId), eq(evidence.sid, references.referenceId), heldAt(now))
  return notExists(
    database
      .select({ one: sql`1` })
      .from(evidence)
      .where(ofIt),
  )
}

async function lapse(scope: Scope, { enrolmentId, subjectId }: Pick<LapsedEnrolment, 'enrolmentId' | 'subjectId'>): Promise<boolean> {
  const { tenantId, database } = scope
  // Under the lock that an approval and a hold take: what an officer decides on meanwhile does not lapse, nor what came under a hold since it was looked for.
  await lockSubject(scope, subjectId)
  const itself = and(eq(references.tenantId, tenantId), eq(references.referenceId, enrolmentId), unheld(scope))
  if (only(await database.select({ id: references.referenceId }).from(references).where(itself)) === undefined) return false
  if ((await rejectReference(scope, enrolmentId)) === undefined) return false
  await database.delete(evidence).where(and(eq(evidence.tenantId, tenantId), eq(evidence.sid, enrolmentId)))
  await database.delete(sessionSteps).where(and(eq(sessionSteps.tenantId, tenantId), eq(sessionSteps.sid, enrolmentId)))
  await database
    .update(decisions)
    .set({ findings: null })
    .where(and(eq(decisions.tenantId, tenantId), eq(decisions.sid, enrolmentId)))
  const other = and(eq(references.tenantId, tenantId), eq(references.subjectId, subjectId))
  if (only(await database.select({ id: references.referenceId }).from(references).where(other).limit(1)) === undefined) {
    await forgetDuplicates(scope, subjectId)
  }
  await noteAct(scope, { actor: 'system', action: ACTION, subjectId, details: { enrolmentId } })
  return true
}

/** Whether an enrolment lapsed. */
export async function hasLapsed(scope: Scope, enrolmentId: string): Promise<boolean> {
  const session = await findSession(scope, enrolmentId)
  if (session === undefined) return false
  const { tenantId, database } = scope
  const itself = and(
    ...[eq(audit.tenantId, tenantId), eq(audit.subjectId, session.subjectId)],
    ...[eq(audit.action, ACTION), eq(audit.details, detailsOf(enrolmentId))],
  )
  return only(await database.select({ id: audit.entryId }).from(audit).where(itself).limit(1)) !== undefined
}

/** A page of the enrolments that lapsed at or after `since`, by id. `after` is the last id of the page before. */
export async function lapsedEnrolments(
  { tenantId, database }: Scope,
  page: { readonly since: Date; readonly after?: string; readonly limit: number },
): Promise<readonly LapsedEnrolment[]> {
  const { since, after, limit } = page
  const fits = and(
    ...[eq(audit.tenantId, tenantId), gte(audit.at, since), eq(audit.action, ACTION)],
    after === undefined ? undefined : gt(audit.details, detailsOf(after)),
  )
  const rows = await database.select().from(audit).where(fits).orderBy(asc(audit.details)).limit(limit)
  return rows.map(({ at, subjectId, details }) => ({
    ...{ enrolmentId: (JSON.parse(details) as { readonly enrolmentId: string }).enrolmentId },
    ...{ subjectId: subjectId ?? '', lapsedAt: at },
  }))
}
