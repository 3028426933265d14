import { and, asc, eq, lt, ne, sql } from 'drizzle-orm'
import { randomId, sha256 } from './hashing.js'
import { inserted, only, type Scope } from './scope.js'
import { refuseBegin, refuseStep, type SessionRefusal } from './session-rules.js'
import { lockSubject } from './subjects.js'
import { sessions, sessionSteps } from './tables-events.js'

/** One check-in or enrolment from the agency's asking to the decision. */
export type Session = typeof sessions.$inferSelect

/** A step that was taken. */
export type SessionStep = typeof sessionSteps.$inferSelect

/** What a session is issued for. */
export interface NewSession extends Pick<Session, 'subjectId' | 'purpose' | 'policyId' | 'calibrationId' | 'minimumAssurance' | 'steps'> {
  readonly place?: string
  /** What the place rests on. Default: somebody's word. */
  readonly placeBy?: NonNullable<Session['placeBy']>
  /** Given where the token has to name it; a random one otherwise. */
  readonly sid?: string
  /** The session token as it is handed out; its SHA-256 is kept. */
  readonly token: string
  /** How long it may wait to begin and be decided. */
  readonly lifetimeMs: number
}

/** What the browser is asked to do next. The nonce is kept as its SHA-256. */
export interface Challenge {
  readonly action: string
  readonly nonce: string
}

/** The session after a transition, or why there was none. */
export type Moved = { readonly session: Session } | { readonly refused: SessionRefusal }

/** A new session; `undefined` where there is no such subject or it is erased. */
export async function createSession(scope: Scope, session: NewSession): Promise<Session | undefined> {
  const { tenantId, now, database } = scope
  if ((await lockSubject(scope, session.subjectId)) === undefined) return undefined
  const { subjectId, purpose, policyId, calibrationId, minimumAssurance, steps, place, placeBy = 'claim', token, lifetimeMs } = session
  const row = {
    ...{ tenantId, sid: session.sid ?? randomId(), subjectId, purpose, policyId, calibrationId, minimumAssurance, steps },
    ...{ place: place ?? null, placeBy: place === undefined ? null : placeBy, tokenSha256: sha256(token), state: 'issued' as const, createdAt: now },
    expiresAt: new Date(now.getTime() + lifetimeMs),
  }
  return inserted(await database.insert(sessions).values(row).returning())
}

/** A session by its id. */
export async function findSession({ tenantId, database }: Scope, sid: string): Promise<Session | undefined> {
  return only(
    await database
      .select()
      .from(sessions)
      .where(and(eq(sessions.tenantId, tenantId), eq(sessions.sid, sid))),
  )
}

/** A session, locked until the transaction ends: of several who ask at once each finds it as the one before left it. */
export async function lockSession({ tenantId, database }: Scope, sid: string): Promise<Session | undefined> {
  return only(
    await database
      .select()
      .from(sessions)
      .where(and(eq(sessions.tenantId, tenantId), eq(sessions.sid, sid)))
      .for('update'),
  )
}

/** Who begins, and what they are asked first. */
export interface Begin extends Challenge {
  readonly thumbprint: string
  /** The public key itself, JSON of a JWK: steps and receipt are verified with it. */
  readonly publicKey?: string
  /** Which actions may be asked. */
  readonly route?: string
}

/** Binds the session to a key and opens step 1. Of any number of callers one gets it, and every attempt is counted. */
export async function beginSession(scope: Scope, sid: string, begin: Begin): Promise<Moved> {
  const session = await lockSession(scope, sid)
  if (session === undefined) return { refused: 'not-found' }
  const refused = refuseBegin(session, scope.now)
  const counted = { beginAttempts: session.beginAttempts + 1 }
  if (refused !== undefined) {
    await update(scope, sid, 'issued', 0, counted, false)
    return { refused }
  }
  const { action, nonce, thumbprint, publicKey = null, route = null } = begin
  const opened = { state: 'begun' as const, step: 1, action, nonceSha256: sha256(nonce), begunAt: scope.now, stepAt: scope.now }
  const set = { ...counted, ...opened, thumbprint, publicKey, route }
  return await update(scope, sid, 'issued', 0, set)
}

