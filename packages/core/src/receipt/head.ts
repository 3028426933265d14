import { checkClaims, expectClaims, HASH, NAME, SEQ, TIME, type Claim, type ClaimsOf } from './claims.js'
import { openFromServer, signAsServer } from './envelope.js'
import type { ServerKey } from './keys.js'
import { MESSAGE_TYPES, type HeadClaims, type Jwks, type Verified } from './types.js'

const DAY: Claim = {
  words: 'a day of the calendar, YYYY-MM-DD',
  holds: (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && isDay(value),
}
const CLAIMS: ClaimsOf<HeadClaims> = { iss: NAME, tid: NAME, day: DAY, seq: SEQ, head: HASH, iat: TIME }

/** Whose head it has to be. */
export interface HeadExpectation {
  readonly jwks: Jwks
  readonly issuer: string
  readonly tenant: string
}

/** Signs the head of a tenant's ledger, for others to keep. @throws LintasError `receipt-claims` */
export async function signLedgerHead(claims: HeadClaims, key: ServerKey): Promise<string> {
  return signAsServer(MESSAGE_TYPES.head, checkClaims(claims, CLAIMS), key)
}

/**
 * A head that the server signed. It does not expire: kept for years, it shows that the ledger was not written anew.
 * @throws LintasError `receipt-malformed`, `receipt-algorithm`, `receipt-type`, `receipt-key-unknown`, `receipt-signature`, `receipt-claims`
 */
export async function verifyLedgerHead(jws: string, { jwks, issuer, tenant }: HeadExpectation): Promise<Verified<HeadClaims>> {
  const opened = await openFromServer(jws, MESSAGE_TYPES.head, jwks)
  const claims = checkClaims<HeadClaims>(opened.claims, CLAIMS)
  expectClaims(claims, { iss: issuer, tid: tenant })
  return { claims, hash: opened.hash }
}

/** `Date` would read the 30th of February as a day of March. */
function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}
