import { LintasError } from '../errors/index.js'
import { toBase64Url } from '../numeric/index.js'

/**
 * The keys of one store. None can be exported: script reads references only while it runs on this origin, and a stolen backup of the
 * database's values alone is ciphertext. Whoever holds the whole browser profile on disk holds the keys with it.
 */
export interface StoreKeys {
  readonly schema: typeof STORE_SCHEMA
  /** Random; part of every record's key, so that records of a key that was lost are seen to be there. */
  readonly keyId: string
  /** AES-GCM, 256 bits: seals the templates. */
  readonly sealing: CryptoKey
  /** HMAC-SHA-256: turns subject ids into the keys of records. A salted hash would not do: an employee number has few possibilities, and the salt would lie beside it. */
  readonly naming: CryptoKey
}

/** A template as it rests. */
export interface SealedRecord {
  readonly recordId: string
  readonly iv: Uint8Array<ArrayBuffer>
  readonly sealed: ArrayBuffer
}

/** The version of the store's form: part of what is authenticated. */
export const STORE_SCHEMA = 'lintas-reference-store/1' as const

/** New keys for a new store. @throws LintasError `store-unavailable` without WebCrypto */
export async function createStoreKeys(): Promise<StoreKeys> {
  const subtle = webCrypto()
  const [sealing, naming] = await Promise.all([
    subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']),
    subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign']),
  ])
  return { schema: STORE_SCHEMA, keyId: randomId(), sealing, naming }
}

/** `value` when it is what {@link createStoreKeys} made. @throws LintasError `store-key-lost` */
export function checkStoreKeys(value: unknown): StoreKeys {
  const keys = (typeof value === 'object' && value !== null ? value : {}) as Partial<Record<keyof StoreKeys, unknown>>
  const sound =
    keys.schema === STORE_SCHEMA && typeof keys.keyId === 'string' && isKey(keys.sealing, 'AES-GCM', 'decrypt') && isKey(keys.naming, 'HMAC', 'sign')
  if (!sound) throw keyLost()
  return keys as StoreKeys
}

/** The key under which the record of `subjectId` lies: tells nothing of the subject without the naming key. */
export async function recordKeyOf(keys: StoreKeys, subjectId: string): Promise<string> {
  const tag = await webCrypto().sign('HMAC', keys.naming, utf8(`${STORE_SCHEMA}\n${subjectId}`))
  return `${recordPrefix(keys)}${toBase64Url(new Uint8Array(tag))}`
}

/** What the keys of all records of `keys` begin with. */
export function recordPrefix(keys: StoreKeys): string {
  return `reference:${keys.keyId}:`
}

/** `text` under a fresh IV, bound to the store's version, the subject (through the record's key) and the record. */
export async function seal(keys: StoreKeys, recordKey: string, text: string): Promise<SealedRecord> {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const recordId = randomId()
  const plain = utf8(text)
  const sealed = await webCrypto().encrypt({ name: 'AES-GCM', iv, additionalData: boundTo(recordKey, recordId) }, keys.sealing, plain)
  plain.fill(0)
  return { recordId, iv, sealed }
}

/** The inverse of {@link seal}; undefined when `record` is not whole, was altered, or belongs elsewhere. */
export async function unseal(keys: StoreKeys, recordKey: string, record: unknown): Promise<string | undefined> {
  if (!isSealedRecord(record)) return undefined
  try {
    const additionalData = boundTo(recordKey, record.recordId)
    const plain = await webCrypto().decrypt({ name: 'AES-GCM', iv: record.iv, additionalData }, keys.sealing, record.sealed)
    return new TextDecoder('utf-8', { fatal: true }).decode(plain)
  } catch (error) {
    if (error instanceof LintasError) throw error
    return undefined
  }
}

/** The fault of a store whose records cannot be read for want of their key. */
export function keyLost(): LintasError {
  return new LintasError('store-key-lost', 'The key that sealed the references on this device is gone: clear() the store and enrol anew')
}

/** @throws LintasError `store-unavailable` outside a secure context */
export function webCrypto(): SubtleCrypto {
  // Absent on http: origins other than localhost, whatever the types say.
  const subtle = (globalThis.crypto as Partial<Crypto> | undefined)?.subtle
  if (subtle === undefined) throw new LintasError('store-unavailable', 'References cannot be sealed: WebCrypto needs a secure context (https)')
  return subtle
}

function boundTo(recordKey: string, recordId: string): Uint8Array<ArrayBuffer> {
  return utf8(`${STORE_SCHEMA}\n${recordKey}\n${recordId}`)
}

function randomId(): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(16)))
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

function isKey(value: unknown, algorithm: string, usage: KeyUsage): boolean {
  return value instanceof CryptoKey && value.algorithm.name === algorithm && value.usages.includes(usage) && !value.extractable
}

function isSealedRecord(value: unknown): value is SealedRecord {
  if (typeof value !== 'object' || value === null) return false
  const { recordId, iv, sealed } = value as Partial<Record<keyof SealedRecord, unknown>>
  return typeof recordId === 'string' && iv instanceof Uint8Array && iv.length === 12 && sealed instanceof ArrayBuffer
}
