import type { SealedParts } from './types.js'

/** Keeps the key that bundles rest under. */
export interface KeyPlace {
  change<T>(key: string, choose: (kept: unknown) => T): Promise<T>
}

interface RestingBundle {
  readonly iv: Uint8Array<ArrayBuffer>
  readonly sealed: ArrayBuffer
}

/**
 * The key under which a bundle rests that was cut off while it was sent: not exportable, so that a copy of the database's values alone is ciphertext.
 * Whoever has the whole browser profile has the key with it; a bundle waits for minutes, until its session is over.
 */
export async function restKey(place: KeyPlace): Promise<CryptoKey> {
  const fresh = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  return place.change('key', (kept) => (kept instanceof CryptoKey ? kept : fresh))
}

export async function bundleAtRest(key: CryptoKey, sid: string, bundle: Uint8Array<ArrayBuffer>): Promise<RestingBundle> {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  return { iv, sealed: await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: boundTo(sid) }, key, bundle) }
}

/** The bundle again; undefined where it is not one, or not of this session. */
export async function readBundle(key: CryptoKey, sid: string, value: unknown): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const { iv, sealed } = (typeof value === 'object' && value !== null ? value : {}) as Partial<Record<keyof RestingBundle, unknown>>
  if (!(iv instanceof Uint8Array) || !(sealed instanceof ArrayBuffer)) return undefined
  try {
    const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: new Uint8Array(iv), additionalData: boundTo(sid) }, key, sealed)
    return new Uint8Array(plain)
  } catch {
    return undefined
  }
}

/** Whether a value from the store is the sealed parts of a check-in. */
export function isParts(value: unknown): value is SealedParts {
  if (typeof value !== 'object' || value === null) return false
  const { manifest, series, frames } = value as Partial<Record<keyof SealedParts, unknown>>
  return isBytes(manifest) && isList(series, isBytes) && isList(frames, (step) => isList(step, isBytes))
}

const boundTo = (sid: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(`lintas-resting-bundle/1\n${sid}`)
const isBytes = (value: unknown): boolean => value instanceof Uint8Array
const isList = (value: unknown, holds: (item: unknown) => boolean): boolean => Array.isArray(value) && value.every((item) => holds(item))
