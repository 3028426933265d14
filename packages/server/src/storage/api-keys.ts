import { and, asc, eq, isNull } from 'drizzle-orm'
import { randomId, randomSecret, sha256 } from './hashing.js'
import { inserted, only, type Scope } from './scope.js'
import { apiKeys } from './tables-people.js'

/** What a key may do. */
export type ApiKeyRole = 'agency' | 'officer' | 'regency' | 'operator'

/** A key without its secret, which nobody has but its bearer. */
export type ApiKey = Omit<typeof apiKeys.$inferSelect, 'tokenSha256'>

const COLUMNS = {
  tenantId: apiKeys.tenantId,
  keyId: apiKeys.keyId,
  role: apiKeys.role,
  label: apiKeys.label,
  actor: apiKeys.actor,
  createdAt: apiKeys.createdAt,
  revokedAt: apiKeys.revokedAt,
  lastUsedAt: apiKeys.lastUsedAt,
}

/** `lintas1.<tenant>.<43 characters>`: the tenant stands in front, so that its rows are found without a look at anybody else's. */
const TOKEN = /^lintas1\.([a-z0-9][a-z0-9-]{0,62})\.[\w-]{43}$/u

/** A key used many times a second is written down once a minute. */
const USE_GRAIN_MS = 60_000

/** The tenant that a token claims to be of, `undefined` where it is no token. Only {@link authenticate} tells whether it is true. */
export const tenantOfToken = (token: string): string | undefined => TOKEN.exec(token)?.[1]

/** Roles whose keys are somebody's: what is done with them is that actor's. */
export const ACTING_ROLES: readonly ApiKeyRole[] = ['officer', 'regency', 'operator']

/** Names that the server gives to who is nobody in particular. */
const RESERVED = /^(?:key:.*|system)$/u
const ACTOR = /^[^\p{Cc}\p{Cs}]{1,200}$/u

/** An actor id as it is compared and kept: trimmed, composed; `undefined` for what is none. */
export function actorId(text: string): string | undefined {
  const id = text.trim().normalize('NFC')
  return ACTOR.test(id) && !RESERVED.test(id) ? id : undefined
}

/**
 * A new key. The token (256 random bits) is given here and never again: its SHA-256 alone is kept.
 * @param actor whose it is: needed for {@link ACTING_ROLES}, and for them alone
 * @throws TypeError for a key that is nobody's, or an agency's that is somebody's
 */
export async function issueApiKey(
  scope: Scope,
  role: ApiKeyRole,
  label: string,
  actor?: string,
): Promise<{ readonly key: ApiKey; readonly token: string }> {
  const owner = actor === undefined ? undefined : actorId(actor)
  if (ACTING_ROLES.includes(role) ? owner === undefined : actor !== undefined) throw new TypeError(`a key of the role ${role} is whose?`)
  const { tenantId, now, database } = scope
  const token = `lintas1.${tenantId}.${randomSecret()}`
  const row = { tenantId, keyId: randomId(), tokenSha256: sha256(token), role, label, actor: owner ?? null, createdAt: now }
  return { key: inserted(await database.insert(apiKeys).values(row).returning(COLUMNS)), token }
}

/** The key that the token is, and notes its use; `undefined` for an unknown or revoked one, or one of another tenant. */
export async function authenticate({ tenantId, now, database }: Scope, token: string): Promise<ApiKey | undefined> {
  if (tenantOfToken(token) !== tenantId) return undefined
  const standing = and(eq(apiKeys.tenantId, tenantId), eq(apiKeys.tokenSha256, sha256(token)), isNull(apiKeys.revokedAt))
  const key = only(await database.select(COLUMNS).from(apiKeys).where(standing))
  if (key === undefined || now.getTime() - (key.lastUsedAt?.getTime() ?? -Infinity) < USE_GRAIN_MS) return key
  return only(await database.update(apiKeys).set({ lastUsedAt: now }).where(standing).returning(COLUMNS))
}

/** Whether there was such a key that stood until now. */
export async function revokeApiKey({ tenantId, now, database }: Scope, keyId: string): Promise<boolean> {
  const standing = and(eq(apiKeys.tenantId, tenantId), eq(apiKeys.keyId, keyId), isNull(apiKeys.revokedAt))
  return (await database.update(apiKeys).set({ revokedAt: now }).where(standing).returning(COLUMNS)).length > 0
}

/** The tenant's keys, oldest first, revoked ones too. */
export async function listApiKeys({ tenantId, database }: Scope): Promise<readonly ApiKey[]> {
  return await database.select(COLUMNS).from(apiKeys).where(eq(apiKeys.tenantId, tenantId)).orderBy(asc(apiKeys.createdAt), asc(apiKeys.keyId))
}
