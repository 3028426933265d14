import { checkHeader, MAX_MESSAGE_LENGTH, readCompact, readJson, type Compact, type Unchecked } from './compact.js'
import type { DeviceKey } from './device-key.js'
import { malformed, wrongSignature } from './faults.js'
import { hashText } from './identity.js'
import { importPublic, isSignedBy, signCompact, type SignedHeader } from './jose.js'
import { findKey, isPublicJwk, type ServerKey } from './keys.js'
import type { Jwks, MessageType, PublicJwk } from './types.js'

/** What a signature vouches for. */
export interface Opened {
  readonly claims: Unchecked
  readonly hash: string
}

/** Opens what a published key signed. @throws LintasError `receipt-malformed`, `-algorithm`, `-type`, `-key-unknown`, `-signature` */
export async function openFromServer(jws: string, typ: MessageType, jwks: Jwks): Promise<Opened> {
  const compact = readCompact(jws)
  checkHeader(compact.header, typ, 'kid')
  return open(compact, await findKey(jwks, compact.header['kid']))
}

/** Opens what the session's device signed. @throws LintasError `receipt-malformed`, `-algorithm`, `-type`, `-signature`; TypeError where `key` is none */
export async function openFromDevice(jws: string, typ: MessageType, key: PublicJwk): Promise<Opened> {
  const compact = readCompact(jws)
  checkHeader(compact.header, typ)
  if (!isPublicJwk(key)) throw notAKey()
  return open(compact, await importPublic(key).catch(() => Promise.reject(notAKey())))
}

/** Opens what brings its own key. @throws LintasError `receipt-malformed`, `-algorithm`, `-type`, `-signature` */
export async function openFromStranger(jws: string, typ: MessageType): Promise<Opened & { readonly publicKey: PublicJwk }> {
  const compact = readCompact(jws)
  checkHeader(compact.header, typ, 'jwk')
  const publicKey = compact.header['jwk']
  if (!isPublicJwk(publicKey)) throw malformed('its jwk is no public P-256 key, or more than that')
  const key = await importPublic(publicKey).catch(() => Promise.reject(malformed('its jwk is no point of P-256')))
  return { ...(await open(compact, key)), publicKey }
}

export function signAsServer(typ: MessageType, claims: object, { published, privateKey }: ServerKey): Promise<string> {
  return seal({ typ, kid: published.kid }, claims, privateKey)
}

export function signAsDevice(typ: MessageType, claims: object, { privateKey }: DeviceKey): Promise<string> {
  return seal({ typ }, claims, privateKey)
}

export function signAsStranger(typ: MessageType, claims: object, { publicKey, privateKey }: DeviceKey): Promise<string> {
  return seal({ typ, jwk: publicKey }, claims, privateKey)
}

async function seal(header: SignedHeader, claims: object, key: CryptoKey): Promise<string> {
  const jws = await signCompact(header, new TextEncoder().encode(JSON.stringify(claims)), key)
  if (jws.length > MAX_MESSAGE_LENGTH) throw malformed(`it has more than ${MAX_MESSAGE_LENGTH} characters`)
  return jws
}

/** The signature comes before the payload: what nobody signed is not parsed. */
async function open({ text, payload }: Compact, key: CryptoKey): Promise<Opened> {
  if (!(await isSignedBy(text, key))) throw wrongSignature()
  return { claims: readJson(payload, 'payload'), hash: await hashText(payload) }
}

function notAKey(): TypeError {
  return new TypeError('key must be a public P-256 key as a JWK with kty, crv, x and y')
}
