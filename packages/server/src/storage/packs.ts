import { and, asc, eq, sql } from 'drizzle-orm'
import { DEVICE_RULES } from './device-rules.js'
import { randomSecret, sha256 } from './hashing.js'
import { noteMade } from './limits.js'
import type { NonceRefusal } from './nonces.js'
import { only, type Scope } from './scope.js'
import { lockSubject } from './subjects.js'
import { nonces } from './tables-events.js'

/** Check-ins that a pack is good for: an arrival and a departure. */
export const PACK_SIZE = 2

/** Keys of a subject that get a pack for one day: as many as devices. A refusal registers no device, so without this there would be no end of keys. */
export const PACK_KEYS: number = DEVICE_RULES.perSubject

/** Whose pack, and for which day. */
export interface PackPlace {
  readonly subjectId: string
  /** Of the device's key. */
  readonly thumbprint: string
  /** Working day, `YYYY-MM-DD`. */
  readonly day: string
}

/** Why a nonce of a pack is refused. `overtaken`: one of a later day was used before. */
export type PackRefusal = NonceRefusal | 'overtaken'

const PURPOSE = 'pack'
const bindingOf = ({ subjectId, thumbprint, day }: PackPlace): string => `${subjectId}\n${thumbprint}\n${day}`

/**
 * Issues the nonces of a day ahead, in the order in which they are to be used. Their hashes alone are kept: who gives the same `values` again is told
 * the same pack again. `issued`: others were told before.
 * @param pack with `values`, secrets of 256 bits, `PACK_SIZE` of them; default random ones, which nobody can make again
 */
export async function issuePack(
  scope: Scope,
  pack: PackPlace & { readonly lifetimeMs: number; readonly values?: readonly string[] },
): Promise<{ readonly nonces: readonly string[]; readonly issuedAt: Date } | { readonly refused: 'not-found' | 'issued' }> {
  if ((await lockSubject(scope, pack.subjectId)) === undefined) return { refused: 'not-found' }
  const { tenantId, now, database } = scope
  const values = pack.values ?? Array.from({ length: PACK_SIZE }, () => randomSecret())
  const common = { tenantId, purpose: PURPOSE, binding: bindingOf(pack), issuedAt: now, expiresAt: new Date(now.getTime() + pack.lifetimeMs) }
  const rows = values.map((value, index) => ({ ...common, nonceSha256: sha256(value), ordinal: index + 1 }))
  const made = await database.insert(nonces).values(rows).onConflictDoNothing().returning({ ordinal: nonces.ordinal })
  if (made.length > 0) return { nonces: values, issuedAt: now }
  const kept = await packRows(scope, pack)
  const isSame = kept.length === rows.length && kept.every(({ nonceSha256 }, index) => nonceSha256 === rows[index]?.nonceSha256)
  const issuedAt = kept[0]?.issuedAt
  return isSame && issuedAt != null ? { nonces: values, issuedAt } : { refused: 'issued' }
}

async function packRows({ tenantId, database }: Scope, pack: PackPlace) {
  const own = and(eq(nonces.tenantId, tenantId), eq(nonces.purpose, PURPOSE), eq(nonces.binding, bindingOf(pack)))
  return await database.select().from(nonces).where(own).orderBy(asc(nonces.ordinal)).for('update')
}

/** The working day of the nonce's pack; `undefined` where it is none of this subject and key. */
export async function dayOfPack(
  { tenantId, database }: Scope,
  { subjectId, thumbprint, nonce }: Omit<PackPlace, 'day'> & { readonly nonce: string },
): Promise<string | undefined> {
  const itself = and(eq(nonces.tenantId, tenantId), eq(nonces.purpose, PURPOSE), eq(nonces.nonceSha256, sha256(nonce)))
  const found = only(await database.select({ binding: nonces.binding }).from(nonces).where(itself))
  const day = found?.binding.slice(-'YYYY-MM-DD'.length) ?? ''
  return found?.binding === bindingOf({ subjectId, thumbprint, day }) ? day : undefined
}

