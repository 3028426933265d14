import { and, asc, count, eq, gte, inArray, isNull, sql } from 'drizzle-orm'
import { localDay, startOfMonth } from '../time/index.js'
import { noteAct } from './audit.js'
import { clearAttempts } from './clear-attempts.js'
import { randomId } from './hashing.js'
import { appendRecord } from './ledger.js'
import type { LedgerHead } from './ledger-hash.js'
import { areDifferentPeople } from './officers.js'
import { LOOKS, OFFICER_ACTIONS } from './officer-acts.js'
import type { AttendanceRecord } from './record.js'
import { reviewOfSame } from './recorded-twice.js'
import type { Scope } from './scope.js'
import { lockSubject } from './subjects.js'
import { attestations } from './tables-devices.js'
import { audit } from './tables-events.js'
import { reviews } from './tables-reviews.js'
import { findTenant } from './tenants.js'

/** When an officer's word alone is not enough. */
export interface AttestationPolicy {
  /** Attestations of one subject in a month that one officer may make alone. Default 3. */
  readonly perSubject: number
  /** Share of an officer's acts of the month that attestations made alone may be. Default 0.05. */
  readonly share: number
  /** So many attestations alone in a month are not measured against the share: of few acts each is a large part. Default 3. */
  readonly free: number
}

export const ATTESTATION_POLICY: AttestationPolicy = Object.freeze({ perSubject: 3, share: 0.05, free: 3 })

/** What one officer can do alone as often as they like, with nothing that has to be there for it. */
const AT_WILL: readonly string[] = ['limits-cleared']

/** Acts of officers that change something: nothing else that is noted of them makes attestations a smaller part. */
const WORK = OFFICER_ACTIONS.filter((action) => !LOOKS.includes(action) && !AT_WILL.includes(action))

/** An officer says that somebody was there. */
export interface NewAttestation extends Pick<AttendanceRecord, 'subjectId' | 'direction'> {
  /** When it was, ISO 8601; not after now. */
  readonly occurredAt: string
  readonly reason: string
  /** Actor id. */
  readonly officer: string
  /** Actor id of another officer. */
  readonly second?: string
  /** Subject ids that officer and second have themselves, so that nobody attests for themself. */
  readonly actors?: readonly string[]
}

/** Why an attestation is refused. */
export type AttestationRefusal =
  | 'not-found' // no such subject, or it is erased
  | 'authors' // an officer without a name, the same twice, or the subject
  | 'reason' // none given
  | 'time' // no time, or one to come
  | 'second-subject' // a second officer is needed: too many for this subject this month
  | 'second-share' // a second officer is needed: too large a part of this officer's acts this month

/** An attestation that is refused since a check-in of that day and direction waits for an officer, or was accepted: nobody comes or goes twice. */
export interface AttestedTwice {
  readonly refused: 'review'
  readonly sid: string
}

/** An attestation as it was made. */
export type Attestation = typeof attestations.$inferSelect

/** Appends an attendance record that officers vouch for. Months are the tenant's; what counts is when it was attested, not what for. */
export async function attestAttendance(
  scope: Scope,
  attestation: NewAttestation,
  policy: AttestationPolicy = ATTESTATION_POLICY,
): Promise<{ readonly head: LedgerHead; readonly attestationId: string } | { readonly refused: AttestationRefusal } | AttestedTwice> {
  const wrong = refuseForm(scope, attestation)
  if (wrong !== undefined) return { refused: wrong }
  const { tenantId, now, database } = scope
  const { subjectId, direction, reason, officer, second } = attestation
  await lockOfficer(scope, officer)
  if ((await lockSubject(scope, subjectId)) === undefined) return { refused: 'not-found' }
  if (!(await areDifferentPeople(scope, [officer, ...(second === undefined ? [] : [second]), subjectId]))) return { refused: 'authors' }
  const sid = await reviewOfSame(scope, { subjectId, direction, occurredAt: new Date(attestation.occurredAt) })
  if (sid !== undefined) return { refused: 'review', sid }
  const missing = second === undefined ? await needsSecond(scope, attestation, policy) : undefined
  if (missing !== undefined) return { refused: missing }
  const attestationId = randomId()
  await noteAct(scope, {
    actor: officer,
    action: 'attendance-attested',
    subjectId,
    details: { attestationId, ...(second === undefined ? {} : { second }) },
  })
  if (second !== undefined)
    await noteAct(scope, { actor: second, action: 'attendance-attested', subjectId, details: { attestationId, first: officer } })
  const occurredAt = new Date(attestation.occurredAt).toISOString()
  const authors = second === undefined ? ([officer] as const) : ([officer, second] as const)
  const head = await appendRecord(scope, {
    ...{ kind: 'attendance', subjectId, occurredAt, direction, assurance: 'officer-attested', sid: attestationId },
    ...{ authors, reason, attestedAt: now.toISOString() },
  })
  await database
    .insert(attestations)
    .values({ tenantId, attestationId, subjectId, officer, second: second ?? null, attestedAt: now, ledgerSeq: head.seq })
  await clearAttempts(scope, subjectId)
  return { head, attestationId }
}

