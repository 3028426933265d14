import { ATTESTATION_POLICY, lockOfficer, needsSecond, type AttestationPolicy } from './attestations.js'
import { noteAct } from './audit.js'
import { clearAttempts } from './clear-attempts.js'
import { appendRecord } from './ledger.js'
import type { LedgerHead } from './ledger-hash.js'
import { areDifferentPeople } from './officers.js'
import { isAttested } from './recorded-twice.js'
import { endReview, findReview, lockReview, recordOfReview, type Review } from './reviews.js'
import type { Scope } from './scope.js'
import { lockSubject } from './subjects.js'

/** An officer's answer to a review. */
export interface ReviewAnswer {
  readonly sid: string
  readonly verdict: 'accepted' | 'rejected'
  /** Actor id. */
  readonly officer: string
  /** Actor id of another officer. */
  readonly second?: string
  /** A rejection needs one. */
  readonly reason?: string
  /** What the agency gets from then on, made when the ledger's row is known: that of the record, absent with a rejection. May run more than once. */
  readonly conclude: (review: Review, head: LedgerHead | undefined) => Promise<string>
}

/** Why an answer is not taken. */
export type ReviewRefusal =
  | 'not-found' // no such review, or its subject is erased
  | 'authors' // an officer without a name, the same twice, or the subject
  | 'reason' // a rejection without one
  | 'settled' // somebody gave another answer before
  | 'attested' // an officer's word of that day and direction counts: accepted, the same would be recorded twice
  | 'second-subject' // a second officer is needed, as for an attestation
  | 'second-share'

/**
 * Settles a review, once: of answers at once one is taken. The same officer's same answer again gets what was settled. An acceptance appends the record of
 * the check-in as it was, and counts against an officer as an attestation does: both are somebody's word where the server's own did not do.
 */
export async function settleReview(
  scope: Scope,
  answer: ReviewAnswer,
  policy: AttestationPolicy = ATTESTATION_POLICY,
): Promise<{ readonly review: Review } | { readonly refused: ReviewRefusal }> {
  const { sid, verdict, officer, second, reason } = answer
  const authors = second === undefined ? [officer] : [officer, second]
  if (authors.some((author) => author.trim() === '') || new Set(authors).size !== authors.length) return { refused: 'authors' }
  const found = await findReview(scope, sid)
  if (found === undefined) return { refused: 'not-found' }
  const { subjectId } = found
  await lockOfficer(scope, officer)
  const review = (await lockSubject(scope, subjectId)) && (await lockReview(scope, sid))
  if (review === undefined) return { refused: 'not-found' }
  if (!(await areDifferentPeople(scope, [...authors, subjectId]))) return { refused: 'authors' }
  if (review.state !== 'waiting') return review.state === verdict && review.settledBy === officer ? { review } : { refused: 'settled' }
  if (verdict === 'rejected' && (reason ?? '').trim() === '') return { refused: 'reason' }
  if (verdict === 'accepted' && (await isAttested(scope, review))) return { refused: 'attested' }
  const missing = verdict === 'accepted' && second === undefined ? await needsSecond(scope, { subjectId, officer }, policy) : undefined
  return missing === undefined ? { review: await write(scope, review, answer) } : { refused: missing }
}

async function write(scope: Scope, review: Review, answer: ReviewAnswer): Promise<Review> {
  const { verdict, officer, second, reason, conclude } = answer
  const { sid, subjectId } = review
  const act = { action: `review-${verdict}`, subjectId }
  await noteAct(scope, { ...act, actor: officer, details: { sid, ...(second === undefined ? {} : { second }) } })
  if (second !== undefined) await noteAct(scope, { ...act, actor: second, details: { sid, first: officer } })
  const head = verdict === 'accepted' ? await appendRecord(scope, acceptedRecord(scope, review, answer)) : undefined
  if (verdict === 'accepted') await clearAttempts(scope, subjectId)
  const settled = { settledAt: scope.now, settledBy: officer, second: second ?? null, reason: reason ?? null }
  const end = { state: verdict, ...settled, decision: await conclude(review, head), ledgerSeq: head?.seq ?? null }
  const ended = await endReview(scope, sid, end)
  if (ended === undefined) throw new TypeError('a review that was locked waits until it is settled')
  return ended
}

/** The check-in as it was, and who vouches for it. */
const acceptedRecord = ({ now }: Scope, review: Review, { officer, second, reason }: ReviewAnswer) => ({
  ...recordOfReview(review),
  authors: second === undefined ? ([officer] as const) : ([officer, second] as const),
  ...(reason === undefined ? {} : { reason }),
  acceptedAt: now.toISOString(),
})
