import { LintasError } from '../errors/index.js'

/** What cannot be read, or cannot be written: the reason names a place, never a value. */
export function malformed(reason: string, cause?: unknown): LintasError {
  return new LintasError('evidence-malformed', `The evidence is malformed: ${reason}`, cause === undefined ? {} : { cause })
}

/** What has more than {@link EVIDENCE_LIMITS} allow. */
export function tooLarge(what: string, limit: number, found: number): LintasError {
  return new LintasError('evidence-too-large', `The evidence is too large: ${what} may have ${limit}, and has ${found}`, {
    details: { what, limit, found },
  })
}
