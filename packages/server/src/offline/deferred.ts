import { deferredActions, sidOf, stepNonce } from '@lintas/core/check-in'
import { ROUTE_STEPS, type Action, type Route } from '@lintas/core/liveness'
import { verifyBegin, verifyStep, type StepClaims, type Verified, type VerifiedBegin } from '@lintas/core/receipt'
import { Fault, notFound } from '../errors/index.js'
import {
  answering,
  checkAssigned,
  conflict,
  contentKeyOf,
  courseOf,
  openPlan,
  writeCommitment,
  type SessionParts,
  type TakenStep,
} from '../sessions/index.js'
import {
  createDeferredSession,
  dayOfPack,
  findSession,
  listSteps,
  lockSubject,
  spendPack,
  type PackRefusal,
  type PackSpent,
  type Scope,
  type Session,
} from '../storage/index.js'
import { checkSubject } from './pack.js'

/** A check-in that was made without a network, before its evidence. */
export interface DeferredRequest {
  readonly subjectId: string
  readonly nonce: string
  /** Proof of the device's key, over the nonce. The same at every repeat: single use rests on the nonce. */
  readonly proof: string
  /** The address that the browser asked, at the relay. */
  readonly target: string
  readonly route: Route
  /** Signed step messages, in order. */
  readonly steps: readonly string[]
  /** Of the sealed parts, sealed to the server. */
  readonly contentKey: string
}

/** Which frames of each step are to be opened. */
export interface DeferredAnswer {
  readonly sid: string
  readonly open: readonly (readonly number[])[]
}

/** A request whose signatures are good and whose steps make a whole. */
interface Checked extends Pick<DeferredRequest, 'subjectId' | 'nonce' | 'route' | 'contentKey'> {
  readonly sid: string
  readonly proof: VerifiedBegin
  readonly steps: readonly Verified<StepClaims>[]
  readonly actions: readonly Action[]
}

/**
 * Takes what was committed to without a network, spends the nonce, and tells which frames are wanted. The actions are what the nonce draws: what the
 * device says of them counts for nothing. The same again gets the same answer.
 * @throws Fault 404 `pack-unknown`; 409 `pack-used`, `pack-overtaken`, `session-conflict`, `consent-missing`, `not-enrolled`, `assignment-*`; 410 `pack-expired`;
 * 422 `deferred-steps`, `evidence-malformed`; 401 or 422 `receipt-*`
 */
export async function acceptDeferred(parts: SessionParts, tenantId: string, request: DeferredRequest): Promise<DeferredAnswer> {
  return await answering(async () => {
    const checked = await check(parts, request)
    return await parts.storage.transact(tenantId, (scope) => acceptIn(scope, parts, checked))
  })
}

async function check(parts: SessionParts, request: DeferredRequest): Promise<Checked> {
  const { subjectId, nonce, target, route, contentKey } = request
  const proof = await verifyBegin(request.proof, { token: nonce, method: 'POST', url: target })
  const sid = await sidOf(nonce)
  const steps: Verified<StepClaims>[] = []
  for (const [at, message] of request.steps.entries()) {
    const n = at + 1
    steps.push(await verifyStep(message, { key: proof.publicKey, sid, n, nonce: await stepNonce(nonce, n) }))
  }
  const done = steps.map(({ claims }) => claims.shows !== undefined)
  const actions = await deferredActions(nonce, route, done)
  const taken = steps.map(({ claims }, at): TakenStep => ({ action: actions[at] ?? 'blink', done: done[at] === true, dark: claims.dark === true }))
  const isWhole = taken.every((_, at) => courseOf(route, taken.slice(0, at + 1)).kind === (at + 1 < taken.length ? 'more' : 'complete'))
  if (taken.length === 0 || !isWhole) throw new Fault(422, 'deferred-steps', 'These are not the steps of a whole check-in')
  // What nobody could open later is not taken now.
  await contentKeyOf(parts, contentKey, sid)
  return { subjectId, nonce, route, contentKey, sid, proof, steps, actions }
}

async function acceptIn(scope: Scope, parts: SessionParts, checked: Checked): Promise<DeferredAnswer> {
  const { subjectId, nonce, sid, proof, route, contentKey } = checked
  const { thumbprint, publicKey } = proof
  if ((await lockSubject(scope, subjectId)) === undefined) throw notFound('subject')
  const before = await findSession(scope, sid)
  if (before !== undefined) return await repeated(scope, before, checked)
  const packDay = await dayOfPack(scope, { subjectId, thumbprint, nonce })
  if (packDay === undefined) throw refusedPack('unknown')
  await checkSubject(scope, subjectId)
  await checkAssigned(scope, parts, subjectId, packDay)
  const spent = await spendPack(scope, { subjectId, thumbprint, day: packDay, nonce })
  if ('refused' in spent) throw refusedPack(spent.refused)
  const rows = rowsOf(parts, checked)
  const { policy } = parts
  const session = await createDeferredSession(scope, {
    ...{ sid, subjectId, nonce, thumbprint, publicKey: JSON.stringify(publicKey), route, contentKey, steps: rows },
    ...{ policyId: policy.id, calibrationId: policy.calibrationId, packDay, ...timesOf(spent) },
  })
  if (session === undefined) throw conflict()
  return { sid, open: rows.map(({ openFrames }) => openFrames) }
}

const timesOf = ({ issuedAt, expiresAt }: PackSpent) => ({ packIssuedAt: issuedAt, expiresAt })

function rowsOf({ keyring }: SessionParts, { sid, route, steps, actions }: Checked) {
  let nth = 0
  return steps.map(({ claims, hash }, at) => {
    const { frames, shows } = claims
    if (shows !== undefined) nth += 1
    const shape = { nth, of: ROUTE_STEPS[route], frames: frames.length, shows: shows ?? 0, purpose: 'check-in' as const }
    const openFrames = shows === undefined ? [] : openPlan(keyring.secret('opening'), sid, shape)
    return { n: at + 1, action: actions[at] ?? 'blink', commitment: writeCommitment({ hash, claims }), openFrames }
  })
}

/** The answer of before, to the very same commitments by the same key. */
async function repeated(scope: Scope, session: Session, { subjectId, proof, steps, route, sid }: Checked): Promise<DeferredAnswer> {
  // Another's session is none: nothing is told of it.
  if (session.subjectId !== subjectId || session.thumbprint !== proof.thumbprint) throw refusedPack('unknown')
  const rows = await listSteps(scope, sid)
  const isSame = rows.length === steps.length && rows.every(({ commitment }, at) => hashIn(commitment) === steps[at]?.hash)
  if (!isSame || session.route !== route) throw refusedPack('used')
  return { sid, open: rows.map(({ openFrames }) => openFrames) }
}

const hashIn = (commitment: string): string => (JSON.parse(commitment) as { readonly hash: string }).hash

const REFUSALS: Readonly<Record<PackRefusal, readonly [status: number, detail: string]>> = {
  unknown: [404, 'There is no such pack of this subject and device'],
  used: [409, 'This nonce was used, or one after it was'],
  overtaken: [409, 'A check-in of a later day was made with this device before'],
  expired: [410, 'The time for check-ins of this pack is over'],
}

function refusedPack(reason: PackRefusal): Fault {
  const [status, detail] = REFUSALS[reason]
  return new Fault(status, `pack-${reason}`, detail)
}
