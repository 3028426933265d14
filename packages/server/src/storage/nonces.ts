import { and, eq, gt, isNull, lt } from 'drizzle-orm'
import { randomSecret, sha256 } from './hashing.js'
import { only, type Scope } from './scope.js'
import { nonces } from './tables-events.js'

/** What a nonce is issued for. */
export interface NewNonce {
  /** E.g. `offline`; a nonce of one purpose is none of another. */
  readonly purpose: string
  /** Whose it is: any text that the caller can make again when it is spent (subject, key and working day, say). Default: nobody's. */
  readonly binding?: string
  /** Its place among several that are issued together. Default 0. */
  readonly ordinal?: number
  readonly lifetimeMs: number
}

/** Why a nonce is refused: never issued (or for something else), used before, or too old. */
export type NonceRefusal = 'unknown' | 'used' | 'expired'

/** A new nonce of 256 random bits; its SHA-256 alone is kept. */
export async function issueNonce({ tenantId, now, database }: Scope, nonce: NewNonce): Promise<string> {
  const value = randomSecret()
  const { purpose, binding = '', ordinal = 0, lifetimeMs } = nonce
  const expiresAt = new Date(now.getTime() + lifetimeMs)
  await database.insert(nonces).values({ tenantId, purpose, nonceSha256: sha256(value), binding, ordinal, issuedAt: now, expiresAt })
  return value
}

/** Spends an issued nonce. Of any number of callers one gets its ordinal. */
export async function spendNonce(
  { tenantId, now, database }: Scope,
  spent: { readonly purpose: string; readonly nonce: string; readonly binding?: string },
): Promise<{ readonly ordinal: number } | { readonly refused: NonceRefusal }> {
  const { purpose, nonce, binding = '' } = spent
  const itself = and(eq(nonces.tenantId, tenantId), eq(nonces.purpose, purpose), eq(nonces.nonceSha256, sha256(nonce)), eq(nonces.binding, binding))
  const fresh = and(itself, isNull(nonces.usedAt), gt(nonces.expiresAt, now))
  const row = only(await database.update(nonces).set({ usedAt: now }).where(fresh).returning())
  if (row !== undefined) return { ordinal: row.ordinal }
  const found = only(await database.select().from(nonces).where(itself))
  if (found === undefined) return { refused: 'unknown' }
  return { refused: found.usedAt === null ? 'expired' : 'used' }
}

/** Notes a value that somebody else made (a `jti`); `false` where it was seen before. Of any number of callers one gets `true`. */
export async function seeOnce(
  { tenantId, now, database }: Scope,
  seen: { readonly purpose: string; readonly value: string; readonly keepMs: number },
): Promise<boolean> {
  const expiresAt = new Date(now.getTime() + seen.keepMs)
  const row = { tenantId, purpose: seen.purpose, nonceSha256: sha256(seen.value), binding: '', ordinal: 0, expiresAt, usedAt: now }
  return (await database.insert(nonces).values(row).onConflictDoNothing().returning({ purpose: nonces.purpose })).length > 0
}

/** Whether {@link seeOnce} has noted the value; nothing is noted here. */
export async function wasSeen({ tenantId, database }: Scope, seen: { readonly purpose: string; readonly value: string }): Promise<boolean> {
  const itself = and(eq(nonces.tenantId, tenantId), eq(nonces.purpose, seen.purpose), eq(nonces.nonceSha256, sha256(seen.value)))
  return only(await database.select({ purpose: nonces.purpose }).from(nonces).where(itself)) !== undefined
}

/** Removes what expired before `before`; gives how many. */
export async function sweepNonces({ tenantId, database }: Scope, before: Date): Promise<number> {
  const over = and(eq(nonces.tenantId, tenantId), lt(nonces.expiresAt, before))
  return (await database.delete(nonces).where(over).returning({ purpose: nonces.purpose })).length
}
