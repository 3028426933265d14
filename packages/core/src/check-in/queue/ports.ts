import type { DeferredMessage } from './types.js'

/**
 * How a queue speaks to the relay. Answers are unchecked. All throw LintasError as `server/` has them: `server-network`, `server-busy`,
 * `server-login`, `server-session`, `server-reply`, `attempts-limited`.
 */
export interface SendPorts {
  deferred(message: DeferredMessage, signal: AbortSignal | undefined): Promise<unknown>
  /** `sealed`: the parts are sealed to the server. */
  evidence(path: 'check-ins' | 'enrolments', bundle: Uint8Array<ArrayBuffer>, sealed: boolean, signal: AbortSignal | undefined): Promise<unknown>
}

/** Clock, chance and the page's events. */
export interface QueueSurroundings {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** From 0 to below 1; for waits alone. */
  readonly random: () => number
  /** Calls `then` once after `ms`; returns what calls it off. */
  readonly later: (ms: number, then: () => void) => () => void
  /** Calls `then` when the network or the page comes back; returns what ends that. */
  readonly onReturn: (then: () => void) => () => void
}

/** Those of the browser; in Node nothing ever returns. */
export const SURROUNDINGS: QueueSurroundings = {
  now: () => Date.now(),
  random: () => Math.random(),
  later: (ms, then) => {
    const timer = setTimeout(then, ms)
    return () => {
      clearTimeout(timer)
    }
  },
  onReturn: (then) => {
    if (typeof window === 'undefined') return () => undefined
    const seen = (): void => {
      if (document.visibilityState === 'visible') then()
    }
    window.addEventListener('online', then)
    document.addEventListener('visibilitychange', seen)
    return () => {
      window.removeEventListener('online', then)
      document.removeEventListener('visibilitychange', seen)
    }
  },
}
