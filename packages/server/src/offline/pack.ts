import { PACKS_TOKEN } from '@lintas/core/check-in'
import { verifyBegin, type PublicJwk } from '@lintas/core/receipt'
import { Fault, notFound } from '../errors/index.js'
import { answering, checkAssignedAt, refusedAttempt, timeZoneOf, type SessionParts } from '../sessions/index.js'
import {
  activeReference,
  countPackKeys,
  DEVICE_RULES,
  findDevice,
  findSubject,
  hasPack,
  issuePack,
  judgeLimit,
  limitState,
  listDevices,
  lockSubject,
  PACK_KEYS,
  refuseDevice,
  standingConsent,
  type PackPlace,
  type Scope,
} from '../storage/index.js'
import { dayAfter, localDay, type Day } from '../time/index.js'
import { packKeys } from '../vault/index.js'
import { packNonces } from './pack-nonces.js'

/** How many days after its own a check-in of a pack may arrive. */
export const LATEST_DAYS = 7

/** Who asks for what check-ins without a network are made with. */
export interface PackRequest {
  readonly subjectId: string
  /** Proof of the device's key, over `PACKS_TOKEN`. */
  readonly proof: string
  /** The address that the browser asked, at the relay. */
  readonly target: string
}

/** A pack as the browser gets it. */
export interface ToldPack {
  readonly schema: 'lintas-pack/1'
  readonly nonces: readonly string[]
  readonly day: Day
  readonly issuedAt: string
  readonly key: PublicJwk
}

/**
 * The day's pack of a subject and a device; asked again, the same again, since an answer may get lost. It is worth nothing without the key that the
 * proof shows, so a proof that is sent twice tells nobody anything.
 * @throws Fault 404; 409 `consent-missing`, `not-enrolled`, `assignment-*`, `pack-issued`, `pack-limit`, `device-*`; 429 `attempts`, `assisted`; 401 or 422 `receipt-*`
 */
export async function tellPack(parts: SessionParts, tenantId: string, { subjectId, proof, target }: PackRequest): Promise<ToldPack> {
  return await answering(async () => {
    const { thumbprint } = await verifyBegin(proof, { token: PACKS_TOKEN, method: 'POST', url: target })
    const { publicKey: key } = await packKeys(parts.keyring)
    const { day, nonces, issuedAt } = await parts.storage.transact(tenantId, (scope) => issueIn(scope, parts, subjectId, thumbprint))
    return { schema: 'lintas-pack/1', nonces, day, issuedAt: issuedAt.toISOString(), key }
  })
}

async function issueIn(scope: Scope, parts: SessionParts, subjectId: string, thumbprint: string) {
  const { keyring } = parts
  // Of many keys that ask at once each finds the packs of those before it.
  if ((await lockSubject(scope, subjectId)) === undefined) throw notFound('subject')
  await checkSubject(scope, subjectId)
  await checkAssignedAt(scope, parts, subjectId, scope.now)
  await checkDevice(scope, subjectId, thumbprint)
  const day = localDay(await timeZoneOf(scope), scope.now)
  const place: PackPlace = { subjectId, thumbprint, day }
  if (!(await hasPack(scope, place))) await checkAllowed(scope, place)
  // A day more than the zones lie apart is of no account: the day is the tenant's, and the seven after it are a round number.
  const lifetimeMs = Date.parse(`${dayAfter(day, LATEST_DAYS + 1)}T00:00:00Z`) - scope.now.getTime()
  // Where the deployment's key changed today, the pack is the older key's.
  for (const values of packNonces(keyring, scope.tenantId, place)) {
    const issued = await issuePack(scope, { ...place, lifetimeMs, values })
    if ('issuedAt' in issued) return { day, ...issued }
    if (issued.refused === 'not-found') throw notFound('subject')
  }
  throw new Fault(409, 'pack-issued', 'The pack of this day was issued under a key that is gone')
}

/**
 * Who could not begin now is let make no check-in for later either; none is counted, since none is made yet. Each further key would bring two more tries:
 * beyond those of two devices there are none on one day. What was told is told again whatever happened since.
 * @throws Fault 429 `attempts`, `assisted`; 409 `pack-limit`
 */
async function checkAllowed(scope: Scope, { subjectId, day }: PackPlace): Promise<void> {
  const { verdict } = judgeLimit(await limitState(scope, subjectId), 'begin', scope.now.getTime())
  const tooMany = refusedAttempt(verdict, scope.now)
  if (tooMany !== undefined) throw tooMany
  if ((await countPackKeys(scope, subjectId, day)) < PACK_KEYS) return
  throw new Fault(409, 'pack-limit', 'As many devices of this subject as may have one have a pack of this day')
}

/** @throws Fault 404; 409 `consent-missing`, `not-enrolled` */
export async function checkSubject(scope: Scope, subjectId: string): Promise<void> {
  const subject = await findSubject(scope, subjectId)
  if (subject === undefined || subject.erasedAt !== null) throw notFound('subject')
  if ((await standingConsent(scope, subjectId)) === undefined) throw new Fault(409, 'consent-missing', 'There is no consent of this subject')
  if ((await activeReference(scope, subjectId)) === undefined) throw new Fault(409, 'not-enrolled', 'There is no active reference of this subject')
}

/** A device that could not be used now gets nothing to be used later. It is not counted as used. */
async function checkDevice(scope: Scope, subjectId: string, thumbprint: string): Promise<void> {
  const device = await findDevice(scope, thumbprint)
  const standing = (await listDevices(scope, subjectId)).filter(({ state }) => state !== 'revoked')
  const full = device === undefined && standing.length >= DEVICE_RULES.perSubject
  const refused = device === undefined ? (full ? 'device-limit' : undefined) : refuseDevice(device, subjectId)
  if (refused !== undefined) throw new Fault(409, refused, 'This device may not be used for check-ins without a network')
}
