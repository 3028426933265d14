import { CompactSign, calculateJwkThumbprint, compactVerify, errors, exportJWK, exportPKCS8, generateKeyPair, importJWK, importPKCS8 } from 'jose'
import type { PublicJwk } from './types.js'

/** The one algorithm. */
export const ALGORITHM = 'ES256' as const

/** Header of what we sign, besides `alg`. */
export interface SignedHeader {
  readonly typ: string
  readonly kid?: string
  readonly jwk?: PublicJwk
}

/** `payload` signed, as a compact JWS. The one file that knows jose. */
export async function signCompact(header: SignedHeader, payload: Uint8Array, key: CryptoKey): Promise<string> {
  return new CompactSign(payload).setProtectedHeader({ alg: ALGORITHM, ...header }).sign(key)
}

/** Whether `key` signed `jws`; nothing else of it is looked at. */
export async function isSignedBy(jws: string, key: CryptoKey): Promise<boolean> {
  try {
    await compactVerify(jws, key, { algorithms: [ALGORITHM] })
    return true
  } catch (error) {
    if (error instanceof errors.JOSEError) return false
    throw error
  }
}

/** A new P-256 pair; the public half can be exported always. */
export function generatePair(extractable: boolean): Promise<{ readonly privateKey: CryptoKey; readonly publicKey: CryptoKey }> {
  return generateKeyPair(ALGORITHM, { extractable })
}

/** A key that verifies. Rejects where `jwk` is no point of the curve. */
export async function importPublic({ kty, crv, x, y }: PublicJwk): Promise<CryptoKey> {
  return asKey(await importJWK({ kty, crv, x, y }, ALGORITHM))
}

/** A key that signs and can be exported, from a private JWK or PKCS#8 in PEM. Rejects where it is none of P-256. */
export async function importPrivate(source: string | PublicJwk): Promise<CryptoKey> {
  const options = { extractable: true }
  return typeof source === 'string' ? importPKCS8(source, ALGORITHM, options) : asKey(await importJWK({ ...source }, ALGORITHM, options))
}

/** PKCS#8 in PEM. */
export const exportPrivate = (key: CryptoKey): Promise<string> => exportPKCS8(key)

/** The public half of `key`, which can be exported. */
export async function exportPublic(key: CryptoKey): Promise<PublicJwk> {
  const { x, y } = await exportJWK(key)
  if (x === undefined || y === undefined) throw new TypeError('the key is not of P-256')
  return { kty: 'EC', crv: 'P-256', x, y }
}

/** SHA-256 thumbprint of RFC 7638, base64url. */
export const thumbprintOf = ({ kty, crv, x, y }: PublicJwk): Promise<string> => calculateJwkThumbprint({ kty, crv, x, y }, 'sha256')

function asKey(key: CryptoKey | Uint8Array): CryptoKey {
  if (key instanceof Uint8Array) throw new TypeError('the key is a shared secret')
  return key
}
