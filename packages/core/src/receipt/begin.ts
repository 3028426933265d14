import { checkClaims, expectClaims, HASH, ID, METHOD, type Claim, type ClaimsOf } from './claims.js'
import type { DeviceKey } from './device-key.js'
import { openFromStranger, signAsStranger } from './envelope.js'
import { hashText } from './identity.js'
import { thumbprintOf } from './jose.js'
import { MESSAGE_TYPES, type BeginClaims, type PublicJwk, type Verified } from './types.js'

const TARGET: Claim = {
  words: 'an address of http or https, normalised, without query and fragment',
  holds: (value) => typeof value === 'string' && value.length <= 2000 && normalise(value) === value,
}

const CLAIMS: ClaimsOf<BeginClaims> = { htm: METHOD, htu: TARGET, ath: HASH, jti: ID }

/** The request that a begin proof is for. */
export interface BeginRequest {
  /** The session token's text, which the server verifies by itself. */
  readonly token: string
  /** HTTP method in capitals. */
  readonly method: string
  /** The address as the browser asked for it, the agency's: query and fragment do not count. */
  readonly url: string
}

/** A begin proof that verified. */
export interface VerifiedBegin extends Verified<BeginClaims> {
  /** The key that the session is bound to from now on: verify its steps and its receipt with it. */
  readonly publicKey: PublicJwk
  /** RFC 7638, SHA-256, base64url. */
  readonly thumbprint: string
}

/** Signs a begin proof; `jti` is a fresh {@link randomId}. @throws LintasError `receipt-claims`; TypeError for a URL that is none */
export async function signBegin(request: BeginRequest & { readonly jti: string }, key: DeviceKey): Promise<string> {
  const { token, method, url, jti } = request
  const claims = { htm: method, htu: targetOf(url), ath: await hashText(token), jti }
  return signAsStranger(MESSAGE_TYPES.begin, checkClaims(claims, CLAIMS), key)
}

/**
 * Checks a begin proof and tells whose it is. That its `jti` has not been seen, and that the session has no other key, is for the caller.
 * @throws LintasError `receipt-malformed`, `receipt-algorithm`, `receipt-type`, `receipt-signature`, `receipt-claims`; TypeError for a URL that is none
 */
export async function verifyBegin(proof: string, { token, method, url }: BeginRequest): Promise<VerifiedBegin> {
  const htu = targetOf(url)
  const { claims: unchecked, hash, publicKey } = await openFromStranger(proof, MESSAGE_TYPES.begin)
  const claims = checkClaims(unchecked, CLAIMS)
  expectClaims(claims, { htm: method, htu, ath: await hashText(token) })
  return { claims, hash, publicKey, thumbprint: await thumbprintOf(publicKey) }
}

/** `url` as `htu` has it: normalised, without query and fragment. @throws TypeError */
export function targetOf(url: string): string {
  const target = normalise(url)
  if (target === undefined) throw new TypeError('url must be an absolute address of http or https without user or password')
  return target
}

function normalise(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined
  const { protocol, username, password, origin, pathname } = new URL(text)
  return /^https?:$/.test(protocol) && username === '' && password === '' ? origin + pathname : undefined
}
