import { DEVICE_RULES, findDevice, listDevices, refuseDevice, type Decision, type DeviceRefusal, type Scope } from '../storage/index.js'
import type { SessionParts } from './ports.js'
import { sealFrames, settle, settledBefore } from './settle.js'
import { checkConsent } from './standing.js'
import type { GoodSubmission } from './submission.js'

/** Why a device may not be used by a subject once more; `undefined` where it may. Nothing is counted. */
async function refusalOf(scope: Scope, subjectId: string, thumbprint: string): Promise<DeviceRefusal | undefined> {
  const device = await findDevice(scope, thumbprint)
  if (device !== undefined) return refuseDevice(device, subjectId)
  const standing = (await listDevices(scope, subjectId)).filter(({ state }) => state !== 'revoked')
  return standing.length >= DEVICE_RULES.perSubject ? 'device-limit' : undefined
}

/**
 * Refuses what comes from a device that may not be used, before anything is computed and whatever it shows: told apart from a match, it would say to
 * the holder of any key whether a face is this subject's. `undefined` for a device that may.
 */
export async function settleBarred(parts: SessionParts, submission: GoodSubmission): Promise<Decision | undefined> {
  const { session, thumbprint } = submission
  const { tenantId, subjectId } = session
  const refused = await parts.storage.snapshot(tenantId, (scope) => refusalOf(scope, subjectId, thumbprint))
  if (refused === undefined) return undefined
  return await parts.storage.transact(tenantId, async (scope) => {
    const before = await settledBefore(scope, submission)
    if (before !== undefined) return before
    await checkConsent(scope, subjectId)
    // Another try with this device would end the same.
    const verdict = { outcome: 'refused', next: 'assisted', findings: { outcome: 'refused', reasons: [], flags: [refused] } } as const
    const decision = await settle(scope, parts, submission, verdict)
    await sealFrames(scope, parts, submission)
    return decision
  })
}
