import { FRESH, judgeLimit, LIMIT_POLICY, type LimitEvent, type LimitPolicy, type LimitState, type LimitVerdict } from './limit-rules.js'
import type { QueueStore } from './store.js'

/** One subject's attempts on this device, by the server's own rules. While the server can be asked its word counts, and these only keep count. */
export interface AttemptLimits {
  /** Counts an attempt where one is allowed. `served`: the server has begun a session, so whatever stood in the way here is over. */
  begin(served: boolean): Promise<LimitVerdict>
  /** The server would let somebody begin now: whatever stands in the way here is over. Nothing is counted. */
  cleared(): Promise<void>
  /** An attempt ended: refused, or not. */
  ended(how: 'failure' | 'success'): Promise<void>
}

/** What is kept: the state, and by which time it was written. */
interface KeptLimits {
  readonly state: LimitState
  readonly notedMs: number
}

/** The attempts of `subject`, kept in `store`. */
export function createAttemptLimits(store: QueueStore, subject: string, now: () => number, policy: LimitPolicy = LIMIT_POLICY): AttemptLimits {
  const note = async (event: LimitEvent, served: boolean): Promise<LimitVerdict> => {
    const told: { verdict: LimitVerdict } = { verdict: { allowed: true } }
    await store.note(`limits:${subject}`, (kept): KeptLimits => {
      const nowMs = now()
      const state = stateAt(kept, nowMs)
      const judged = judgeLimit(state, event, nowMs, policy)
      // An officer has helped, or the server counts otherwise.
      const overruled = served && !judged.verdict.allowed
      told.verdict = overruled ? { allowed: true } : judged.verdict
      return { state: overruled ? { ...FRESH, begins: [nowMs] } : judged.state, notedMs: nowMs }
    })
    return told.verdict
  }
  return {
    begin: (served) => note('begin', served),
    cleared: async () => {
      await store.note(`limits:${subject}`, (kept): KeptLimits => {
        const nowMs = now()
        const state = stateAt(kept, nowMs)
        return { state: judgeLimit(state, 'begin', nowMs, policy).verdict.allowed ? state : FRESH, notedMs: nowMs }
      })
    },
    ended: async (how) => {
      await note(how, false)
    },
  }
}

/**
 * What is kept, on the clock as it stands. A clock that was set back has made no time: the last event was now at the latest, and everything moves back
 * with it. So nobody waits longer than they would have had to.
 */
function stateAt(kept: unknown, nowMs: number): LimitState {
  if (!isKept(kept)) return FRESH
  const { state, notedMs } = kept
  const back = Math.max(0, notedMs - nowMs)
  return {
    begins: state.begins.map((begin) => begin - back),
    failures: state.failures,
    blockedUntil: state.blockedUntil === null ? null : state.blockedUntil - back,
  }
}

function isKept(value: unknown): value is KeptLimits {
  if (typeof value !== 'object' || value === null) return false
  const { state, notedMs } = value as Partial<Record<keyof KeptLimits, unknown>>
  if (typeof state !== 'object' || state === null || typeof notedMs !== 'number') return false
  const { begins, failures, blockedUntil } = state as Partial<Record<keyof LimitState, unknown>>
  const sound = Array.isArray(begins) && begins.every((begin) => typeof begin === 'number') && typeof failures === 'number'
  return sound && (blockedUntil === null || typeof blockedUntil === 'number')
}
