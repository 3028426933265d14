import type { Storage } from '../open-storage.js'
import type { SealedReference } from '../reference-sets.js'
import type { Scope } from '../scope.js'
import { DROP_VECTORS } from './switch.js'

/** Numbers of a vector: those of the shipped spaces together; fewer are filled up with zeros, which changes no inner product. */
export const VECTOR_LENGTH = 640

/** A reference's vector: a TEMPLATE IN CLEAR. */
export interface ReferenceVector {
  readonly referenceId: string
  readonly subjectId: string
  /** The profile that it was packed for, and the nets that made it. */
  readonly space: string
  readonly vector: Float32Array
}

/** Whose a vector is that is near. */
export interface NearVector {
  readonly tenantId: string
  readonly referenceId: string
  readonly subjectId: string
  readonly personId: string | null
}

const PUT = `INSERT INTO reference_vectors (tenant_id, reference_id, subject_id, space, embedding) VALUES ($1, $2, $3, $4, $5::halfvec)
  ON CONFLICT (tenant_id, reference_id) DO UPDATE SET space = excluded.space, embedding = excluded.embedding`

/** Writes the vector of an active reference of the scope's tenant. */
export async function putVector({ tenantId, transaction }: Scope, { referenceId, subjectId, space, vector }: ReferenceVector): Promise<void> {
  await transaction.rows(PUT, [tenantId, referenceId, subjectId, space, textOf(vector)])
}

/** @throws TypeError for a vector that is too long or has no numbers in it */
function textOf(vector: Float32Array): string {
  if (vector.length > VECTOR_LENGTH) throw new TypeError(`a vector has at most ${VECTOR_LENGTH} numbers, not ${vector.length}`)
  const filled = new Float32Array(VECTOR_LENGTH)
  filled.set(vector)
  if (!filled.every(Number.isFinite)) throw new TypeError('a vector must be of finite numbers')
  return `[${filled.join(',')}]`
}

const WITHOUT = `SELECT r.tenant_id, r.reference_id FROM "references" r LEFT JOIN reference_vectors v
    ON v.tenant_id = r.tenant_id AND v.reference_id = r.reference_id AND starts_with(v.space, $1)
  WHERE r.state = 'active' AND v.reference_id IS NULL AND (r.tenant_id, r.reference_id) > ($3, $4) ORDER BY r.tenant_id, r.reference_id LIMIT $2`

/** A page of the active references of all tenants that have no vector of a profile: approved without vectors, or under another profile. */
export async function withoutVector(
  storage: Pick<Storage, 'snapshot'>,
  prefix: string,
  limit: number,
  after: { readonly tenantId: string; readonly referenceId: string } = { tenantId: '', referenceId: '' },
): Promise<readonly { readonly tenantId: string; readonly referenceId: string }[]> {
  const page = [prefix, limit, after.tenantId, after.referenceId]
  const rows = await storage.snapshot('', ({ transaction }) => transaction.rows(WITHOUT, page))
  return rows.map((row) => ({ tenantId: String(row['tenant_id']), referenceId: String(row['reference_id']) }))
}

const SPACES = `SELECT v.space, count(*) AS count FROM "references" r
    JOIN subjects s ON s.tenant_id = r.tenant_id AND s.subject_id = r.subject_id
    LEFT JOIN reference_vectors v ON v.tenant_id = r.tenant_id AND v.reference_id = r.reference_id
  WHERE r.state = 'active' AND NOT (r.tenant_id = $1 AND r.subject_id = $2) AND ($3::text IS NULL OR s.person_id IS DISTINCT FROM $3)
  GROUP BY v.space`

/** How many active references of all tenants have a vector of which space; `null`: none. Those of `but`, subject and person, are not counted. */
export async function countSpaces(
  storage: Pick<Storage, 'snapshot'>,
  but: Pick<NearVector, 'tenantId' | 'subjectId' | 'personId'>,
): Promise<readonly { readonly space: string | null; readonly count: number }[]> {
  const rows = await storage.snapshot('', ({ transaction }) => transaction.rows(SPACES, [but.tenantId, but.subjectId, but.personId]))
  return rows.map((row) => ({ space: typeof row['space'] === 'string' ? row['space'] : null, count: Number(row['count']) }))
}

const ACTIVE = `SELECT tenant_id, reference_id, subject_id, key_id, encode(ciphertext, 'base64') AS sealed FROM "references"
  WHERE tenant_id = $1 AND reference_id = ANY($2) AND state = 'active' FOR SHARE`

/** What is sealed in active references, locked: none of them is superseded or erased until the transaction ends. */
export async function lockActive({ tenantId, transaction }: Scope, referenceIds: readonly string[]): Promise<readonly SealedReference[]> {
  return (await transaction.rows(ACTIVE, [tenantId, referenceIds])).map((row) => ({
    ...{ tenantId, referenceId: String(row['reference_id']), subjectId: String(row['subject_id']), keyId: String(row['key_id']) },
    ciphertext: new Uint8Array(Buffer.from(String(row['sealed']), 'base64')),
  }))
}

// The order is the index's inside; joined only afterwards, so that nothing keeps the planner from using it.
const NEAREST = `WITH near AS MATERIALIZED (
    SELECT tenant_id, reference_id FROM reference_vectors WHERE space = ANY($1) ORDER BY embedding <#> $2::halfvec LIMIT $3)
  SELECT r.tenant_id, r.reference_id, r.subject_id, s.person_id FROM near
    JOIN "references" r ON r.tenant_id = near.tenant_id AND r.reference_id = near.reference_id AND r.state = 'active'
    JOIN subjects s ON s.tenant_id = r.tenant_id AND s.subject_id = r.subject_id`

/** Most vectors that one search takes from the index, and how many it looks at for them. */
const WIDEST = 1_000

/** Those of all tenants that are most like `vector`, by the index: nearly all of the nearest, in no order. They are to be compared exactly. */
export async function nearestVectors(
  storage: Pick<Storage, 'snapshot'>,
  { spaces, vector, count }: { readonly spaces: readonly string[]; readonly vector: Float32Array; readonly count: number },
): Promise<readonly NearVector[]> {
  const width = Math.min(WIDEST, Math.max(400, count * 4))
  const rows = await storage.snapshot('', async ({ transaction }) => {
    await transaction.rows("SELECT set_config('hnsw.ef_search', $1, true), set_config('hnsw.iterative_scan', 'strict_order', true)", [String(width)])
    return await transaction.rows(NEAREST, [spaces, textOf(vector), Math.min(count, WIDEST)])
  })
  return rows.map((row) => ({
    ...{ tenantId: String(row['tenant_id']), referenceId: String(row['reference_id']), subjectId: String(row['subject_id']) },
    personId: typeof row['person_id'] === 'string' ? row['person_id'] : null,
  }))
}

/** Takes all vectors away: nothing is in clear any more but in backups. The storage has to be opened without them from then on. */
export async function dropVectors(storage: Pick<Storage, 'transact'>): Promise<void> {
  await storage.transact('', ({ transaction }) => transaction.exec(DROP_VECTORS))
}
