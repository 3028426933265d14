import { and, eq, inArray } from 'drizzle-orm'
import type { Consent } from './consents.js'
import { sha256 } from './hashing.js'
import { only, type Scope } from './scope.js'
import { consentTexts } from './tables-people.js'

/** The very text of a version of a consent. */
export type ConsentText = typeof consentTexts.$inferSelect

/** Keeps the text of a version, once. Gives its SHA-256; `undefined` where that version has another text, which it keeps. */
export async function keepConsentText(scope: Scope, consent: { readonly version: string; readonly text: string }): Promise<string | undefined> {
  const { tenantId, now, database } = scope
  const { version, text } = consent
  const textSha256 = sha256(text)
  await database.insert(consentTexts).values({ tenantId, version, text, textSha256, keptAt: now }).onConflictDoNothing()
  const itself = and(eq(consentTexts.tenantId, tenantId), eq(consentTexts.version, version))
  return only(await database.select().from(consentTexts).where(itself))?.textSha256 === textSha256 ? textSha256 : undefined
}

/** Consents with the very text that was shown; `null` for one from before texts were kept. */
export async function withTexts(
  { tenantId, database }: Scope,
  consents: readonly Consent[],
): Promise<readonly (Consent & { readonly text: string | null })[]> {
  const versions = consents.map(({ version }) => version)
  const known = and(eq(consentTexts.tenantId, tenantId), inArray(consentTexts.version, versions))
  const texts = versions.length === 0 ? [] : await database.select().from(consentTexts).where(known)
  const textOf = ({ version, textSha256 }: Consent): string | null =>
    texts.find((one) => one.version === version && one.textSha256 === textSha256)?.text ?? null
  return consents.map((consent) => ({ ...consent, text: textOf(consent) }))
}
