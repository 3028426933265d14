import { and, eq, inArray, isNull, lte, ne } from 'drizzle-orm'
import { LIMIT_POLICY, type LimitPolicy } from './limit-rules.js'
import { noteAbandoned } from './limits.js'
import { seeOnce, wasSeen } from './nonces.js'
import type { Scope } from './scope.js'
import { lockSubject } from './subjects.js'
import { sessions } from './tables-events.js'

/** Longer than a session lives: what was counted is swept after its session, never before. */
const KEEP_MS = 86_400_000
const marked = (sid: string) => ({ purpose: 'abandoned', value: sid })
const forgiven = (sid: string) => ({ purpose: 'forgiven', value: sid })

/**
 * Counts as failures what a subject began and gave up, each once, and gives how many there were. To be called when another session of theirs is to
 * begin, whether or not it may: of any number of callers one counts.
 *
 * A session whose steps are open is given up by whoever begins anew, and ends: otherwise one could look at first actions until one suits, and go on with
 * that. One whose steps were all taken lives on until its time is over, since its evidence may wait for the network; then it counts, too. Check-ins made
 * without a network are none of these: their packs count them. The last session before a pause of more than a day may be swept before anybody looks.
 * @param beginning the session that is to begin
 */
export async function countAbandoned(scope: Scope, subjectId: string, beginning: string, policy: LimitPolicy = LIMIT_POLICY): Promise<number> {
  if ((await lockSubject(scope, subjectId)) === undefined) return 0
  const { tenantId, database } = scope
  const others = and(eq(sessions.tenantId, tenantId), eq(sessions.subjectId, subjectId), ne(sessions.sid, beginning))
  const open = and(others, eq(sessions.state, 'begun'))
  const overtaken = await database.update(sessions).set({ state: 'ended' }).where(open).returning({ sid: sessions.sid })
  let count = await countLate(scope, others)
  for (const { sid } of overtaken) if (!(await wasSeen(scope, forgiven(sid)))) count += 1
  if (count > 0) await noteAbandoned(scope, subjectId, count, policy)
  return count
}

/** Those whose evidence did not come in time. They keep their state: what arrived in time and is still being verified will be decided. */
async function countLate(scope: Scope, others: ReturnType<typeof and>): Promise<number> {
  const late = and(others, eq(sessions.state, 'stepped'), isNull(sessions.packDay), lte(sessions.expiresAt, scope.now))
  const found = await scope.database.select({ sid: sessions.sid }).from(sessions).where(late)
  let count = 0
  for (const { sid } of found) {
    if (!(await wasSeen(scope, forgiven(sid))) && (await seeOnce(scope, { ...marked(sid), keepMs: KEEP_MS }))) count += 1
  }
  return count
}

/**
 * What a subject has begun so far is counted as given up no more, since an officer has helped: failures from before would lead to a new delay. What is
 * under way goes on, and a refusal that comes of it counts. The subject is locked by the caller.
 */
export async function forgiveOpen(scope: Scope, subjectId: string): Promise<void> {
  const { tenantId, database } = scope
  const own = and(eq(sessions.tenantId, tenantId), eq(sessions.subjectId, subjectId))
  const open = and(own, inArray(sessions.state, ['begun', 'stepped']), isNull(sessions.packDay))
  const found = await database.select({ sid: sessions.sid }).from(sessions).where(open)
  for (const { sid } of found) await seeOnce(scope, { ...forgiven(sid), keepMs: KEEP_MS })
}

/** Whether a session was counted as given up: what it comes to after all is no second failure. */
export const wasAbandoned = (scope: Scope, sid: string): Promise<boolean> => wasSeen(scope, marked(sid))
