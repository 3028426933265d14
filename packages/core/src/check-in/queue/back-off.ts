/** Wait before the second attempt, milliseconds; each further one doubles, up to the longest. */
const FIRST_MS = 1000
const LONGEST_MS = 300_000
/** Longest wait that a server may ask for. */
const LONGEST_ASKED_MS = 3_600_000

/** Why nothing is sent just now. By this device's clock, milliseconds since 1970. */
export interface Pause {
  readonly fromMs: number
  readonly untilMs: number
  /** Attempts in a row that got nothing through. */
  readonly failures: number
  /** The server asked for it (`Retry-After`): no event of the page shortens it. */
  readonly asked: boolean
}

/** The pause after one more attempt that got nothing through. Half of it is chance, so that the phones of an office do not come back in step. */
export function pauseAfter(kept: unknown, nowMs: number, random: () => number, retryAfterMs: number | undefined): Pause {
  const failures = (isPause(kept) ? kept.failures : 0) + 1
  const own = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 20)) * (0.5 + random() / 2)
  const asked = Math.min(LONGEST_ASKED_MS, retryAfterMs ?? 0)
  return { fromMs: nowMs, untilMs: nowMs + Math.max(own, asked), failures, asked: retryAfterMs !== undefined }
}

/** How long is left of it, milliseconds. A clock that stands before its beginning was set back: that makes nobody wait. */
export function leftOf(kept: unknown, nowMs: number, urgent: boolean): number {
  if (!isPause(kept) || nowMs < kept.fromMs || (urgent && !kept.asked)) return 0
  return Math.max(0, kept.untilMs - nowMs)
}

function isPause(value: unknown): value is Pause {
  if (typeof value !== 'object' || value === null) return false
  const { fromMs, untilMs, failures } = value as Partial<Record<keyof Pause, unknown>>
  return [fromMs, untilMs, failures].every((number) => typeof number === 'number' && Number.isFinite(number))
}
