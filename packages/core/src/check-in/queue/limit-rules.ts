const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** How often somebody may try. */
export interface LimitPolicy {
  /** Begins in any hour, abandoned ones too. Default 10. */
  readonly beginsPerHour: number
  /**
   * Begins in any 24 hours, abandoned ones too. Default 40: an arrival and a departure, each with the five failures that are free and the five that are
   * delayed, are 22; and it is below the 50 failures in a row after which NIST SP 800-63B-4 (3.2.3) ends a biometric's use. An officer who clears
   * begins both counts anew.
   */
  readonly beginsPerDay: number
  /** Failures in a row before a delay. Default 5. */
  readonly freeFailures: number
  /** The first delay, milliseconds; each further failure doubles it. Default one minute. */
  readonly firstDelayMs: number
  /** The longest delay, milliseconds. Default one hour. */
  readonly longestDelayMs: number
  /** Failures in a row after which an officer has to help. Default 10. */
  readonly assistedAfter: number
}

/** The policy where a deployment has none of its own. */
export const LIMIT_POLICY: LimitPolicy = Object.freeze({
  beginsPerHour: 10,
  beginsPerDay: 40,
  freeFailures: 5,
  firstDelayMs: 60_000,
  longestDelayMs: HOUR_MS,
  assistedAfter: 10,
})

/** What is remembered of somebody's attempts; times in milliseconds since 1970. */
export interface LimitState {
  /** Begins of the last 24 hours, oldest first. */
  readonly begins: readonly number[]
  /** Failures in a row. */
  readonly failures: number
  readonly blockedUntil: number | null
}

/** `clear` is an officer's: the way back from `assisted`. */
export type LimitEvent = 'begin' | 'failure' | 'success' | 'clear'

/** `retryAt` (milliseconds since 1970) is when the clock alone lets the next attempt pass; after `assisted` no clock does. */
export type LimitVerdict =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly reason: 'too-many-begins' | 'delayed'; readonly retryAt: number }
  | { readonly allowed: false; readonly reason: 'assisted' }

/** Nothing tried yet. */
export const FRESH: LimitState = Object.freeze({ begins: [], failures: 0, blockedUntil: null })

/** What becomes of somebody's attempts with one more event, and whether it may happen. A refused begin is not counted: it took nothing. */
export function judgeLimit(
  state: LimitState,
  event: LimitEvent,
  now: number,
  policy: LimitPolicy = LIMIT_POLICY,
): { readonly state: LimitState; readonly verdict: LimitVerdict } {
  const begins = state.begins.filter((begin) => begin > now - DAY_MS)
  const current = { ...state, begins }
  if (event === 'clear') return { state: FRESH, verdict: { allowed: true } }
  if (event === 'success') return { state: { begins, failures: 0, blockedUntil: null }, verdict: { allowed: true } }
  if (event === 'failure') {
    const failures = state.failures + 1
    const blockedUntil = failures < policy.freeFailures ? null : now + delayMs(failures, policy)
    return { state: { begins, failures, blockedUntil }, verdict: { allowed: true } }
  }
  const verdict = judgeBegin(current, now, policy)
  return { state: verdict.allowed ? { ...current, begins: [...begins, now] } : current, verdict }
}

/**
 * What becomes of somebody's attempts when `count` that were begun and given up come to light at once, as after a broken network. Each is a failure in a
 * row; but together they lead to one delay more and no further: an officer comes after delays that were waited out, never in their place.
 */
export function judgeAbandoned(state: LimitState, count: number, now: number, policy: LimitPolicy = LIMIT_POLICY): LimitState {
  const furthest = Math.max(state.failures + 1, policy.freeFailures)
  let judged = state
  while (judged.failures < Math.min(state.failures + count, furthest)) judged = judgeLimit(judged, 'failure', now, policy).state
  return judged
}

function judgeBegin({ begins, failures, blockedUntil }: LimitState, now: number, policy: LimitPolicy): LimitVerdict {
  if (failures >= policy.assistedAfter) return { allowed: false, reason: 'assisted' }
  if (blockedUntil !== null && blockedUntil > now) return { allowed: false, reason: 'delayed', retryAt: blockedUntil }
  const retryAt = Math.max(roomAt(begins, policy.beginsPerHour, HOUR_MS), roomAt(begins, policy.beginsPerDay, DAY_MS))
  return retryAt <= now ? { allowed: true } : { allowed: false, reason: 'too-many-begins', retryAt }
}

/** When the begin is old enough that must be before there is room again. */
const roomAt = (begins: readonly number[], most: number, spanMs: number): number => (begins[begins.length - most] ?? -Infinity) + spanMs

function delayMs(failures: number, policy: LimitPolicy): number {
  return Math.min(policy.longestDelayMs, policy.firstDelayMs * 2 ** (failures - policy.freeFailures))
}
