import { LintasError } from '../errors/index.js'
import { exportPublic, generatePair, thumbprintOf } from './jose.js'
import type { PublicJwk } from './types.js'

/** The key of this device: proves that it is the same as before, not what it is made of. */
export interface DeviceKey {
  readonly publicKey: PublicJwk
  /** RFC 7638, SHA-256, base64url. */
  readonly thumbprint: string
  /** Signs; cannot be exported. */
  readonly privateKey: CryptoKey
}

/** Keeps one value, a pair of CryptoKeys among its parts: structured cloning, not JSON. */
export interface DeviceKeyStore {
  /** What is kept; undefined when nothing is. */
  get(): Promise<unknown>
  /** Keeps what `choose` makes of what is kept, and resolves with it: in one transaction, since two tabs may come at once. */
  set(choose: (kept: unknown) => unknown): Promise<unknown>
  delete(): Promise<void>
}

/** The key of this device, made when it is first asked for. */
export interface DeviceKeys {
  /**
   * The key that is kept, or a new one where there is none (first visit, or the browser wiped the store: Safari does after 7 idle days).
   * However many ask at once, in however many tabs, all get the same. Hold on to it for a session: the next call may give another.
   * @throws LintasError `store-unavailable`, `store-quota`
   */
  get(): Promise<DeviceKey>
  /** Removes the key: the next is another. */
  forget(): Promise<void>
}

/** What is kept. */
interface KeptPair {
  readonly schema: typeof SCHEMA
  readonly privateKey: CryptoKey
  readonly publicKey: CryptoKey
}

const SCHEMA = 'lintas-device-key/1'

/** The device's key in `store`; nothing is asked of it yet. */
export function createDeviceKeys(store: DeviceKeyStore): DeviceKeys {
  let going: Promise<DeviceKey> | undefined
  return {
    get: () => {
      going ??= open(store).finally(() => {
        going = undefined
      })
      return going
    },
    forget: () => store.delete(),
  }
}

async function open(store: DeviceKeyStore): Promise<DeviceKey> {
  let pair = await store.get()
  if (!isKeptPair(pair)) {
    const fresh = await createPair()
    pair = await store.set((kept) => (isKeptPair(kept) ? kept : fresh))
  }
  if (!isKeptPair(pair)) throw new LintasError('store-unavailable', 'The key of this device was not kept: the store gave back something else')
  const publicKey = await exportPublic(pair.publicKey)
  return { publicKey, thumbprint: await thumbprintOf(publicKey), privateKey: pair.privateKey }
}

async function createPair(): Promise<KeptPair> {
  // Absent on http: origins other than localhost, whatever the types say.
  if ((globalThis.crypto as Partial<Crypto> | undefined)?.subtle === undefined)
    throw new LintasError('store-unavailable', 'This device can have no key: WebCrypto needs a secure context (https)')
  const { privateKey, publicKey } = await generatePair(false)
  return { schema: SCHEMA, privateKey, publicKey }
}

function isKeptPair(value: unknown): value is KeptPair {
  if (typeof value !== 'object' || value === null) return false
  const { schema, privateKey, publicKey } = value as Partial<Record<keyof KeptPair, unknown>>
  return schema === SCHEMA && isKey(privateKey, 'private', 'sign') && !privateKey.extractable && isKey(publicKey, 'public', 'verify')
}

function isKey(value: unknown, type: KeyType, usage: KeyUsage): value is CryptoKey {
  if (!(value instanceof CryptoKey) || value.type !== type || !value.usages.includes(usage)) return false
  return value.algorithm.name === 'ECDSA' && (value.algorithm as EcKeyAlgorithm).namedCurve === 'P-256'
}
