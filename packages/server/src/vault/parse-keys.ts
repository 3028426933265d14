import { randomBytes } from 'node:crypto'
import { VaultError } from './errors.js'

/** Keys of 32 bytes by their ids, and the id of the one that seals. */
export interface ParsedKeys {
  readonly current: string
  readonly keys: ReadonlyMap<string, Uint8Array>
}

const KEY_ID = /^[\w.-]{1,64}$/u
const KEY = /^[A-Za-z0-9+/]{43}=$/u

/** A ring of one new key. */
export function newKeys(): string {
  const keyId = `k-${randomBytes(4).toString('hex')}`
  return `${JSON.stringify({ current: keyId, keys: { [keyId]: randomBytes(32).toString('base64') } }, undefined, 2)}\n`
}

/** @throws VaultError `key-missing` for an empty text, `key-malformed` */
export function parseKeys(text: string): ParsedKeys {
  if (text.trim() === '') throw new VaultError('key-missing', 'there are no deployment keys')
  const value = parse(text)
  if (!isObject(value) || Object.keys(value).sort().join() !== 'current,keys') throw malformed('they are not {"current": …, "keys": {…}}')
  const { current, keys } = value
  if (!isObject(keys)) throw malformed('"keys" is no object')
  const entries = Object.entries(keys).map(([keyId, key]): readonly [string, Uint8Array] => {
    if (!KEY_ID.test(keyId)) throw malformed('an id has other characters than letters, digits, ".", "_" and "-", or more than 64')
    // The last but one character has two bits that must be 0: another text of the same key would go unnoticed.
    const bytes = typeof key === 'string' && KEY.test(key) ? Buffer.from(key, 'base64') : undefined
    if (bytes === undefined || bytes.toString('base64') !== key) throw malformed(`the key ${keyId} is not 32 bytes in base64`)
    return [keyId, new Uint8Array(bytes)]
  })
  const ring = new Map(entries)
  if (typeof current !== 'string' || !ring.has(current)) throw malformed('"current" is the id of none of them')
  if (new Set(entries.map(([, bytes]) => Buffer.from(bytes).toString('hex'))).size < entries.length) throw malformed('two ids have the same key')
  return { current, keys: ring }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // No cause: what the parser says may quote the text.
    throw malformed('they are not JSON')
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value)

const malformed = (what: string): VaultError => new VaultError('key-malformed', `the deployment keys cannot be used: ${what}`)
