import { Fault, notFound } from '../errors/index.js'
import { findSession, holdSession, type Storage } from '../storage/index.js'
import { checkTwo, noteBoth, type Officers } from './two-officers.js'

/** A hold, or its end, and who wants it. */
export interface HoldRequest extends Officers {
  readonly reason: string
  /** Until when; absent: until it is lifted. */
  readonly until?: Date
  /** Somebody who runs the server answers for it alone. */
  readonly alone: boolean
  /** Who it is was typed at a command, and proven by no key. */
  readonly typed?: true
}

/** What a hold keeps: so many pieces of evidence. */
export interface Held {
  readonly sid: string
  readonly evidence: number
  readonly until: Date | null
}

/**
 * Keeps what is kept of a session, and its findings and commitments, beyond its time: a court or an inquiry wants it. While it stands the subject's
 * biometrics are not erased, not with a withdrawn consent either. A later hold takes the place of the one before. The audit has who, of what and until when; why
 * is kept with the evidence, and goes with it.
 * @throws Fault 404; 422 `hold-until`; 409 `hold-second`; 403 `hold-authors`
 */
export async function hold(storage: Storage, tenantId: string, sid: string, request: HoldRequest): Promise<Held> {
  return await change(storage, tenantId, sid, request, 'evidence-held')
}

/** Lifts a hold: what has been kept long enough goes with the next sweep. @throws as {@link hold} */
export async function release(storage: Storage, tenantId: string, sid: string, request: Omit<HoldRequest, 'until'>): Promise<Held> {
  return await change(storage, tenantId, sid, request, 'evidence-released')
}

async function change(
  storage: Storage,
  tenantId: string,
  sid: string,
  { reason, until, alone, typed, ...officers }: HoldRequest,
  action: 'evidence-held' | 'evidence-released',
): Promise<Held> {
  return await storage.transact(tenantId, async (scope) => {
    const session = await findSession(scope, sid)
    if (session === undefined) throw notFound('session')
    const { subjectId } = session
    if (!alone) await checkTwo(scope, 'hold', officers, subjectId)
    // What is no time at all is not to come either.
    if (until !== undefined && !(until > scope.now)) throw new Fault(422, 'hold-until', 'until must be a time to come')
    const evidence = await holdSession(scope, sid, action === 'evidence-held' ? { reason, until: until ?? null } : { endedFor: reason })
    if (evidence === 0) throw notFound('evidence')
    const details = { sid, ...(until === undefined ? {} : { until: until.toISOString() }), ...(typed ? { typed } : {}) }
    await noteBoth(scope, officers, { action, subjectId, details })
    return { sid, evidence, until: until ?? null }
  })
}
