import { LintasError, type ErrorCode, type ErrorDetails } from '../../errors/index.js'

/** A status that is not a success, as a fault. `body` is what came with it, parsed where it is JSON. */
export function faultOf(response: Response, body: unknown): LintasError {
  const { status } = response
  const code = problemCode(body)
  const retryAfterMs = readRetryAfter(response.headers.get('retry-after'))
  const details: ErrorDetails = { status, ...(code !== undefined && { code }), ...(retryAfterMs !== undefined && { retryAfterMs }) }
  return new LintasError(codeOf(status, code), `the relay answered ${status}${code === undefined ? '' : `, ${code}`}`, { details })
}

/** What a relay forbids whoever is logged in. */
const FORBIDDEN: Partial<Readonly<Record<string, ErrorCode>>> = { origin: 'server-origin', purpose: 'server-session' }

function codeOf(status: number, problem: string | undefined): ErrorCode {
  // A page that wants its user to log in sends them there; a redirect that was not followed has status 0 in browsers.
  if (status < 400) return 'server-login'
  // A message that is signed with another key is refused by the same status as somebody who is not logged in.
  if (status === 401) return problem?.startsWith('receipt-') === true ? 'server-session' : 'server-login'
  if (status === 403) return FORBIDDEN[problem ?? ''] ?? 'server-login'
  if (status === 429) return 'attempts-limited'
  if (status === 503) return 'server-busy'
  if (status === 422 && problem?.startsWith('place-') === true) return 'server-place'
  // A proxy that reached nobody.
  if (status === 502 || status === 504) return 'server-network'
  return problem !== undefined && status < 500 ? 'server-session' : 'server-reply'
}

/** The stable code of problem+json. */
function problemCode(body: unknown): string | undefined {
  const { code } = typeof body === 'object' && body !== null ? (body as { readonly code?: unknown }) : {}
  return typeof code === 'string' && /^[a-z0-9:-]{1,60}$/.test(code) ? code : undefined
}

/** Seconds or a date; anything else counts as absent. */
function readRetryAfter(value: string | null): number | undefined {
  if (value === null) return undefined
  const ms = /^\d{1,9}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined
}
