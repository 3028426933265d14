import { checkClaims, count, expectClaims, HASH, ID, index, listOf, optional, YES, type ClaimsOf } from './claims.js'
import type { DeviceKey } from './device-key.js'
import { openFromDevice, signAsDevice } from './envelope.js'
import { wrongClaim } from './faults.js'
import { MAX_STEP_FRAMES, MAX_STEPS, MESSAGE_TYPES, type PublicJwk, type StepClaims, type Verified } from './types.js'

const CLAIMS: ClaimsOf<StepClaims> = {
  sid: ID,
  n: count(MAX_STEPS),
  nonce: ID,
  frames: listOf(HASH, MAX_STEP_FRAMES),
  series: HASH,
  shows: optional(index(MAX_STEP_FRAMES)),
  dark: optional(YES),
}

/** The step that the server waits for. */
export interface StepExpectation {
  /** The key that {@link verifyBegin} gave. */
  readonly key: PublicJwk
  readonly sid: string
  readonly n: number
  /** The one that the server sent with this step. */
  readonly nonce: string
}

/** Signs a step. @throws LintasError `receipt-claims` */
export async function signStep(claims: StepClaims, key: DeviceKey): Promise<string> {
  return signAsDevice(MESSAGE_TYPES.step, check(claims), key)
}

/**
 * The commitments of the step that was asked for. That it is taken once, and in time, is for the caller.
 * @throws LintasError `receipt-malformed`, `receipt-algorithm`, `receipt-type`, `receipt-signature`, `receipt-claims`
 */
export async function verifyStep(jws: string, { key, sid, n, nonce }: StepExpectation): Promise<Verified<StepClaims>> {
  const opened = await openFromDevice(jws, MESSAGE_TYPES.step, key)
  const claims = check(opened.claims)
  expectClaims(claims, { sid, n, nonce })
  return { claims, hash: opened.hash }
}

function check(unchecked: object): StepClaims {
  const claims = checkClaims<StepClaims>(unchecked as StepClaims, CLAIMS)
  if (claims.shows !== undefined && claims.shows >= claims.frames.length) throw wrongClaim('shows', 'the index of one of frames')
  return claims
}
