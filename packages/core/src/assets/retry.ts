import { LintasError, type ErrorCode } from '../errors/index.js'
import { pause } from './within.js'

/** When to try again. */
export interface RetryPolicy {
  /** Attempts after the first. */
  readonly retries: number
  /** Wait before the first retry, milliseconds; each further one doubles. */
  readonly backOffMs: number
  /** Longest wait, `Retry-After` included, milliseconds. */
  readonly longestWaitMs: number
}

/** Faults that may be gone a moment later. */
const PASSING: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['assets-cut', 'assets-stalled', 'assets-network', 'assets-hash'])
/** Those after which the HTTP cache is not to be trusted. */
const DOUBTFUL: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['assets-cut', 'assets-hash'])

/**
 * `attempt` until it succeeds, fails for good, or its retries are used up. A wrong hash is tried once more past the HTTP cache, then it
 * stands: the folder itself is at fault.
 * @throws what the last attempt threw, with its number in `details.attempt`
 */
export async function withRetries<T>(policy: RetryPolicy, signal: AbortSignal | undefined, attempt: (reload: boolean) => Promise<T>): Promise<T> {
  let reload = false
  for (let count = 1; ; count += 1) {
    try {
      return await attempt(reload)
    } catch (error) {
      signal?.throwIfAborted()
      if (!(error instanceof LintasError)) throw error
      const hopeless = error.code === 'assets-hash' && reload
      if (hopeless || count > policy.retries || !mayPass(error)) throw numbered(error, count)
      reload ||= DOUBTFUL.has(error.code)
      await pause(waitMs(policy, count, error), signal)
    }
  }
}

/** Whether the fault lies with the network or the moment rather than with the folder. */
export function mayPass({ code, details }: LintasError): boolean {
  const status = Number(details['status'])
  return PASSING.has(code) || (code === 'assets-http' && (status >= 500 || status === 408 || status === 429))
}

/** Half of the wait is chance, so that many clients of a server that fell do not come back in step. */
function waitMs({ backOffMs, longestWaitMs }: RetryPolicy, count: number, { details }: LintasError): number {
  const asked = details['retryAfterMs']
  const own = backOffMs * 2 ** (count - 1) * (0.5 + Math.random() / 2)
  return Math.min(longestWaitMs, typeof asked === 'number' ? Math.max(asked, own) : own)
}

function numbered({ code, message, details, cause, stack }: LintasError, attempt: number): LintasError {
  const error = new LintasError(code, message, { cause, details: { ...details, attempt } })
  if (stack !== undefined) error.stack = stack
  return error
}
