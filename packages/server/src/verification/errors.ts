/** Every code a {@link VerificationError} can carry. Stable. None of them is an outcome: nothing was decided, and nothing is consumed. */
export const VERIFICATION_CODES = [
  'evidence-malformed', // parts that are missing or cannot be read: there is nothing to run the layers on
  'busy', // the queue is full: try again
  'verifier-died', // the thread ended under the job: try again
  'verifier-closed', // asked after close()
  'verifier-failed', // a fault within verification, with its message
] as const
/** One of {@link VERIFICATION_CODES}. */
export type VerificationCode = (typeof VERIFICATION_CODES)[number]

/** A fault of verification. */
export class VerificationError extends Error {
  readonly code: VerificationCode
  /** Of `busy`: until the queue that was met should have been worked off, milliseconds. */
  readonly waitMs?: number

  constructor(code: VerificationCode, message: string, { waitMs, ...options }: ErrorOptions & { readonly waitMs?: number } = {}) {
    super(message, options)
    this.name = 'VerificationError'
    this.code = code
    if (waitMs !== undefined) this.waitMs = waitMs
  }
}

export function malformed(message: string, cause?: unknown): VerificationError {
  return new VerificationError('evidence-malformed', message, cause === undefined ? undefined : { cause })
}
