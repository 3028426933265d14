import type { Unchecked } from './compact.js'
import { wrongClaim } from './faults.js'

/** What a claim may be, and how that is said. */
export interface Claim {
  readonly words: string
  readonly holds: (value: unknown) => boolean
  readonly optional?: never
}

/** A claim that may be left out. Where it stands, it has to hold as any other. */
export interface OptionalClaim extends Omit<Claim, 'optional'> {
  readonly optional: true
}

/** The claims of a message: these and no others. Which of them may be left out is as its type says. */
export type ClaimsOf<T> = { readonly [Name in keyof T]-?: object extends Pick<T, Name> ? OptionalClaim : Claim }

/** Latest moment that is taken: the end of the year 9999, in seconds. Milliseconds given by mistake are later. */
const LATEST = 253_402_300_799

const matches = (words: string, pattern: RegExp): Claim => ({ words, holds: (value) => typeof value === 'string' && pattern.test(value) })
const integer = (min: number, max: number): ((value: unknown) => boolean) => {
  return (value) => typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
}

/** Control characters and halves of surrogate pairs would read alike in a log, or become the same bytes. */
export const NAME: Claim = matches('1 to 200 characters without control characters', /^[^\p{Cc}\p{Cs}]{1,200}$/u)
export const ID: Claim = matches('16 to 128 characters of base64url', /^[\w-]{16,128}$/)
/** 32 bytes: the last of 43 characters has two bits that must be 0. */
export const HASH: Claim = matches('a SHA-256 in base64url', /^[\w-]{42}[AEIMQUYcgkosw048]$/)
export const METHOD: Claim = matches('an HTTP method in capitals', /^[A-Z]{1,20}$/)
export const TIME: Claim = { words: 'whole seconds since 1970', holds: integer(0, LATEST) }

/** Of a ledger's row; 0 is the head of a ledger that is empty yet, which a first refusal stands at. */
export const SEQ: Claim = { words: 'an integer, 0 or more', holds: integer(0, Number.MAX_SAFE_INTEGER) }

/** An index into a list of at most `max`. */
export const index = (max: number): Claim => ({ words: `an integer from 0 to ${max - 1}`, holds: integer(0, max - 1) })
/** A claim that says yes by being there: nothing else may stand in its place. */
export const YES: Claim = { words: 'true', holds: (value) => value === true }

export const optional = ({ words, holds }: Claim): OptionalClaim => ({ words, holds, optional: true })

export const count = (max: number): Claim => ({ words: `an integer from 1 to ${max}`, holds: integer(1, max) })

export const oneOf = (choices: readonly string[]): Claim => ({
  words: `one of ${choices.join(', ')}`,
  holds: (value) => typeof value === 'string' && choices.includes(value),
})

export const listOf = (item: Claim, max: number): Claim => ({
  words: `a list of 1 to ${max}, each ${item.words}`,
  holds: (value) => Array.isArray(value) && value.length >= 1 && value.length <= max && value.every((entry) => item.holds(entry)),
})

export const INTERVAL: Claim = {
  words: 'two moments in order, whole seconds since 1970',
  holds: (value) => Array.isArray(value) && value.length === 2 && value.every(TIME.holds) && Number(value[0]) <= Number(value[1]),
}

/** `claims` when they are those of `expected`, less optional ones, and no others. @throws LintasError `receipt-claims` that names the first that is not */
export function checkClaims<T extends object>(claims: Unchecked | T, expected: ClaimsOf<T>): T {
  const stray = Object.keys(claims).find((name) => !Object.hasOwn(expected, name))
  if (stray !== undefined) throw wrongClaim(stray, 'absent: this message has no such claim')
  for (const [name, claim] of Object.entries<Claim | OptionalClaim>(expected)) {
    const present = Object.hasOwn(claims, name)
    if (!present && claim.optional !== true) throw wrongClaim(name, `present: ${claim.words}`)
    if (present && !claim.holds((claims as Unchecked)[name])) throw wrongClaim(name, claim.words)
  }
  return claims as T
}

/** @throws LintasError `receipt-claims` where a claim of `claims` is not the one that is `expected` */
export function expectClaims<T extends object>(claims: T, expected: Partial<T>): void {
  const wrong = Object.entries(expected).find(([name, value]) => (claims as Unchecked)[name] !== value)
  if (wrong !== undefined) throw wrongClaim(wrong[0], 'that of what it is shown for')
}
