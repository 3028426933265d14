import { and, asc, eq, ne } from 'drizzle-orm'
import { noteAct } from './audit.js'
import { clearAttempts } from './clear-attempts.js'
import { DEVICE_RULES, refuseDevice, type DeviceRefusal } from './device-rules.js'
import { isSamePerson } from './officers.js'
import { inserted, only, type Scope } from './scope.js'
import { lockSubject } from './subjects.js'
import { devices } from './tables-devices.js'

/** The key of a browser, by its RFC 7638 thumbprint: of one subject, or a kiosk's. */
export type Device = typeof devices.$inferSelect

/** Where a device stands after it was used, or why it may not be used; then nothing was counted. `kiosk`: bound, and nobody's in particular. */
export interface DeviceVerdict {
  readonly state: Device['state'] | 'kiosk' | 'unknown'
  /** How often it was used, with this one. */
  readonly uses: number
  readonly refused?: DeviceRefusal
}

/** Which row a device is. */
export const itself = ({ tenantId }: Scope, thumbprint: string) => and(eq(devices.tenantId, tenantId), eq(devices.thumbprint, thumbprint))

/**
 * Counts a use of a device by a subject and tells where it stands. A device that nobody knows becomes the subject's, provisionally, where it
 * has room for one more. Of uses at once, none is lost and none passes beyond a limit.
 */
export async function noteDevice(scope: Scope, subjectId: string, thumbprint: string): Promise<DeviceVerdict> {
  const { database, now } = scope
  // The subject is what all its devices queue for; the device, what two subjects with one device queue for.
  if ((await lockSubject(scope, subjectId)) === undefined) return { state: 'unknown', uses: 0, refused: 'not-found' }
  const known = await lockDevice(scope, thumbprint)
  const device = known ?? (await addDevice(scope, subjectId, thumbprint))
  if (device === undefined) return { state: 'unknown', uses: 0, refused: 'device-limit' }
  const refused = refuseDevice(device, subjectId)
  const state = device.kiosk && device.state === 'bound' ? 'kiosk' : device.state
  if (refused === 'device-other-subject') return { state: 'unknown', uses: 0, refused }
  if (refused !== undefined) return { state, uses: device.uses, refused }
  const uses = device.uses + 1
  await database.update(devices).set({ uses, lastUsedAt: now }).where(itself(scope, thumbprint))
  return { state, uses }
}

/** A device of the tenant. */
export async function findDevice(scope: Scope, thumbprint: string): Promise<Device | undefined> {
  return only(await scope.database.select().from(devices).where(itself(scope, thumbprint)))
}

/** Devices of a subject, or all, kiosks among them; oldest first, revoked ones too. */
export async function listDevices({ tenantId, database }: Scope, subjectId?: string): Promise<readonly Device[]> {
  const own = and(eq(devices.tenantId, tenantId), subjectId === undefined ? undefined : eq(devices.subjectId, subjectId))
  return await database.select().from(devices).where(own).orderBy(asc(devices.createdAt), asc(devices.thumbprint))
}

/** Who vouches for a device: an officer, who is not its subject, or the subject by a passkey. */
export interface DeviceBinding {
  /** Actor id. */
  readonly actor: string
  readonly how: 'officer' | 'passkey'
}

/** Vouches for a provisional device; a bound one stays as it is. An officer who does has helped its subject: their attempts begin anew. */
export async function bindDevice(
  scope: Scope,
  thumbprint: string,
  { actor, how }: DeviceBinding,
): Promise<{ readonly device: Device } | { readonly refused: 'not-found' | 'device-revoked' | 'own-device' }> {
  // Subject before device, the order of everybody else.
  const owner = (await findDevice(scope, thumbprint))?.subjectId ?? undefined
  if (owner !== undefined) await lockSubject(scope, owner)
  const device = await lockDevice(scope, thumbprint)
  if (device === undefined) return { refused: 'not-found' }
  if (device.state === 'revoked') return { refused: 'device-revoked' }
  const own = device.subjectId === null ? [] : [device.subjectId]
  if (how === 'officer' && (actor.trim() === '' || (await isSamePerson(scope, [actor], own)))) return { refused: 'own-device' }
  if (device.state === 'bound') return { device }
  const bound = { state: 'bound' as const, boundAt: scope.now, boundBy: actor, boundHow: how }
  await noteDeviceAct(scope, actor, 'device-bound', device)
  if (how === 'officer' && owner !== undefined && owner === device.subjectId) await clearAttempts(scope, owner)
  return { device: inserted(await scope.database.update(devices).set(bound).where(itself(scope, thumbprint)).returning()) }
}

/** Ends a device's use for good; `undefined` for no such device. Again, it stays as it was. */
export async function revokeDevice(scope: Scope, thumbprint: string, actor: string): Promise<Device | undefined> {
  const device = await lockDevice(scope, thumbprint)
  if (device === undefined || device.state === 'revoked') return device
  await noteDeviceAct(scope, actor, 'device-revoked', device)
  const revoked = { state: 'revoked' as const, revokedAt: scope.now, revokedBy: actor }
  return only(await scope.database.update(devices).set(revoked).where(itself(scope, thumbprint)).returning())
}

/** Forgets the devices of a subject; gives how many. */
export async function forgetDevices({ tenantId, database }: Scope, subjectId: string): Promise<number> {
  const own = and(eq(devices.tenantId, tenantId), eq(devices.subjectId, subjectId))
  return (await database.delete(devices).where(own).returning({ thumbprint: devices.thumbprint })).length
}

/** A device, locked until the transaction ends. */
export async function lockDevice(scope: Scope, thumbprint: string): Promise<Device | undefined> {
  return only(await scope.database.select().from(devices).where(itself(scope, thumbprint)).for('update'))
}

/** The new device, or the one that another transaction made meanwhile; `undefined` where the subject has no room. */
async function addDevice(scope: Scope, subjectId: string, thumbprint: string): Promise<Device | undefined> {
  const { tenantId, now, database } = scope
  const standing = and(eq(devices.tenantId, tenantId), eq(devices.subjectId, subjectId), ne(devices.state, 'revoked'))
  const count = (await database.select({ thumbprint: devices.thumbprint }).from(devices).where(standing)).length
  if (count >= DEVICE_RULES.perSubject) return undefined
  const row = { tenantId, thumbprint, subjectId, state: 'provisional' as const, createdAt: now }
  const made = only(await database.insert(devices).values(row).onConflictDoNothing().returning())
  return made ?? (await lockDevice(scope, thumbprint))
}

/** Notes what was done to a device, in the transaction of the act. */
export const noteDeviceAct = (scope: Scope, actor: string, action: string, { thumbprint, subjectId }: Device) =>
  noteAct(scope, { actor, action, details: { thumbprint }, ...(subjectId === null ? {} : { subjectId }) })
