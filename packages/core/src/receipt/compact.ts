import { fromBase64Url } from '../numeric/index.js'
import { malformed, printable, wrongAlgorithm, wrongType } from './faults.js'
import { ALGORITHM } from './jose.js'
import type { MessageType } from './types.js'

/** Longest message, characters: a step of 12 frames has some 900. Anything longer is refused before a byte of it is parsed. */
export const MAX_MESSAGE_LENGTH = 16_384

/** A JSON object that nobody has vouched for yet. */
export type Unchecked = Readonly<Record<string, unknown>>

/** A compact JWS taken apart, unverified. */
export interface Compact {
  readonly text: string
  readonly header: Unchecked
  /** The payload's segment as sent: base64url, and decodes. */
  readonly payload: string
}

/** Takes a compact JWS apart. @throws LintasError `receipt-malformed` */
export function readCompact(jws: unknown): Compact {
  if (typeof jws !== 'string') throw malformed('it is not text')
  if (jws.length > MAX_MESSAGE_LENGTH) throw malformed(`it has more than ${MAX_MESSAGE_LENGTH} characters`)
  const [header = '', payload = '', signature, ...more] = jws.split('.')
  if (header === '' || payload === '' || signature === undefined || more.length > 0) throw malformed('it does not have three parts')
  // Without this, stray bits of a last character would give one message several texts.
  if (fromBase64Url(payload) === undefined || fromBase64Url(signature) === undefined) throw malformed('it is not base64url without padding')
  return { text: jws, header: readJson(header, 'header'), payload }
}

/** The JSON object in a segment. @throws LintasError `receipt-malformed` */
export function readJson(segment: string, what: 'header' | 'payload'): Unchecked {
  const bytes = fromBase64Url(segment)
  if (bytes === undefined) throw malformed('it is not base64url without padding')
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch {
    // The parser's message quotes the text.
    throw malformed(`its ${what} is not JSON`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(`its ${what} is not an object`)
  return value as Unchecked
}

/**
 * Checks that the header has `alg` ES256, the exact `typ`, `key` where one is asked for, and nothing else: `crit`, `b64`, `jku`, `x5u`,
 * `x5c` and a `jwk` out of place are refused with whatever else somebody may think of.
 * @throws LintasError `receipt-algorithm`, `receipt-type`, `receipt-malformed`
 */
export function checkHeader(header: Unchecked, typ: MessageType, key?: 'kid' | 'jwk'): void {
  if (header['alg'] !== ALGORITHM) throw wrongAlgorithm()
  if (header['typ'] !== typ) throw wrongType(typ)
  const known = key === undefined ? ['alg', 'typ'] : ['alg', 'typ', key]
  const stray = Object.keys(header).find((name) => !known.includes(name))
  if (stray !== undefined) throw malformed(`its header has ${printable(stray)}, which is not accepted`)
  if (key !== undefined && !Object.hasOwn(header, key)) throw malformed(`its header lacks ${key}`)
}
