import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'

/** What a page may get wrong, or a thief change. */
export interface Wrong {
  readonly origin?: string
  readonly rpId?: string
  readonly challenge?: string
  readonly type?: string
  readonly crossOrigin?: boolean
  readonly counter?: number
  /** Flags of the authenticator data: 1 present, 4 verified, 64 with a credential. */
  readonly flags?: number
  readonly fmt?: string
  readonly id?: string
}

const text = (value: string): Buffer => Buffer.from(value, 'utf8')
const sha256 = (value: Buffer): Buffer => createHash('sha256').update(value).digest()
const url = (value: Buffer): string => value.toString('base64url')

/** A passkey in software: one P-256 key, whose counter goes up, or stays 0 as with those that are synchronised. */
export class Authenticator {
  readonly #keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  readonly #id = randomBytes(16)
  readonly #counts: boolean
  #counter = 0

  constructor(counts = true) {
    this.#counts = counts
  }

  get id(): string {
    return url(this.#id)
  }

  /** `navigator.credentials.create`, as JSON. */
  create(options: Readonly<Record<string, unknown>>, origin: string, wrong: Wrong = {}) {
    const rpId = (options['rp'] as { readonly id: string }).id
    const data = Buffer.concat([this.#head(rpId, { flags: 0x45, ...wrong }), Buffer.alloc(16), length(this.#id), this.#id, this.#coseKey()])
    const fmt = wrong.fmt ?? 'none'
    const attestation = Buffer.concat([head(5, 3), cbor('fmt'), cbor(fmt), cbor('attStmt'), head(5, 0), cbor('authData'), cbor(data)])
    const id = wrong.id ?? this.id
    const clientDataJSON = url(clientData('webauthn.create', options, origin, wrong))
    return { id, rawId: id, type: 'public-key', response: { clientDataJSON, attestationObject: url(attestation), transports: ['internal'] } }
  }

  /** `navigator.credentials.get`, as JSON. */
  get(options: Readonly<Record<string, unknown>>, origin: string, wrong: Wrong = {}) {
    if (this.#counts) this.#counter += 1
    const client = clientData('webauthn.get', options, origin, wrong)
    const data = this.#head(String(options['rpId']), { flags: 0x05, ...wrong })
    const signature = sign('sha256', Buffer.concat([data, sha256(client)]), this.#keys.privateKey)
    const id = wrong.id ?? this.id
    return { id, rawId: id, type: 'public-key', response: { clientDataJSON: url(client), authenticatorData: url(data), signature: url(signature) } }
  }

  #head(rpId: string, { flags = 0, counter = this.#counter, ...wrong }: Wrong): Buffer {
    const tail = Buffer.alloc(5)
    tail.writeUInt8(flags, 0)
    tail.writeUInt32BE(counter, 1)
    return Buffer.concat([sha256(text(wrong.rpId ?? rpId)), tail])
  }

  /** RFC 9053: kty EC2, alg ES256, curve P-256, x, y. */
  #coseKey(): Buffer {
    const { x = '', y = '' } = this.#keys.publicKey.export({ format: 'jwk' })
    const [left, right] = [Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]
    return Buffer.concat([head(5, 5), cbor(1), cbor(2), cbor(3), cbor(-7), cbor(-1), cbor(1), cbor(-2), cbor(left), cbor(-3), cbor(right)])
  }
}

function clientData(type: string, options: Readonly<Record<string, unknown>>, origin: string, wrong: Wrong): Buffer {
  const { challenge = String(options['challenge']), crossOrigin = false } = wrong
  return text(JSON.stringify({ type: wrong.type ?? type, challenge, origin: wrong.origin ?? origin, crossOrigin }))
}

const length = (bytes: Buffer): Buffer => Buffer.from([bytes.length >> 8, bytes.length & 0xff])

/** RFC 8949: the head of an item. */
function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value])
  return value < 256 ? Buffer.from([(major << 5) | 24, value]) : Buffer.from([(major << 5) | 25, value >> 8, value & 0xff])
}

function cbor(value: string | number | Buffer): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  const bytes = typeof value === 'string' ? text(value) : value
  return Buffer.concat([head(typeof value === 'string' ? 3 : 2, bytes.length), bytes])
}
