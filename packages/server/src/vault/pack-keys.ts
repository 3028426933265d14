import { createECDH, webcrypto } from 'node:crypto'
import type { PublicJwk } from '@lintas/core/receipt'
import type { Keyring } from './keyring.js'

/** The server's keys for check-ins that are made without a network: what these send is sealed to one of them. */
export interface PackKeys {
  /** Of the current key: published in packs. */
  readonly publicKey: PublicJwk
  /** Of every key of the ring, the current one first; ECDH over P-256, usage `deriveBits`. What was sealed to an older one still opens. */
  readonly privateKeys: readonly CryptoKey[]
}

/** Order of P-256. */
const ORDER = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551')
const COORDINATE_BYTES = 32

/** The pairs that follow from the deployment keys: every instance has the same, and a key leaves with the deployment key that it comes from. */
export async function packKeys(
  keyring: Pick<Keyring, 'current' | 'keyIds'> & { secret(label: 'pack-key', keyId: string): Uint8Array },
): Promise<PackKeys> {
  const { current, keyIds } = keyring
  const order = [current, ...keyIds.filter((keyId) => keyId !== current)]
  const pairs = order.map((keyId) => pairOf(keyring.secret('pack-key', keyId)))
  const [first] = pairs
  if (first === undefined) throw new TypeError('a ring has a key')
  const { d: _private, ...publicKey } = first
  return { publicKey, privateKeys: await Promise.all(pairs.map(importPrivate)) }
}

function pairOf(secret: Uint8Array): PublicJwk & { readonly d: string } {
  // Any 256 bits become a scalar from 1 to the order - 1.
  const scalar = (BigInt(`0x${Buffer.from(secret).toString('hex')}`) % (ORDER - 1n)) + 1n
  const d = Buffer.from(scalar.toString(16).padStart(2 * COORDINATE_BYTES, '0'), 'hex')
  const ecdh = createECDH('prime256v1')
  ecdh.setPrivateKey(d)
  const point = ecdh.getPublicKey()
  const coordinate = (at: number): string => point.subarray(at, at + COORDINATE_BYTES).toString('base64url')
  return { kty: 'EC', crv: 'P-256', x: coordinate(1), y: coordinate(1 + COORDINATE_BYTES), d: d.toString('base64url') }
}

async function importPrivate(jwk: PublicJwk & { readonly d: string }): Promise<CryptoKey> {
  return await webcrypto.subtle.importKey('jwk', { ...jwk }, { name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits'])
}
