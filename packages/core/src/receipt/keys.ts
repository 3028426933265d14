import { HASH, NAME } from './claims.js'
import { unknownKey } from './faults.js'
import { exportPrivate, exportPublic, generatePair, importPrivate, importPublic, thumbprintOf } from './jose.js'
import type { Jwks, PublicJwk, PublishedJwk } from './types.js'

/** The server's key: `published` is for everybody, the rest for nobody. */
export interface ServerKey {
  readonly published: PublishedJwk
  /** Signs. Can be exported: a deployment keeps it, sealed, for its other processes and the next start. */
  readonly privateKey: CryptoKey
}

/** A new key. Publish it 24 hours before it signs, so that whoever caches the key set knows it by then. */
export async function generateServerKey(): Promise<ServerKey> {
  const { publicKey, privateKey } = await generatePair(true)
  return { published: await publish(await exportPublic(publicKey)), privateKey }
}

/**
 * The key that {@link exportServerKey} wrote, or another P-256 key in PKCS#8 (PEM) or as a private JWK.
 * @throws TypeError where it is none; the message does not repeat it
 */
export async function importServerKey(source: string | (PublicJwk & { readonly d: string })): Promise<ServerKey> {
  try {
    const privateKey = await importPrivate(source)
    if (privateKey.type !== 'private') throw new TypeError('the key is public')
    return { published: await publish(await exportPublic(privateKey)), privateKey }
  } catch {
    // No cause: what a parser says of a key may quote it.
    throw new TypeError('source must be a private P-256 key, as PKCS#8 in PEM or as a JWK')
  }
}

/** PKCS#8 in PEM. A secret. */
export function exportServerKey(key: ServerKey): Promise<string> {
  return exportPrivate(key.privateKey)
}

/**
 * The key set to publish: the key in use, those published ahead, and the retired ones, of which nothing but `published` need be kept.
 * A key that stands here twice is listed once, and private parts are not copied.
 */
export function publicJwks(keys: readonly (ServerKey | PublishedJwk)[]): { readonly keys: readonly PublishedJwk[] } {
  const published = keys.map((key) => ('published' in key ? key.published : key))
  const byKid = new Map(published.map(({ kid, x, y }) => [kid, { kty: 'EC', crv: 'P-256', x, y, kid, alg: 'ES256', use: 'sig' } as const]))
  return { keys: [...byKid.values()] }
}

/** The published key with `kid`. @throws LintasError `receipt-key-unknown` for none, two, or one that is not for ES256 signatures */
export async function findKey({ keys }: Jwks, kid: unknown): Promise<CryptoKey> {
  // What was fetched has no type.
  const fetched: readonly unknown[] = Array.isArray(keys) ? keys : []
  const [found, ...more] = fetched.filter((key) => (key as Partial<PublishedJwk> | null)?.kid === kid)
  if (!NAME.holds(kid) || found === undefined || more.length > 0) throw unknownKey()
  const { kid: _kid, alg, use, ...point } = found as Partial<PublishedJwk>
  if (alg !== 'ES256' || use !== 'sig' || !isPublicJwk(point)) throw unknownKey()
  return importPublic(point).catch(() => Promise.reject(unknownKey()))
}

/** Whether `value` has the members of a public P-256 key and no others, a private part least of all. That it is a point of the curve shows when it is imported. */
export function isPublicJwk(value: unknown): value is PublicJwk {
  if (typeof value !== 'object' || value === null || Object.keys(value).sort().join() !== 'crv,kty,x,y') return false
  const { kty, crv, x, y } = value as PublicJwk
  // A coordinate is 32 bytes, as a hash is.
  return (kty as unknown) === 'EC' && (crv as unknown) === 'P-256' && HASH.holds(x) && HASH.holds(y)
}

async function publish({ kty, crv, x, y }: PublicJwk): Promise<PublishedJwk> {
  return { kty, crv, x, y, kid: await thumbprintOf({ kty, crv, x, y }), alg: 'ES256', use: 'sig' }
}
