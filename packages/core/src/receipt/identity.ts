import { toBase64Url } from '../numeric/index.js'
import { readCompact } from './compact.js'

/** SHA-256 of `bytes` in base64url. */
export async function hashBytes(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return toBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
}

/** SHA-256 of `text` in UTF-8, base64url: of a session token, this is `ath`. */
export function hashText(text: string): Promise<string> {
  return hashBytes(new TextEncoder().encode(text))
}

/**
 * The identity of a message: SHA-256 of its payload segment as it stands between the two dots, base64url. Never the hash of the whole:
 * whoever sees an ES256 signature (r, s) can write (r, n − s), which verifies too, and its owner can sign the same again and again.
 * Says nothing of whether the signature is good.
 * @throws LintasError `receipt-malformed`
 */
export async function payloadHash(jws: string): Promise<string> {
  return hashText(readCompact(jws).payload)
}

/** 128 bits from the CSPRNG, 22 characters of base64url: a `sid`, `jti` or nonce. */
export function randomId(): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(16)))
}
