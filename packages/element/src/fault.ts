import { LintasError, asLintasError, type ErrorCode, type ErrorDetails } from '@lintas/core/errors'

/**
 * `cause` as a fault. An analyser of the page's own may come from another copy of core, whose errors are of another class: they keep
 * their code, even one that this copy does not know.
 */
export function faultOf(cause: unknown): LintasError {
  if (!isForeign(cause)) return asLintasError(cause)
  return new LintasError(cause.code, cause.message, { cause, details: cause.details ?? {} })
}

interface ForeignFault extends Error {
  readonly code: ErrorCode
  readonly details?: ErrorDetails
}

function isForeign(cause: unknown): cause is ForeignFault {
  if (!(cause instanceof Error) || cause instanceof LintasError) return false
  return cause.name === 'LintasError' && 'code' in cause && typeof cause.code === 'string'
}