/** What the browser says of a step, and what the server answers. */
export interface StepTaking {
  readonly n: number
  readonly thumbprint: string
  readonly nonce: string
  /** What it commits to, as the server will compare it with what is opened. */
  readonly commitment: string
  readonly openFrames: readonly number[]
  /** The next step; absent after the last. */
  readonly next?: Challenge
}

/** Takes step `n` and opens the next. Of any number of callers one gets it. */
export async function takeStep(scope: Scope, sid: string, taking: StepTaking): Promise<Moved> {
  const session = await lockSession(scope, sid)
  if (session === undefined) return { refused: 'not-found' }
  const { n, thumbprint, commitment, next } = taking
  const refused = refuseStep(session, { n, thumbprint, nonceSha256: sha256(taking.nonce) }, scope.now)
  if (refused !== undefined) return { refused }
  const { tenantId, now, database } = scope
  const { action, stepAt } = session
  if (action === null || stepAt === null) throw new TypeError('a session that has begun has an action and a time')
  const row = { tenantId, sid, n, action, openedAt: stepAt, takenAt: now, commitment, openFrames: [...taking.openFrames] }
  await database.insert(sessionSteps).values(row)
  const set =
    next === undefined
      ? { state: 'stepped' as const, steps: n, action: null, nonceSha256: null, stepAt: now }
      : { step: n + 1, steps: Math.max(session.steps, n + 1), action: next.action, nonceSha256: sha256(next.nonce), stepAt: now }
  return await update(scope, sid, 'begun', n, set)
}

/** The lock alone makes this safe; state and step stand in the condition all the same, so that no change of the code above can undo it. */
async function update(
  { tenantId, database }: Scope,
  sid: string,
  state: Session['state'],
  step: number,
  set: Partial<Session>,
  compare = true,
): Promise<Moved> {
  const itself = and(eq(sessions.tenantId, tenantId), eq(sessions.sid, sid))
  const where = compare ? and(itself, eq(sessions.state, state), eq(sessions.step, step)) : itself
  const session = only(await database.update(sessions).set(set).where(where).returning())
  return session === undefined ? { refused: 'wrong-step' } : { session }
}

/**
 * Makes a place that was shown by an address somebody's word, and keeps at which request: the browser was elsewhere, or nobody said where. A place
 * that rests on anything else stays as it is.
 * @returns whether there was such a place
 */
export async function losePlace({ tenantId, database }: Scope, sid: string, at: NonNullable<Session['placeLost']>): Promise<boolean> {
  const shown = and(eq(sessions.tenantId, tenantId), eq(sessions.sid, sid), eq(sessions.placeBy, 'egress'))
  const lost = database.update(sessions).set({ placeBy: 'claim', placeLost: at }).where(shown)
  return (await lost.returning({ sid: sessions.sid })).length > 0
}

/** Counts a submission of evidence, whatever becomes of it; gives how many there were with this one, `undefined` for no session. */
export async function countSubmission({ tenantId, database }: Scope, sid: string): Promise<number | undefined> {
  const itself = and(eq(sessions.tenantId, tenantId), eq(sessions.sid, sid))
  const counted = { submissions: sql`${sessions.submissions} + 1` }
  return only(await database.update(sessions).set(counted).where(itself).returning({ submissions: sessions.submissions }))?.submissions
}

/** The steps that were taken, first to last. */
export async function listSteps({ tenantId, database }: Scope, sid: string): Promise<readonly SessionStep[]> {
  const all = and(eq(sessionSteps.tenantId, tenantId), eq(sessionSteps.sid, sid))
  return await database.select().from(sessionSteps).where(all).orderBy(asc(sessionSteps.n))
}

/** Removes sessions that ended before `before` without a decision; gives how many. */
export async function sweepSessions({ tenantId, database }: Scope, before: Date): Promise<number> {
  const over = and(eq(sessions.tenantId, tenantId), lt(sessions.expiresAt, before), ne(sessions.state, 'decided'))
  return (await database.delete(sessions).where(over).returning({ sid: sessions.sid })).length
}
