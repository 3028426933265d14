import { Fault } from '../errors/index.js'
import { timeZoneOf } from '../sessions/index.js'
import { listReviews, type Review, type Scope } from '../storage/index.js'
import { dayAfter, localIso, startOfDay, type Day } from '../time/index.js'

/** Which reviews; both ends included, days of the check-ins. */
export interface ReviewPageQuery {
  readonly state: 'waiting' | 'settled'
  readonly from?: Day
  readonly to?: Day
  readonly cursor?: string
  /** Rows of a page. */
  readonly limit: number
}

/** A review as it is listed. Times are ISO 8601 in the tenant's zone, with its offset. */
export interface ReviewRow {
  readonly sid: string
  readonly subjectId: string
  readonly state: Review['state']
  readonly at: string
  /** Of what was deferred: it happened between this and `at`. */
  readonly notBefore?: string
  readonly direction: Review['direction']
  readonly assurance: string
  readonly place?: string
  readonly placeBy?: NonNullable<Review['placeBy']>
  readonly settledAt?: string
  readonly officers?: string[]
  readonly reason?: string
  /** The record's number in the ledger. */
  readonly seq?: number
  /** For officers: why it is a review, and on which device it was made. */
  readonly flags?: string[]
  readonly thumbprint?: string
}

/** A page of reviews, and how to ask for the next; the last page has no `next`. */
export interface ReviewPage {
  readonly timeZone: string
  readonly reviews: ReviewRow[]
  readonly next?: string
}

/** Reviews by the time of their check-ins. What was found is an officer's to see, `full`, and not the agency's. @throws Fault 400 `cursor` */
export async function listReviewPage(scope: Scope, query: ReviewPageQuery, full: boolean): Promise<ReviewPage> {
  const { state, from, to, cursor, limit } = query
  const timeZone = await timeZoneOf(scope)
  const found = await listReviews(scope, {
    ...{ settled: state === 'settled', limit: limit + 1 },
    ...(from === undefined ? {} : { from: startOfDay(timeZone, from) }),
    ...(to === undefined ? {} : { until: startOfDay(timeZone, dayAfter(to)) }),
    ...(cursor === undefined ? {} : { after: readCursor(cursor) }),
  })
  const page = found.slice(0, limit)
  const last = page.at(-1)
  const reviews = page.map((review) => rowOf(review, timeZone, full))
  return { timeZone, reviews, ...(found.length > limit && last !== undefined ? { next: writeCursor(last) } : {}) }
}

function rowOf(review: Review, timeZone: string, full: boolean): ReviewRow {
  const { sid, subjectId, state, direction, assurance, notBefore, place, placeBy, flags, thumbprint } = review
  return {
    ...{ sid, subjectId, state, at: localIso(timeZone, review.occurredAt), direction, assurance },
    ...(notBefore === null ? {} : { notBefore: localIso(timeZone, notBefore) }),
    ...(place === null || placeBy === null ? {} : { place, placeBy }),
    ...settlementOf(review, timeZone),
    ...(full ? { flags, thumbprint } : {}),
  }
}

function settlementOf({ settledAt, settledBy, second, reason, ledgerSeq }: Review, timeZone: string): Partial<ReviewRow> {
  if (settledAt === null || settledBy === null) return {}
  return {
    ...{ settledAt: localIso(timeZone, settledAt), officers: [settledBy, ...(second === null ? [] : [second])] },
    ...(reason === null ? {} : { reason }),
    ...(ledgerSeq === null ? {} : { seq: ledgerSeq }),
  }
}

const writeCursor = ({ occurredAt, sid }: Review): string => Buffer.from(JSON.stringify([occurredAt.getTime(), sid])).toString('base64url')

/** The inverse of {@link writeCursor}. @throws Fault 400 `cursor` */
function readCursor(cursor: string): Pick<Review, 'occurredAt' | 'sid'> {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (Array.isArray(place) && place.length === 2) {
      const [at, sid] = place as readonly unknown[]
      if (typeof at === 'number' && Number.isSafeInteger(at) && at >= 0 && at < LATEST && typeof sid === 'string' && /^[\w-]{1,128}$/u.test(sid))
        return { occurredAt: new Date(at), sid }
    }
  } catch {
    // Told below.
  }
  throw new Fault(400, 'cursor', 'The cursor is none of this list')
}

/** Milliseconds since 1970: the end of the year 9999. */
const LATEST = 253_402_300_800_000
