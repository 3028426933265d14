import { exportServerKey, generateServerKey, importServerKey, publicJwks, type PublicJwk, type ServerKey } from '@lintas/core/receipt'
import { VaultError } from './errors.js'
import { readKeyText, type VaultSource } from './key-source.js'

/** `ahead`: published, and does not sign yet. `retired`: signs no more, and stays published so that what it signed can be checked. */
export const SIGNING_STATES = ['ahead', 'current', 'retired'] as const
export type SigningState = (typeof SIGNING_STATES)[number]

/** How long a key is published before it may sign: whoever caches the key set asks again at least once a day. */
export const AHEAD_MS = 86_400_000

/** The keys that sign and that are published. */
export interface SigningKeys {
  /** The key that signs. */
  readonly key: ServerKey
  /** Everything to publish, the key in use first. */
  readonly jwks: ReturnType<typeof publicJwks>
  /** Where the key was made just now. */
  readonly made?: string
}

interface Entry {
  readonly state: SigningState
  readonly key: ServerKey
  readonly publishedAt?: number
}

/**
 * Opens the signing keys: one private key (JWK, or PKCS#8 in PEM), or `{"keys": [{"state", "jwk" or "pem", "publishedAt"}]}` with exactly one
 * that is `current`. One that says when it was published signs only 24 hours later. In a folder a key is made on the first start.
 * @throws VaultError `key-missing`, `key-malformed`
 */
export async function openSigningKeys(source: VaultSource, now: number = Date.now()): Promise<SigningKeys> {
  const { text, made } = await readKeyText(source, 'lintas-signing-key.pem', async () => exportServerKey(await generateServerKey()))
  const entries = await parse(text)
  const [current, ...more] = entries.filter(({ state }) => state === 'current')
  if (current === undefined || more.length > 0) throw malformed('exactly one must be "current"')
  const early = current.publishedAt !== undefined && now < current.publishedAt + AHEAD_MS
  // A key that came too early would be unknown to whoever cached the set yesterday; the one before goes on signing.
  if (early) throw malformed('the current one was published less than 24 hours ago: leave it "ahead" until then')
  const others = entries.filter((entry) => entry !== current)
  return { key: current.key, jwks: publicJwks([current.key, ...others.map(({ key }) => key)]), ...(made === undefined ? {} : { made }) }
}

async function parse(text: string): Promise<readonly Entry[]> {
  const trimmed = text.trim()
  if (trimmed === '') throw new VaultError('key-missing', 'there is no signing key')
  if (trimmed.startsWith('-----BEGIN')) return [{ state: 'current', key: await imported(trimmed) }]
  const value = parseJson(trimmed)
  if (!Array.isArray(value['keys'])) return [{ state: 'current', key: await imported(value) }]
  return await Promise.all(value['keys'].map(readEntry))
}

async function readEntry(value: unknown): Promise<Entry> {
  if (typeof value !== 'object' || value === null) throw malformed('one of them is no object')
  const { state, jwk, pem, publishedAt } = value as Readonly<Record<string, unknown>>
  const known = SIGNING_STATES.find((one) => one === state)
  if (known === undefined) throw malformed(`a state must be one of ${SIGNING_STATES.join(', ')}`)
  const at = typeof publishedAt === 'string' ? Date.parse(publishedAt) : undefined
  if (publishedAt !== undefined && (at === undefined || Number.isNaN(at))) throw malformed('"publishedAt" must be an instant in ISO 8601')
  return { state: known, key: await imported(pem ?? jwk), ...(at === undefined ? {} : { publishedAt: at }) }
}

async function imported(source: unknown): Promise<ServerKey> {
  try {
    return await importServerKey(source as string | (PublicJwk & { readonly d: string }))
  } catch {
    throw malformed('one of them is no private P-256 key, as PKCS#8 in PEM or as a JWK')
  }
}

function parseJson(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>
  } catch {
    // No cause: what the parser says may quote the text.
  }
  throw malformed('it is neither PEM nor a JSON object')
}

const malformed = (what: string): VaultError => new VaultError('key-malformed', `the signing key cannot be used: ${what}`)
