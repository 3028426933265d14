import { LintasError } from '../errors/index.js'

/** Faults name the header parameter or claim that is wrong, never its value: nonces and subjects stay out of logs. */
export const malformed = (reason: string): LintasError => new LintasError('receipt-malformed', `The message is malformed: ${reason}`)

export const wrongAlgorithm = (): LintasError => new LintasError('receipt-algorithm', 'The message is not signed with ES256')

/** `expected` is the caller's own; what the message said instead is not repeated. */
export const wrongType = (expected: string): LintasError =>
  new LintasError('receipt-type', `The message is not of the type ${expected}`, { details: { expected } })

export const wrongSignature = (): LintasError => new LintasError('receipt-signature', 'The signature is not by the key that it should be by')

export const unknownKey = (): LintasError => new LintasError('receipt-key-unknown', 'The message names a key that is not among the published ones')

export const expired = (exp: number, now: number): LintasError =>
  new LintasError('receipt-expired', 'The session has expired: a new one is needed', { details: { exp, now } })

export function wrongClaim(name: string, expected: string): LintasError {
  const claim = printable(name)
  return new LintasError('receipt-claims', `The claim ${claim} must be ${expected}`, { details: { claim } })
}

/** A name that somebody else chose, fit for a log line. */
export function printable(name: string): string {
  return /^[\w-]{1,40}$/.test(name) ? name : '(another name)'
}
