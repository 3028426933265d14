import { and, asc, eq, isNull } from 'drizzle-orm'
import { randomId } from './hashing.js'
import { inserted, only, type Scope } from './scope.js'
import { lockSubject } from './subjects.js'
import { consents } from './tables-people.js'

/** What somebody agreed to: a version, and the SHA-256 of the very text that was shown. */
export type Consent = typeof consents.$inferSelect

/** Notes a consent, which takes the place of the one before; `undefined` where there is no such subject or it is erased. */
export async function giveConsent(
  scope: Scope,
  subjectId: string,
  consent: { readonly version: string; readonly textSha256: string },
): Promise<Consent | undefined> {
  if ((await lockSubject(scope, subjectId)) === undefined) return undefined
  await withdrawConsent(scope, subjectId)
  const { tenantId, now, database } = scope
  const row = { tenantId, consentId: randomId(), subjectId, version: consent.version, textSha256: consent.textSha256, givenAt: now }
  return inserted(await database.insert(consents).values(row).returning())
}

/** The consent that stands. */
export async function standingConsent({ tenantId, database }: Scope, subjectId: string): Promise<Consent | undefined> {
  const standing = and(eq(consents.tenantId, tenantId), eq(consents.subjectId, subjectId), isNull(consents.withdrawnAt))
  return only(await database.select().from(consents).where(standing))
}

/** Ends the consent that stands, and gives it. What rested on it goes with `eraseSubject`, in the same transaction. */
export async function withdrawConsent({ tenantId, now, database }: Scope, subjectId: string): Promise<Consent | undefined> {
  const standing = and(eq(consents.tenantId, tenantId), eq(consents.subjectId, subjectId), isNull(consents.withdrawnAt))
  return only(await database.update(consents).set({ withdrawnAt: now }).where(standing).returning())
}

/** Every consent of a subject, first to last. */
export async function listConsents({ tenantId, database }: Scope, subjectId: string): Promise<readonly Consent[]> {
  const all = and(eq(consents.tenantId, tenantId), eq(consents.subjectId, subjectId))
  return await database.select().from(consents).where(all).orderBy(asc(consents.givenAt))
}
