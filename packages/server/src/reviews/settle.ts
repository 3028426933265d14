import { Fault, notFound } from '../errors/index.js'
import { decisionOf, type SessionParts } from '../sessions/index.js'
import {
  bindDevice,
  findDevice,
  findSession,
  lockOfficer,
  lockSubject,
  settleReview,
  waitingOnDevice,
  type Device,
  type Review,
  type ReviewAnswer,
  type ReviewRefusal,
  type Scope,
} from '../storage/index.js'

type Parts = Pick<SessionParts, 'storage' | 'issuer' | 'signing'>

/** Who settles a review, and why. */
export interface ReviewOfficer {
  /** Actor id. */
  readonly actor: string
  /** Actor id of another officer. */
  readonly second?: string
  readonly reason?: string
}

/** A review that counts now. */
export interface Accepted {
  readonly state: 'accepted'
  /** The record's number in the ledger. */
  readonly seq: number
}

/** A review that never will. */
export interface Rejected {
  readonly state: 'rejected'
}

/** Records a check-in that was a review, as it was. @throws Fault 404, 403 `review-authors`, 409 `review-settled`, `review-attested`, `review-second-*` */
export async function acceptReview(parts: Parts, tenantId: string, sid: string, by: ReviewOfficer): Promise<Accepted> {
  const { ledgerSeq } = await answered(parts, tenantId, sid, 'accepted', by)
  if (ledgerSeq === null) throw new TypeError('a review that was accepted has a record')
  return { state: 'accepted', seq: ledgerSeq }
}

/** Ends a review without a record. @throws Fault 404, 403 `review-authors`, 409 `review-settled`, 422 `review-reason` */
export async function rejectReview(parts: Parts, tenantId: string, sid: string, by: ReviewOfficer): Promise<Rejected> {
  await answered(parts, tenantId, sid, 'rejected', by)
  return { state: 'rejected' }
}

/** Who binds a device, and whether that settles what waited for it. */
export interface Binding {
  /** Actor id. */
  readonly actor: string
  readonly acceptReviews: boolean
}

/** What binding a device made of the check-ins that waited on it. */
export interface BoundReviews {
  readonly accepted: number
  /** All that wait still, for whatever reason. */
  readonly waiting: number
  /** Of those that wait: how many were left since an officer attested that day and direction. */
  readonly attested: number
}

/** A device that was bound. */
export interface Bound {
  readonly device: Device
  /** What became of its subject's reviews. Absent where nobody asked. */
  readonly reviews?: BoundReviews
}

/**
 * Binds a device; where it is asked for, accepts the check-ins that wait for nothing else than that, as far as one officer alone may: whoever says that
 * the device is the subject's says so of what was done with it.
 */
export async function bindAndAccept(
  scope: Scope,
  parts: Parts,
  thumbprint: string,
  { actor, acceptReviews }: Binding,
): Promise<Bound | Extract<Awaited<ReturnType<typeof bindDevice>>, { readonly refused: unknown }>> {
  if (!acceptReviews) return await bindDevice(scope, thumbprint, { actor, how: 'officer' })
  // Officer, subject, device: the order of everybody else.
  await lockOfficer(scope, actor)
  const subjectId = (await findDevice(scope, thumbprint))?.subjectId ?? undefined
  if (subjectId !== undefined) await lockSubject(scope, subjectId)
  const bound = await bindDevice(scope, thumbprint, { actor, how: 'officer' })
  if ('refused' in bound) return bound
  const waiting = subjectId === undefined ? [] : await waitingOnDevice(scope, thumbprint, subjectId)
  const told = { accepted: 0, attested: 0 }
  for (const { sid } of waiting.filter(({ flags }) => flags.length === 1 && flags[0] === 'device-provisional')) {
    const settled = await settleIn(scope, parts, sid, 'accepted', { actor })
    if ('review' in settled) told.accepted += 1
    else if (settled.refused === 'attested') told.attested += 1
  }
  return { device: bound.device, reviews: { ...told, waiting: waiting.length - told.accepted } }
}

type Verdict = ReviewAnswer['verdict']

async function answered(parts: Parts, tenantId: string, sid: string, verdict: Verdict, by: ReviewOfficer): Promise<Review> {
  const result = await parts.storage.transact(tenantId, (scope) => settleIn(scope, parts, sid, verdict, by))
  if ('refused' in result) throw REFUSED[result.refused]()
  return result.review
}

async function settleIn(scope: Scope, parts: Parts, sid: string, verdict: Verdict, { actor, ...by }: ReviewOfficer) {
  const session = await findSession(scope, sid)
  if (session === undefined) return { refused: 'not-found' } as const
  const outcome = verdict === 'accepted' ? 'admitted' : 'refused'
  return await settleReview(scope, {
    ...{ ...by, sid, verdict, officer: actor },
    conclude: (review, recorded) => decisionOf(scope, parts, session, { outcome, recorded, settled: { at: review.occurredAt } }),
  })
}

const second = (of: string) => () => new Fault(409, `review-second-${of}`, 'Accepting this takes a second officer')

const REFUSED: Readonly<Record<ReviewRefusal, () => Fault>> = {
  'not-found': () => notFound('review'),
  authors: () => new Fault(403, 'review-authors', 'Nobody settles a check-in of their own, and two officers are two people'),
  reason: () => new Fault(422, 'review-reason', 'A rejection needs a reason'),
  settled: () => new Fault(409, 'review-settled', 'This review was settled before'),
  attested: () =>
    new Fault(409, 'review-attested', 'An officer attested this direction of this day: reject the review, or correct that record first'),
  'second-subject': second('subject'),
  'second-share': second('share'),
}
