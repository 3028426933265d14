import { and, eq } from 'drizzle-orm'
import {
  FRESH,
  judgeAbandoned,
  judgeLimit,
  LIMIT_POLICY,
  type LimitEvent,
  type LimitPolicy,
  type LimitState,
  type LimitVerdict,
} from './limit-rules.js'
import { only, type Scope } from './scope.js'
import { lockSubject } from './subjects.js'
import { limits } from './tables-events.js'

/**
 * Notes an event of a subject's attempts and tells whether it may happen. Instances that ask at once wait for each other.
 * `undefined` where there is no such subject or it is erased.
 */
export async function noteAttempt(
  scope: Scope,
  subjectId: string,
  event: LimitEvent,
  policy: LimitPolicy = LIMIT_POLICY,
): Promise<LimitVerdict | undefined> {
  if ((await lockSubject(scope, subjectId)) === undefined) return undefined
  const { state, verdict } = judgeLimit(await limitState(scope, subjectId), event, scope.now.getTime(), policy)
  await keepState(scope, subjectId, state)
  return verdict
}

/**
 * Counts begins that were made already, without a network: each, also where one could not begin now. Nobody loses a check-in by it, and whoever made many
 * has the fewer left. The subject is locked by the caller.
 */
export async function noteMade(scope: Scope, subjectId: string, count: number): Promise<void> {
  const now = scope.now.getTime()
  const state = await limitState(scope, subjectId)
  // What fell out of the day is dropped as for any begin.
  const { begins } = judgeLimit(state, 'success', now).state
  await keepState(scope, subjectId, { ...state, begins: [...begins, ...Array.from({ length: count }, () => now)] })
}

/** Notes that `count` attempts of a subject were begun and given up. The subject is locked by the caller. */
export async function noteAbandoned(scope: Scope, subjectId: string, count: number, policy: LimitPolicy = LIMIT_POLICY): Promise<void> {
  await keepState(scope, subjectId, judgeAbandoned(await limitState(scope, subjectId), count, scope.now.getTime(), policy))
}

async function keepState({ tenantId, database }: Scope, subjectId: string, { begins, failures, blockedUntil }: LimitState): Promise<void> {
  const row = { begins: [...begins], failures, blockedUntil: blockedUntil === null ? null : new Date(blockedUntil) }
  await database
    .insert(limits)
    .values({ tenantId, subjectId, ...row })
    .onConflictDoUpdate({ target: [limits.tenantId, limits.subjectId], set: row })
}

/** What is remembered of a subject's attempts; nothing of one that is not there. */
export async function limitState({ tenantId, database }: Scope, subjectId: string): Promise<LimitState> {
  const itself = and(eq(limits.tenantId, tenantId), eq(limits.subjectId, subjectId))
  const row = only(await database.select().from(limits).where(itself))
  if (row === undefined) return FRESH
  return { begins: row.begins, failures: row.failures, blockedUntil: row.blockedUntil?.getTime() ?? null }
}
