import {
  findTenant,
  resealEvidence,
  resealReference,
  staleEvidence,
  staleReferences,
  type Evidence,
  type Reference,
  type Storage,
} from '../storage/index.js'
import type { Keyring, SealPurpose } from './keyring.js'
import { templateAad } from './templates.js'

/** What a rotation came to. */
export interface Rotation {
  /** References and evidence that are now under the current key. */
  readonly resealed: number
  /** Changed or gone in the meantime: nothing was to be done. */
  readonly passed: number
  /** Under a key that the ring does not have, or altered: look at each. */
  readonly failed: readonly { readonly kind: SealPurpose; readonly id: string }[]
}

const DEFAULT_BATCH = 100

/**
 * Puts every template and all kept evidence of a tenant under the current key. Safe while serving: each is compared and set, in a
 * transaction of its own. Broken off, it goes on where it was: what is done is not stale any more. When `failed` is empty, old keys may be
 * taken out of the ring.
 */
export async function rotateTemplates(
  storage: Storage,
  tenantId: string,
  keyring: Keyring,
  options: { readonly batch?: number } = {},
): Promise<Rotation> {
  const { batch = DEFAULT_BATCH } = options
  if ((await storage.snapshot(tenantId, findTenant)) === undefined) return { resealed: 0, passed: 0, failed: [] }
  const references = await rotate<Reference>(keyring, 'template', {
    page: (after) => storage.snapshot(tenantId, (scope) => staleReferences(scope, keyring.current, batch, after)),
    idOf: ({ referenceId }) => referenceId,
    aadOf: templateAad,
    put: (row, sealed) => storage.transact(tenantId, (scope) => resealReference(scope, row.referenceId, row.keyId, sealed)),
  })
  const evidence = await rotate<Evidence>(keyring, 'evidence', {
    page: (after) => storage.snapshot(tenantId, (scope) => staleEvidence(scope, keyring.current, batch, after)),
    idOf: ({ evidenceId }) => evidenceId,
    aadOf: (row) => [row.tenantId, row.subjectId, row.sid, row.class],
    put: (row, sealed) => storage.transact(tenantId, (scope) => resealEvidence(scope, row.evidenceId, row.keyId, sealed)),
  })
  return {
    resealed: references.resealed + evidence.resealed,
    passed: references.passed + evidence.passed,
    failed: [...references.failed, ...evidence.failed],
  }
}

interface Kind<Row> {
  readonly page: (after: string | undefined) => Promise<readonly Row[]>
  readonly idOf: (row: Row) => string
  readonly aadOf: (row: Row) => readonly string[]
  readonly put: (row: Row, sealed: { readonly keyId: string; readonly ciphertext: Uint8Array }) => Promise<boolean>
}

async function rotate<Row extends { readonly keyId: string; readonly ciphertext: Uint8Array }>(
  keyring: Keyring,
  kind: SealPurpose,
  { page, idOf, aadOf, put }: Kind<Row>,
): Promise<Rotation> {
  let [resealed, passed] = [0, 0]
  const failed: { kind: SealPurpose; id: string }[] = []
  let after: string | undefined
  for (;;) {
    const rows = await page(after)
    for (const row of rows) {
      after = idOf(row)
      const plain = tryOpen(keyring, kind, row, aadOf(row))
      if (plain === undefined) failed.push({ kind, id: after })
      else if (await put(row, keyring.seal(kind, plain, aadOf(row)))) resealed += 1
      else passed += 1
    }
    if (rows.length === 0) return { resealed, passed, failed }
  }
}

/** One that does not open must not keep the others from their new key. */
function tryOpen(
  keyring: Keyring,
  kind: SealPurpose,
  row: { readonly keyId: string; readonly ciphertext: Uint8Array },
  aad: readonly string[],
): Uint8Array | undefined {
  try {
    return keyring.open(kind, row, aad)
  } catch {
    return undefined
  }
}
