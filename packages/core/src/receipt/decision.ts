import { checkClaims, expectClaims, HASH, ID, INTERVAL, NAME, oneOf, optional, SEQ, TIME, type ClaimsOf } from './claims.js'
import { openFromServer, signAsServer } from './envelope.js'
import { wrongClaim } from './faults.js'
import type { ServerKey } from './keys.js'
import {
  ASSURANCES,
  DECISION_OUTCOMES,
  MESSAGE_TYPES,
  PURPOSES,
  SETTLERS,
  type DecisionClaims,
  type Jwks,
  type Purpose,
  type Verified,
} from './types.js'

type Momentary = Extract<DecisionClaims, { readonly at: number }>
type Deferred = Extract<DecisionClaims, { readonly assurance: 'deferred' }>

const FACTS = {
  iss: NAME,
  aud: NAME,
  sid: ID,
  sub: NAME,
  purpose: oneOf(PURPOSES),
  outcome: oneOf(DECISION_OUTCOMES),
  settled: optional(oneOf(SETTLERS)),
  assurance: oneOf(ASSURANCES),
  seq: SEQ,
  head: HASH,
  jti: ID,
  iat: TIME,
}
const MOMENTARY: ClaimsOf<Momentary> = { ...FACTS, at: TIME }
const DEFERRED: ClaimsOf<Deferred> = { ...FACTS, interval: INTERVAL }

/** What the agency asked for, so that nobody else's decision is taken for it. */
export interface DecisionExpectation {
  readonly jwks: Jwks
  readonly issuer: string
  /** The agency itself. */
  readonly audience: string
  /** The session it opened, */
  readonly sid: string
  /** for whom, */
  readonly sub: string
  /** and what for. */
  readonly purpose: Purpose
}

/** Signs a decision. @throws LintasError `receipt-claims` */
export async function signDecision(claims: DecisionClaims, key: ServerKey): Promise<string> {
  return signAsServer(MESSAGE_TYPES.decision, check(claims), key)
}

/**
 * The decision on the agency's own session. It does not expire. Whether outcome and assurance suffice is for the agency.
 * @throws LintasError `receipt-malformed`, `receipt-algorithm`, `receipt-type`, `receipt-key-unknown`, `receipt-signature`, `receipt-claims`
 */
export async function verifyDecision(jws: string, expectation: DecisionExpectation): Promise<Verified<DecisionClaims>> {
  const { jwks, issuer, audience, sid, sub, purpose } = expectation
  const opened = await openFromServer(jws, MESSAGE_TYPES.decision, jwks)
  const claims = check(opened.claims)
  expectClaims(claims, { iss: issuer, aud: audience, sid, sub, purpose })
  return { claims, hash: opened.hash }
}

function check(claims: object): DecisionClaims {
  const deferred = (claims as Partial<DecisionClaims>).assurance === 'deferred'
  const checked = deferred ? checkClaims(claims as Deferred, DEFERRED) : checkClaims(claims as Momentary, MOMENTARY)
  if (checked.settled !== undefined && checked.outcome === 'review') throw wrongClaim('outcome', 'admitted or refused once it is settled')
  // An enrolment is settled by its approval.
  if (checked.settled !== undefined && checked.purpose !== 'check-in') throw wrongClaim('settled', 'absent: only a check-in is settled')
  return checked
}
