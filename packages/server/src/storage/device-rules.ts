/** How devices are counted. */
export const DEVICE_RULES = {
  /** Uses of a device before somebody has to vouch for it. */
  provisionalUses: 3,
  /** Devices of a subject, provisional or bound. */
  perSubject: 2,
} as const

/** Why a device may not be used. */
export type DeviceRefusal =
  | 'not-found' // no such subject, or it is erased
  | 'device-limit' // the subject has as many devices as it may
  | 'device-revoked'
  | 'device-unbound' // used three times, and nobody has vouched for it yet
  | 'device-other-subject' // it is somebody else's

/** Where a device stands for the subject that uses it: what the rules read of it. */
export interface DeviceStanding {
  readonly state: 'provisional' | 'bound' | 'revoked'
  readonly uses: number
  readonly kiosk: boolean
  readonly subjectId: string | null
}

/** Why the subject may not use the device once more, `undefined` where it may. */
export function refuseDevice(device: DeviceStanding, subjectId: string): DeviceRefusal | undefined {
  if (!device.kiosk && device.subjectId !== subjectId) return 'device-other-subject'
  if (device.state === 'revoked') return 'device-revoked'
  return device.state === 'provisional' && device.uses >= DEVICE_RULES.provisionalUses ? 'device-unbound' : undefined
}
