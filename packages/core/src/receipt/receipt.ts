import { checkClaims, expectClaims, HASH, ID, listOf, type ClaimsOf } from './claims.js'
import type { DeviceKey } from './device-key.js'
import { openFromDevice, signAsDevice } from './envelope.js'
import { wrongClaim } from './faults.js'
import { hashBytes } from './identity.js'
import { MAX_STEPS, MESSAGE_TYPES, type PublicJwk, type ReceiptClaims, type Verified } from './types.js'

const CLAIMS: ClaimsOf<ReceiptClaims> = { sid: ID, jti: ID, steps: listOf(HASH, MAX_STEPS), manifest: HASH }

/** What a receipt must be of. */
export interface ReceiptExpectation {
  /** The key that {@link verifyBegin} gave. */
  readonly key: PublicJwk
  readonly sid: string
  /** `hash` of each step that the server took, in order. */
  readonly steps: readonly string[]
  /** The manifest's bytes as they came: hashed only when the signature is good. */
  readonly manifest: Uint8Array<ArrayBuffer>
}

/** Signs a receipt. A repeat sends the same text again. @throws LintasError `receipt-claims` */
export async function signReceipt(claims: ReceiptClaims, key: DeviceKey): Promise<string> {
  return signAsDevice(MESSAGE_TYPES.receipt, checkClaims<ReceiptClaims>(claims, CLAIMS), key)
}

/**
 * The receipt of the session whose steps were taken, over the manifest that came with it. `sid`, key and `hash` name the request: the
 * same again gets the stored answer, another `hash` is a conflict.
 * @throws LintasError `receipt-malformed`, `receipt-algorithm`, `receipt-type`, `receipt-signature`, `receipt-claims`
 */
export async function verifyReceipt(jws: string, { key, sid, steps, manifest }: ReceiptExpectation): Promise<Verified<ReceiptClaims>> {
  const opened = await openFromDevice(jws, MESSAGE_TYPES.receipt, key)
  const claims = checkClaims(opened.claims, CLAIMS)
  expectClaims(claims, { sid })
  const taken = claims.steps.length === steps.length && claims.steps.every((hash, index) => hash === steps[index])
  if (!taken) throw wrongClaim('steps', 'those that were taken, in order')
  expectClaims(claims, { manifest: await hashBytes(manifest) })
  return { claims, hash: opened.hash }
}
