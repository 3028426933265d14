import { LintasError } from '../../errors/index.js'
import { concatBytes, fromBase64Url, toBase64Url } from '../../numeric/index.js'
import type { PublicJwk } from '../../receipt/index.js'

/** Seals the parts of one check-in for the server and nobody else: whoever takes the device reads nothing of it. */
export interface Sealer {
  /** The content key, sealed to the server: {@link SEALED_KEY_BYTES} bytes in base64url. */
  readonly contentKey: string
  /** `bytes` sealed as the part `name` of this check-in. @throws LintasError `unexpected` after {@link Sealer.forget} */
  seal(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>
  /** Forgets the content key: what was sealed can be read by the server alone from now on. */
  forget(): void
}

/** Names of parts, bound to what they seal: none can be shown for another. */
export const partName = {
  manifest: 'manifest',
  /** @param step From 1. */
  series: (step: number): string => `series/${step}`,
  /** @param step From 1. @param index From 0. */
  frame: (step: number, index: number): string => `frame/${step}/${index}`,
} as const

const VERSION = 1
const KEY_LABEL = 'lintas-content-key/1'
const PART_LABEL = 'lintas-part/1'
const POINT_BYTES = 65
const IV_BYTES = 12
const TAG_BYTES = 16
const KEY_BYTES = 32

/** Version, ephemeral point, IV, key, tag. */
export const SEALED_KEY_BYTES: number = 1 + POINT_BYTES + IV_BYTES + KEY_BYTES + TAG_BYTES
/** What sealing adds to a part: version, IV, tag. */
export const SEALED_PART_EXTRA: number = 1 + IV_BYTES + TAG_BYTES

const CURVE = { name: 'ECDH', namedCurve: 'P-256' } as const

/**
 * A sealer of the check-in `sid` for the server whose public encryption key is `serverKey`.
 * @throws LintasError `queue-pack` where the key is no point of P-256
 */
export async function createSealer(serverKey: PublicJwk, sid: string): Promise<Sealer> {
  const { kty, crv, x, y } = serverKey
  const theirs = await crypto.subtle.importKey('jwk', { kty, crv, x, y }, CURVE, false, []).catch((cause: unknown) => {
    throw new LintasError('queue-pack', "The pack's key is no public P-256 key", { cause })
  })
  const ours = await crypto.subtle.generateKey(CURVE, false, ['deriveBits'])
  const point = new Uint8Array(await crypto.subtle.exportKey('raw', ours.publicKey))
  const wrapping = await wrappingKey(ours.privateKey, theirs, point, sid, 'encrypt')
  const raw = crypto.getRandomValues(new Uint8Array(KEY_BYTES))
  const sealed = await encrypt(wrapping, raw, `${KEY_LABEL}\n${sid}`)
  let key: CryptoKey | undefined = await importContentKey(raw, 'encrypt')
  raw.fill(0)
  return {
    contentKey: toBase64Url(concatBytes([Uint8Array.of(VERSION), point, sealed])),
    seal: async (name, bytes) => {
      if (key === undefined) throw new LintasError('unexpected', 'the content key of this check-in was forgotten: nothing more can be sealed')
      return concatBytes([Uint8Array.of(VERSION), await encrypt(key, bytes, boundTo(sid, name))])
    },
    forget: () => {
      key = undefined
    },
  }
}

/**
 * The content key of the check-in `sid`, for the server.
 * @param privateKey ECDH over P-256, usage `deriveBits`.
 * @throws LintasError `evidence-malformed` for anything that was not sealed to this key for this check-in
 */
export async function openContentKey(privateKey: CryptoKey, contentKey: string, sid: string): Promise<CryptoKey> {
  const bytes = fromBase64Url(contentKey)
  if (bytes?.length !== SEALED_KEY_BYTES || bytes[0] !== VERSION) throw notSealed('the content key')
  const point = bytes.slice(1, 1 + POINT_BYTES)
  try {
    const theirs = await crypto.subtle.importKey('raw', point, CURVE, false, [])
    const wrapping = await wrappingKey(privateKey, theirs, point, sid, 'decrypt')
    const raw = await decrypt(wrapping, bytes.subarray(1 + POINT_BYTES), `${KEY_LABEL}\n${sid}`)
    const key = await importContentKey(raw, 'decrypt')
    raw.fill(0)
    return key
  } catch {
    // No cause: which step failed is nobody's business.
    throw notSealed('the content key')
  }
}

/** The part `name` of the check-in `sid`, for the server. @throws LintasError `evidence-malformed` where it is not that part, whole and unaltered */
export async function openPart(key: CryptoKey, sid: string, name: string, sealed: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  if (sealed.length < SEALED_PART_EXTRA || sealed[0] !== VERSION) throw notSealed(name)
  try {
    return await decrypt(key, sealed.subarray(1), boundTo(sid, name))
  } catch {
    throw notSealed(name)
  }
}

/** The ephemeral point is part of what the key is derived from: (x, −y) would give the same secret. */
async function wrappingKey(own: CryptoKey, other: CryptoKey, point: Uint8Array, sid: string, usage: KeyUsage): Promise<CryptoKey> {
  const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: other }, own, 256)
  const material = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey'])
  const info = concatBytes([utf8(`${KEY_LABEL}\n${sid}\n`), point])
  const derivation = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info }
  return crypto.subtle.deriveKey(derivation, material, { name: 'AES-GCM', length: 256 }, false, [usage])
}

function importContentKey(raw: Uint8Array<ArrayBuffer>, usage: KeyUsage): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', raw, 'AES-GCM', false, [usage])
}

/** IV and ciphertext with its tag. IVs are random: a key seals a hundred parts at most. */
async function encrypt(key: CryptoKey, bytes: Uint8Array<ArrayBuffer>, bound: string): Promise<Uint8Array<ArrayBuffer>> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: utf8(bound) }, key, bytes)
  return concatBytes([iv, new Uint8Array(sealed)])
}

async function decrypt(key: CryptoKey, sealed: Uint8Array<ArrayBuffer>, bound: string): Promise<Uint8Array<ArrayBuffer>> {
  const cipher = { name: 'AES-GCM', iv: sealed.subarray(0, IV_BYTES), additionalData: utf8(bound) }
  return new Uint8Array(await crypto.subtle.decrypt(cipher, key, sealed.subarray(IV_BYTES)))
}

const boundTo = (sid: string, name: string): string => `${PART_LABEL}\n${sid}\n${name}`

function notSealed(what: string): LintasError {
  return new LintasError('evidence-malformed', `What was to be opened as ${what} was not sealed to this server as that, or was altered`)
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}
