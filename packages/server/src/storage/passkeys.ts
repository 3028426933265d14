import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import { noteAct } from './audit.js'
import { only, type Scope } from './scope.js'
import { passkeys } from './tables-officers.js'

/** A public key with which an officer confirms acts. */
export type Passkey = typeof passkeys.$inferSelect

/** What a passkey is registered with. */
export interface NewPasskey extends Pick<Passkey, 'credentialId' | 'actor' | 'publicKey' | 'counter' | 'transports'> {
  /** Actor id of who registers it. */
  readonly createdBy: string
  /** Nobody has vouched for it by a passkey or as an operator: it is added only as the actor's first. */
  readonly first: boolean
}

/** Why a passkey is not added: it is somebody's already, or the actor has one that would have to confirm it. */
export type PasskeyRefusal = 'known' | 'not-first'

/** Adds a passkey. Of any number of first ones of an actor at once, one is added. */
export async function addPasskey(scope: Scope, passkey: NewPasskey): Promise<{ readonly added: Passkey } | { readonly refused: PasskeyRefusal }> {
  const { tenantId, now, database } = scope
  const { first, ...row } = passkey
  await database.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`passkey\n${tenantId}\n${row.actor}`}, 0))`)
  if (first && (await listPasskeys(scope, row.actor)).length > 0) return { refused: 'not-first' }
  const values = { ...row, tenantId, transports: [...row.transports], createdAt: now }
  const added = only(await database.insert(passkeys).values(values).onConflictDoNothing().returning())
  if (added === undefined) return { refused: 'known' }
  const { credentialId } = added
  await noteAct(scope, { actor: row.createdBy, action: 'passkey-added', details: { credentialId, officer: row.actor } })
  return { added }
}

/** Passkeys of an actor that stand, oldest first. */
export async function listPasskeys({ tenantId, database }: Scope, actor: string): Promise<readonly Passkey[]> {
  const standing = and(eq(passkeys.tenantId, tenantId), eq(passkeys.actor, actor), isNull(passkeys.revokedAt))
  return await database.select().from(passkeys).where(standing).orderBy(asc(passkeys.createdAt), asc(passkeys.credentialId))
}

/** Notes a use and the authenticator's new count; `false` where the passkey ended, or its count moved on meanwhile. */
export async function usePasskey({ tenantId, now, database }: Scope, used: Passkey, counter: number): Promise<boolean> {
  const itself = and(eq(passkeys.tenantId, tenantId), eq(passkeys.credentialId, used.credentialId), eq(passkeys.actor, used.actor))
  const same = and(itself, eq(passkeys.counter, used.counter), isNull(passkeys.revokedAt))
  return (await database.update(passkeys).set({ counter, lastUsedAt: now }).where(same).returning({ id: passkeys.credentialId })).length > 0
}

/** Ends a passkey for good; whether one stood until now. */
export async function revokePasskey(scope: Scope, credentialId: string, revokedBy: string): Promise<boolean> {
  const { tenantId, now, database } = scope
  const standing = and(eq(passkeys.tenantId, tenantId), eq(passkeys.credentialId, credentialId), isNull(passkeys.revokedAt))
  const ended = only(await database.update(passkeys).set({ revokedAt: now, revokedBy }).where(standing).returning())
  if (ended !== undefined) await noteAct(scope, { actor: revokedBy, action: 'passkey-revoked', details: { credentialId, officer: ended.actor } })
  return ended !== undefined
}
