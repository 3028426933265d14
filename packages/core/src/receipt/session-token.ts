import { checkClaims, expectClaims, ID, NAME, oneOf, TIME, type ClaimsOf } from './claims.js'
import { openFromServer, signAsServer } from './envelope.js'
import { expired, wrongClaim } from './faults.js'
import type { ServerKey } from './keys.js'
import { ASSURANCES, MESSAGE_TYPES, PURPOSES, type Jwks, type SessionClaims, type Verified } from './types.js'

const CLAIMS: ClaimsOf<SessionClaims> = {
  iss: NAME,
  aud: NAME,
  tid: NAME,
  sid: ID,
  sub: NAME,
  purpose: oneOf(PURPOSES),
  pol: NAME,
  cal: NAME,
  min: oneOf(ASSURANCES),
  iat: TIME,
  exp: TIME,
}

/** What a session token must be good for. */
export interface SessionExpectation {
  readonly jwks: Jwks
  readonly issuer: string
  /** The agency that shows it. */
  readonly audience: string
  /** The tenant of that agency. */
  readonly tenant: string
  /** The server's clock, seconds since 1970. */
  readonly now: number
}

/** Signs a session token. @throws LintasError `receipt-claims` */
export async function signSessionToken(claims: SessionClaims, key: ServerKey): Promise<string> {
  return signAsServer(MESSAGE_TYPES.session, check(claims), key)
}

/**
 * The claims of a session token that this server issued to this agency and that has not expired.
 * @throws LintasError `receipt-malformed`, `receipt-algorithm`, `receipt-type`, `receipt-key-unknown`, `receipt-signature`, `receipt-claims`, `receipt-expired`
 */
export async function verifySessionToken(token: string, expectation: SessionExpectation): Promise<Verified<SessionClaims>> {
  const { jwks, issuer, audience, tenant, now } = expectation
  const opened = await openFromServer(token, MESSAGE_TYPES.session, jwks)
  const claims = check(opened.claims)
  expectClaims(claims, { iss: issuer, aud: audience, tid: tenant })
  // Not `now >= exp`: what is no number must not pass.
  if (!(now < claims.exp)) throw expired(claims.exp, now)
  return { claims, hash: opened.hash }
}

function check(unchecked: object): SessionClaims {
  const claims = checkClaims<SessionClaims>(unchecked as SessionClaims, CLAIMS)
  if (claims.exp <= claims.iat) throw wrongClaim('exp', 'after iat')
  return claims
}
