import { and, asc, eq } from 'drizzle-orm'
import { itself, lockDevice, noteDeviceAct, type Device } from './devices.js'
import { isSamePerson } from './officers.js'
import { inserted, type Scope } from './scope.js'
import { devices } from './tables-devices.js'

/** Why a device is not made a kiosk, or is not taken back. */
export type KioskRefusal =
  | 'not-found'
  | 'device-revoked'
  | 'own-device' // it is the officer's own: wherever they carry it would be the office
  | 'not-kiosk'

/**
 * Makes a known device a kiosk, which any subject of the tenant may use and whose key shows a place. Whose it was before, it is no longer. Again, it
 * stays as it was.
 */
export async function markKiosk(
  scope: Scope,
  thumbprint: string,
  actor: string,
): Promise<{ readonly device: Device } | { readonly refused: Exclude<KioskRefusal, 'not-kiosk'> }> {
  const device = await lockDevice(scope, thumbprint)
  if (device === undefined) return { refused: 'not-found' }
  if (device.state === 'revoked') return { refused: 'device-revoked' }
  if (device.kiosk) return { device }
  const own = device.subjectId === null ? [] : [device.subjectId]
  if (actor.trim() === '' || (await isSamePerson(scope, [actor], own))) return { refused: 'own-device' }
  // Noted with whose it was: they are to be told.
  await noteDeviceAct(scope, actor, 'device-kiosk', device)
  const kiosk = { kiosk: true, subjectId: null, state: 'bound' as const, boundAt: scope.now, boundBy: actor, boundHow: 'officer' as const }
  return { device: inserted(await scope.database.update(devices).set(kiosk).where(itself(scope, thumbprint)).returning()) }
}

/** Takes a kiosk back: it is a device that nobody knows, and whoever uses it next has it provisionally. One that was revoked stays so. */
export async function unmarkKiosk(
  scope: Scope,
  thumbprint: string,
  actor: string,
): Promise<{ readonly device: Device } | { readonly refused: Exclude<KioskRefusal, 'own-device'> }> {
  const device = await lockDevice(scope, thumbprint)
  if (device === undefined) return { refused: 'not-found' }
  if (device.state === 'revoked') return { refused: 'device-revoked' }
  if (!device.kiosk) return { refused: 'not-kiosk' }
  await noteDeviceAct(scope, actor, 'device-kiosk-ended', device)
  await scope.database.delete(devices).where(itself(scope, thumbprint))
  return { device }
}

/** Kiosks of the tenant, oldest first, revoked ones too. */
export async function listKiosks({ tenantId, database }: Scope): Promise<readonly Device[]> {
  const all = and(eq(devices.tenantId, tenantId), eq(devices.kiosk, true))
  return await database.select().from(devices).where(all).orderBy(asc(devices.createdAt), asc(devices.thumbprint))
}
