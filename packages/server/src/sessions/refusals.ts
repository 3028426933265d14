import { LintasError } from '@lintas/core'
import { Fault, notFound } from '../errors/index.js'
import type { LimitVerdict, SessionRefusal } from '../storage/index.js'

const SENTENCES: Readonly<Record<Exclude<SessionRefusal, 'not-found'>, string>> = {
  expired: 'The time of this session is over: open a new one',
  'not-begun': 'This session has not begun',
  'already-begun': 'This session has begun already',
  'wrong-device': 'This session is bound to another key',
  'wrong-step': 'This step was taken, or is not open yet',
  'wrong-nonce': 'This is not the nonce of the step',
  'too-early': 'Nobody has seen and done an action in so short a time',
  'too-late': 'The time of this step is over: open a new session',
  'not-ready': 'Steps of this session are open',
  decided: 'This session has been decided',
}

/** A refusal of the state machine as it is answered: `session-` and the reason. */
export function refusedSession(reason: SessionRefusal): Fault {
  if (reason === 'not-found') return notFound('session')
  return new Fault(reason === 'expired' ? 410 : 409, `session-${reason}`, SENTENCES[reason])
}

/** A session of one purpose serves no other. */
export const wrongPurpose = (): Fault => new Fault(409, 'session-wrong-purpose', 'This session was opened for another purpose')

/** Another payload was decided in this session. */
export const conflict = (): Fault => new Fault(409, 'session-conflict', 'Something else was submitted and decided in this session')

/** Too many attempts; `undefined` where there were not. */
export function refusedAttempt(verdict: LimitVerdict, now: Date): Fault | undefined {
  if (verdict.allowed) return undefined
  if (verdict.reason === 'assisted') return new Fault(429, 'assisted', 'Too many failures in a row: an officer has to help')
  return new Fault(429, 'attempts', 'Too many attempts: wait, then try again', { retryAfterMs: verdict.retryAt - now.getTime() })
}

/** Whose fault of a signature is answered as not authorised; other faults of messages and evidence are of their content. */
const UNAUTHORISED: ReadonlySet<string> = new Set(['receipt-signature', 'receipt-key-unknown', 'receipt-algorithm'])

/** A fault of a message or of evidence as it is answered; anything else as it is. */
export function asFault(error: unknown): unknown {
  if (!(error instanceof LintasError) || !/^(?:receipt|evidence)-/u.test(error.code)) return error
  if (error.code === 'receipt-expired') return new Fault(410, 'session-expired', SENTENCES.expired, { cause: error })
  const status = (error.code as string) === 'evidence-too-large' ? 413 : UNAUTHORISED.has(error.code) ? 401 : 422
  return new Fault(status, error.code, error.message, { cause: error })
}

/** What `work` gives; its faults as they are answered. */
export async function answering<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw asFault(error)
  }
}