/** An offline check-in that may be judged. */
export interface PackSpent {
  /** 1 for the first of the day. */
  readonly ordinal: number
  /** It happened between this instant and its receipt. */
  readonly issuedAt: Date
  /** When nothing of the pack is taken any more. */
  readonly expiresAt: Date
  /** Nonces before it that were not used, and never can be now: each counts as an attempt. */
  readonly skipped: number
}

/**
 * Spends a nonce of a pack, and with it all that stand before it, also those of earlier days: who was seen on Tuesday checks in for Monday no more.
 * Attempts are counted, but an offline check-in that was made is judged however many there were: the limits were asked when the pack was issued, and
 * whoever was let make it then, without anybody to ask, must not lose a day's attendance for what happened since. Packs are few, so that is no way round
 * the limits. Of any number of callers one gets it.
 */
export async function spendPack(scope: Scope, spent: PackPlace & { readonly nonce: string }): Promise<PackSpent | { readonly refused: PackRefusal }> {
  if ((await lockSubject(scope, spent.subjectId)) === undefined) return { refused: 'unknown' }
  const { tenantId, now, database } = scope
  const rows = await packRows(scope, spent)
  const hash = sha256(spent.nonce)
  const found = rows.find(({ nonceSha256 }) => nonceSha256 === hash)
  if (found?.issuedAt == null) return { refused: 'unknown' }
  if (found.usedAt !== null) return { refused: 'used' }
  if (found.expiresAt <= now) return { refused: 'expired' }
  if (await isOvertaken(scope, spent)) return { refused: 'overtaken' }
  const ends = rows.filter(({ ordinal, usedAt }) => ordinal <= found.ordinal && usedAt === null)
  const pack = and(eq(nonces.tenantId, tenantId), eq(nonces.purpose, PURPOSE), eq(nonces.binding, bindingOf(spent)))
  await database
    .update(nonces)
    .set({ usedAt: now })
    .where(and(pack, sql`${nonces.ordinal} <= ${found.ordinal}`, sql`${nonces.usedAt} IS NULL`))
  await noteMade(scope, spent.subjectId, ends.length)
  return { ordinal: found.ordinal, issuedAt: found.issuedAt, expiresAt: found.expiresAt, skipped: ends.length - 1 }
}

/** Whether a nonce of a later day was used by this subject with this key. */
async function isOvertaken({ tenantId, database }: Scope, { subjectId, thumbprint, day }: PackPlace): Promise<boolean> {
  const own = and(
    ...[eq(nonces.tenantId, tenantId), eq(nonces.purpose, PURPOSE), sql`${nonces.usedAt} IS NOT NULL`],
    ...[sql`starts_with(${nonces.binding}, ${`${subjectId}\n${thumbprint}\n`})`, sql`right(${nonces.binding}, ${day.length}) > ${day}`],
  )
  return only(await database.select({ ordinal: nonces.ordinal }).from(nonces).where(own).limit(1)) !== undefined
}

/** Forgets the packs of a subject; gives how many nonces. */
export async function forgetPacks({ tenantId, database }: Scope, subjectId: string): Promise<number> {
  const own = and(eq(nonces.tenantId, tenantId), eq(nonces.purpose, PURPOSE), sql`starts_with(${nonces.binding}, ${`${subjectId}\n`})`)
  return (await database.delete(nonces).where(own).returning({ ordinal: nonces.ordinal })).length
}

/** How many keys of a subject have a pack for the day. */
export async function countPackKeys({ tenantId, database }: Scope, subjectId: string, day: string): Promise<number> {
  const own = and(
    ...[eq(nonces.tenantId, tenantId), eq(nonces.purpose, PURPOSE)],
    ...[sql`starts_with(${nonces.binding}, ${`${subjectId}\n`})`, sql`right(${nonces.binding}, ${day.length + 1}) = ${`\n${day}`}`],
  )
  return (await database.selectDistinct({ binding: nonces.binding }).from(nonces).where(own)).length
}

/** Whether a pack was issued for the day. */
export async function hasPack({ tenantId, database }: Scope, pack: PackPlace): Promise<boolean> {
  const own = and(eq(nonces.tenantId, tenantId), eq(nonces.purpose, PURPOSE), eq(nonces.binding, bindingOf(pack)))
  return only(await database.select({ ordinal: nonces.ordinal }).from(nonces).where(own).limit(1)) !== undefined
}
