import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Storage } from './open-storage.js'
import type { Reference } from './references.js'
import type { Scope } from './scope.js'
import { references, subjects } from './tables-people.js'

/** A reference that is active, or waits to be, without what is sealed in it. */
export interface ActiveReference {
  readonly referenceId: string
  readonly subjectId: string
  /** The regency's person, where the agency named one. */
  readonly personId: string | null
}

/** A reference as far as opening it needs. */
export type SealedReference = Pick<Reference, 'tenantId' | 'referenceId' | 'subjectId' | 'keyId' | 'ciphertext'>

// Who waits is searched, too: of two who enrol one face at once, neither is active yet.
const SEARCHED: Reference['state'][] = ['active', 'pending']

// Bytes as base64: of the ten thousand references of a first search, PGlite took longer to read them as the hex that bytea is told in than all
// their decryption takes.
const base64 = sql`replace(encode(${references.ciphertext}, 'base64'), E'\\n', '')`
const ciphertext = base64.mapWith((text: string) => new Uint8Array(Buffer.from(text, 'base64')))
const { tenantId: tenant, referenceId, subjectId, keyId } = references
const SEALED = { tenantId: tenant, referenceId, subjectId, keyId, ciphertext }

/**
 * Of each tenant that has references, active or pending, a text that changes whenever their set does: asked before every search, in one go. For the
 * search over all tenants; it tells of nobody.
 */
export async function activeFingerprints(storage: Pick<Storage, 'snapshot'>): Promise<ReadonlyMap<string, string>> {
  const [count, mixed] = [sql<string>`count(*)`, sql<string>`bit_xor(hashtextextended(${references.referenceId}, 0))`]
  const rows = await storage.snapshot('', ({ database }) =>
    database
      .select({ tenantId: references.tenantId, count, mixed })
      .from(references)
      .where(inArray(references.state, SEARCHED))
      .groupBy(references.tenantId),
  )
  return new Map(rows.map((row) => [row.tenantId, `${row.count}:${row.mixed}`]))
}

/** The active references of a tenant, and those that wait for approval. */
export async function listActive({ tenantId, database }: Scope): Promise<readonly ActiveReference[]> {
  const columns = { referenceId: references.referenceId, subjectId: references.subjectId, personId: subjects.personId }
  const same = and(eq(subjects.tenantId, references.tenantId), eq(subjects.subjectId, references.subjectId))
  const searched = and(eq(references.tenantId, tenantId), inArray(references.state, SEARCHED))
  return await database.select(columns).from(references).innerJoin(subjects, same).where(searched)
}

/** References of all tenants that wait for approval: there are few, and no index has them. */
export async function pendingEverywhere(storage: Pick<Storage, 'snapshot'>): Promise<readonly (ActiveReference & { readonly tenantId: string })[]> {
  const { tenantId, referenceId, subjectId } = references
  const columns = { tenantId, referenceId, subjectId, personId: subjects.personId }
  const same = and(eq(subjects.tenantId, references.tenantId), eq(subjects.subjectId, references.subjectId))
  return await storage.snapshot('', ({ database }) =>
    database.select(columns).from(references).innerJoin(subjects, same).where(eq(references.state, 'pending')),
  )
}

/** What is sealed in references, those that are still there, in no order. */
export async function readReferences({ tenantId, database }: Scope, referenceIds: readonly string[]): Promise<readonly SealedReference[]> {
  if (referenceIds.length === 0) return []
  return await database
    .select(SEALED)
    .from(references)
    .where(and(eq(references.tenantId, tenantId), inArray(references.referenceId, [...referenceIds])))
}
