import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { VaultError } from './errors.js'
import { readKeyText, type VaultSource } from './key-source.js'
import { parseKeys, newKeys } from './parse-keys.js'

/** What is sealed; each has a key of its own. */
export type SealPurpose = 'template' | 'evidence'

/** What a secret of the deployment is for. */
export type SecretLabel = 'opening' | 'search' | 'place' | 'pack' | 'pack-key'

/** Something encrypted, and under which key. */
export interface Sealed {
  readonly keyId: string
  /** 0x01, nonce of 12 bytes, ciphertext, tag of 16 bytes. */
  readonly ciphertext: Uint8Array
}

/** The deployment's keys. */
export interface Keyring {
  /** Id of the key that seals from now on. */
  readonly current: string
  /** Ids of all keys that open. */
  readonly keyIds: readonly string[]
  /** Where the keys were made just now: whoever runs the server has to keep this file, and not with the database's backups. */
  readonly made?: string
  /** AES-256-GCM under the current key. `aad` says where it belongs: opened with any other it is no good. */
  seal(purpose: SealPurpose, plaintext: Uint8Array, aad: readonly string[]): Sealed
  /** @throws VaultError `key-missing`, `unsealable` */
  open(purpose: SealPurpose, sealed: Sealed, aad: readonly string[]): Uint8Array
  /**
   * 32 bytes of the current key, or of another of the ring. They change when the current one does: whoever draws from them has to know, or find, of which key it was.
   * @throws VaultError `key-missing` for a key that is not in the ring
   */
  secret(label: SecretLabel, keyId?: string): Uint8Array
}

const VERSION = 1
const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * Opens the deployment keys: JSON `{"current": id, "keys": {id: base64 of 32 bytes}}`. In a folder they are made on the first start.
 * @throws VaultError `key-missing`, `key-malformed`
 */
export async function openKeyring(source: VaultSource): Promise<Keyring> {
  const { text, made } = await readKeyText(source, 'lintas-keys.json', newKeys)
  const { current, keys } = parseKeys(text)
  const derived = new Map<string, Buffer>()
  const derive = (keyId: string, label: string): Buffer => {
    const known = derived.get(`${keyId}\n${label}`)
    if (known !== undefined) return known
    const key = keys.get(keyId)
    if (key === undefined) throw new VaultError('key-missing', 'there is no key of this id in the ring', { keyId })
    const made = Buffer.from(hkdfSync('sha256', key, 'lintas-vault/1', label, 32))
    derived.set(`${keyId}\n${label}`, made)
    return made
  }
  return {
    current,
    keyIds: [...keys.keys()],
    ...(made === undefined ? {} : { made }),
    seal: (purpose, plaintext, aad) => ({ keyId: current, ciphertext: seal(derive(current, purpose), plaintext, bind(purpose, current, aad)) }),
    open: (purpose, { keyId, ciphertext }, aad) => unseal(derive(keyId, purpose), ciphertext, bind(purpose, keyId, aad)),
    secret: (label, keyId = current) => new Uint8Array(derive(keyId, `secret:${label}`)),
  }
}

/** JSON, so that no two lists of texts become the same bytes. */
const bind = (purpose: SealPurpose, keyId: string, aad: readonly string[]): Buffer =>
  Buffer.from(JSON.stringify(['lintas-seal/1', purpose, keyId, ...aad]))

function seal(key: Buffer, plaintext: Uint8Array, aad: Buffer): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES }).setAAD(aad)
  return new Uint8Array(Buffer.concat([Buffer.of(VERSION), nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]))
}

function unseal(key: Buffer, bytes: Uint8Array, aad: Buffer): Uint8Array {
  if (bytes.length < 1 + NONCE_BYTES + TAG_BYTES || bytes[0] !== VERSION) throw unsealable()
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, 1 + NONCE_BYTES), { authTagLength: TAG_BYTES }).setAAD(aad)
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES))
  try {
    return new Uint8Array(Buffer.concat([decipher.update(bytes.subarray(1 + NONCE_BYTES, bytes.length - TAG_BYTES)), decipher.final()]))
  } catch {
    throw unsealable()
  }
}

const unsealable = (): VaultError => new VaultError('unsealable', 'what was sealed does not open here: it was altered, or it belongs elsewhere')
