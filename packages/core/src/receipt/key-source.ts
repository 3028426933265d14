import { LintasError } from '../errors/index.js'
import { readCompact } from './compact.js'
import type { Jwks } from './types.js'

/** Where a key set comes from. */
export interface KeySourceOptions {
  /** Fetches the server's `GET /v1/keys`, by whatever means the agency reaches the server. What it rejects with, {@link KeySource.get} rejects with. */
  readonly fetch: () => Promise<Jwks>
  /** Milliseconds. Default `Date.now`. */
  readonly now?: () => number
}

/** The server's published keys, kept between one decision and the next. */
export interface KeySource {
  /**
   * The key set: the kept one where it has the key `kid`, or where no `kid` is asked for. An unknown `kid` has it fetched again, once in five minutes,
   * so that whoever makes up key ids cannot make the agency flood the server; what verifies then says that the key is unknown.
   * @throws LintasError `receipt-key-unknown` where what was fetched is no key set; what `fetch` rejects with
   */
  get(kid?: string): Promise<Jwks>
}

/** Between two fetches that unknown key ids cause. */
const REFETCH_MS = 5 * 60_000
/** Keys are published 24 hours before they sign. As long a key that was withdrawn may still be taken. */
const KEPT_MS = 24 * 3_600_000

/** Keeps the server's key set for whoever verifies many of its messages: a set is fetched at the first use, and anew when it is 24 hours old. */
export function createKeySource({ fetch, now = Date.now }: KeySourceOptions): KeySource {
  let kept: { readonly jwks: Jwks; readonly at: number } | undefined
  let fetching: Promise<Jwks> | undefined
  let refetchedAt = -Infinity

  // Whoever asks meanwhile waits for the same answer.
  const load = (): Promise<Jwks> => (fetching ??= loadOnce().finally(() => (fetching = undefined)))
  const loadOnce = async (): Promise<Jwks> => {
    const at = now()
    const jwks = checkJwks(await fetch())
    kept = { jwks, at }
    return jwks
  }
  // A clock that was set back must not keep an old set for ever.
  const isOver = (since: number, span: number): boolean => Math.abs(now() - since) >= span

  return {
    get: async (kid) => {
      if (kept === undefined || isOver(kept.at, KEPT_MS)) return load()
      if (kid === undefined || has(kept.jwks, kid)) return kept.jwks
      if (fetching !== undefined) return fetching
      if (!isOver(refetchedAt, REFETCH_MS)) return kept.jwks
      refetchedAt = now()
      return load()
    },
  }
}

/** The key that a message says it is signed with: nobody has vouched for it yet. Undefined where it names none. @throws LintasError `receipt-malformed` */
export function keyIdOf(jws: string): string | undefined {
  const kid = readCompact(jws).header['kid']
  return typeof kid === 'string' ? kid : undefined
}

function has({ keys }: Jwks, kid: string): boolean {
  return keys.some((key) => (key as { readonly kid?: unknown } | null)?.kid === kid)
}

/** What was fetched has no type: the page of a proxy would otherwise be kept for a day. */
function checkJwks(fetched: unknown): Jwks {
  if (!Array.isArray((fetched as Partial<Jwks> | null | undefined)?.keys)) {
    throw new LintasError('receipt-key-unknown', 'What was fetched is no key set')
  }
  return fetched as Jwks
}