/** Attestations since an instant, for the inspectorate; first to last. */
export async function listAttestations(
  { tenantId, database }: Scope,
  query: { readonly from: Date; readonly limit: number },
): Promise<readonly Attestation[]> {
  const fits = and(eq(attestations.tenantId, tenantId), gte(attestations.attestedAt, query.from))
  return await database
    .select()
    .from(attestations)
    .where(fits)
    .orderBy(asc(attestations.attestedAt), asc(attestations.attestationId))
    .limit(query.limit)
}

/** All attestations of a subject, first to last. */
export async function listAttestationsOf({ tenantId, database }: Scope, subjectId: string): Promise<readonly Attestation[]> {
  const own = and(eq(attestations.tenantId, tenantId), eq(attestations.subjectId, subjectId))
  return await database.select().from(attestations).where(own).orderBy(asc(attestations.attestedAt), asc(attestations.attestationId))
}

function refuseForm({ now }: Scope, { subjectId, officer, second, actors = [], reason, occurredAt }: NewAttestation): AttestationRefusal | undefined {
  const authors = second === undefined ? [officer] : [officer, second]
  if (authors.some((author) => author.trim() === '') || new Set(authors).size !== authors.length) return 'authors'
  if ([...authors, ...actors].includes(subjectId)) return 'authors'
  if (reason.trim() === '') return 'reason'
  const time = new Date(occurredAt).getTime()
  return Number.isNaN(time) || time > now.getTime() ? 'time' : undefined
}

/** What an officer does at once waits here, until the transaction ends, so that no two acts count each other out. */
export async function lockOfficer({ tenantId, database }: Scope, officer: string): Promise<void> {
  await database.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`attest\n${tenantId}\n${officer}`}, 0))`)
}

/** Why an officer alone may not vouch once more for this subject's attendance, by an attestation or by accepting a review: they count together. */
export async function needsSecond(
  scope: Scope,
  { subjectId, officer }: Pick<NewAttestation, 'subjectId' | 'officer'>,
  policy: AttestationPolicy,
): Promise<'second-subject' | 'second-share' | undefined> {
  const { tenantId, now, database } = scope
  const timeZone = (await findTenant(scope))?.timeZone ?? 'UTC'
  const since = startOfMonth(timeZone, localDay(timeZone, now).slice(0, 7))
  const ofMonth = and(eq(attestations.tenantId, tenantId), gte(attestations.attestedAt, since))
  const accepted = and(eq(reviews.tenantId, tenantId), gte(reviews.settledAt, since), eq(reviews.state, 'accepted'))
  const ofSubject = await database
    .select({ n: count() })
    .from(attestations)
    .where(and(ofMonth, eq(attestations.subjectId, subjectId)))
  const acceptedOfSubject = await database
    .select({ n: count() })
    .from(reviews)
    .where(and(accepted, eq(reviews.subjectId, subjectId)))
  if (added(ofSubject, acceptedOfSubject) + 1 > policy.perSubject) return 'second-subject'
  const alone = await database
    .select({ n: count() })
    .from(attestations)
    .where(and(ofMonth, eq(attestations.officer, officer), isNull(attestations.second)))
  const acceptedAlone = await database
    .select({ n: count() })
    .from(reviews)
    .where(and(accepted, eq(reviews.settledBy, officer), isNull(reviews.second)))
  const acts = await database
    .select({ n: count() })
    .from(audit)
    .where(and(eq(audit.tenantId, tenantId), eq(audit.actor, officer), gte(audit.at, since), inArray(audit.action, WORK)))
  const withThis = added(alone, acceptedAlone) + 1
  return withThis > policy.free && withThis > policy.share * ((acts[0]?.n ?? 0) + 1) ? 'second-share' : undefined
}

/** Absence is never 0: what was not counted is more than any limit. */
const added = (...counts: readonly (readonly { readonly n: number }[])[]): number => counts.reduce((sum, [row]) => sum + (row?.n ?? Infinity), 0)
