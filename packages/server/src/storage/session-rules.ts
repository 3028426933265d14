/** How long a check-in may take, milliseconds. */
export const SESSION_TIMES = {
  /** Nobody sees, understands and does an action in less. */
  stepMinMs: 300,
  /**
   * From an action's reveal until its step arrives: 15 s to do it (core's limit, after which it is replaced, and told so in the same message), 10 s to
   * come back to rest, 5 s for a slow line. With 15 s in all nobody's missed action could ever be replaced.
   */
  stepMaxMs: 30_000,
  /** From begin to the last step. */
  wholeMs: 120_000,
} as const

/** Where a session stands: what the rules below read of it. */
export interface SessionStanding {
  /** `ended`: by a withdrawal, an erasure, or a later begin of the same subject, whatever the clock says. */
  readonly state: 'issued' | 'begun' | 'stepped' | 'decided' | 'ended'
  readonly thumbprint: string | null
  readonly step: number
  readonly nonceSha256: string | null
  readonly expiresAt: Date
  readonly begunAt: Date | null
  readonly stepAt: Date | null
}

/** Why a session does not move on. */
export type SessionRefusal =
  | 'not-found'
  | 'expired' // past its ten minutes, or past the whole time since begin, or ended
  | 'not-begun'
  | 'already-begun'
  | 'wrong-device' // another key than the session is bound to
  | 'wrong-step' // a step that was taken, or that is not open yet
  | 'wrong-nonce'
  | 'too-early'
  | 'too-late'
  | 'not-ready' // steps are open
  | 'decided'

/** Why `begin` is refused, `undefined` where it is not. */
export function refuseBegin(session: SessionStanding, now: Date): SessionRefusal | undefined {
  if (session.state === 'decided') return 'decided'
  if (session.state === 'ended') return 'expired'
  if (session.state !== 'issued') return 'already-begun'
  return now >= session.expiresAt ? 'expired' : undefined
}

/** Why step `n` is refused, `undefined` where it is not. The device and the nonce are told before the clock, so that a stranger learns nothing. */
export function refuseStep(
  session: SessionStanding,
  attempt: { readonly n: number; readonly thumbprint: string; readonly nonceSha256: string },
  now: Date,
): SessionRefusal | undefined {
  if (session.state === 'issued') return 'not-begun'
  if (session.thumbprint !== attempt.thumbprint) return 'wrong-device'
  if (session.state === 'decided') return 'decided'
  if (session.state === 'ended') return 'expired'
  if (session.state === 'stepped' || session.step !== attempt.n) return 'wrong-step'
  if (session.nonceSha256 !== attempt.nonceSha256) return 'wrong-nonce'
  const since = (start: Date | null): number => now.getTime() - (start?.getTime() ?? -Infinity)
  if (now >= session.expiresAt || since(session.begunAt) > SESSION_TIMES.wholeMs) return 'expired'
  if (since(session.stepAt) < SESSION_TIMES.stepMinMs) return 'too-early'
  return since(session.stepAt) > SESSION_TIMES.stepMaxMs ? 'too-late' : undefined
}

/**
 * Why there can be no decision yet, `undefined` where there can. A stored decision is the caller's to look for first.
 * @param arrived when the evidence did: how long it then waited for its turn is not its owner's doing
 */
export function refuseDecision(session: SessionStanding, thumbprint: string, arrived: Date): SessionRefusal | undefined {
  if (session.state === 'issued') return 'not-begun'
  if (session.thumbprint !== thumbprint) return 'wrong-device'
  if (session.state === 'decided') return 'decided'
  if (session.state === 'ended') return 'expired'
  if (session.state === 'begun') return 'not-ready'
  return arrived >= session.expiresAt ? 'expired' : undefined
}
