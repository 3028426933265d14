import { ERROR_CODES, type ErrorCode } from './codes.js'
import { LintasError, type ErrorDetails } from './lintas-error.js'

/** A {@link LintasError} as plain data: structured cloning drops own fields of an error, `code` among them. */
export interface WireError {
  readonly code: ErrorCode
  readonly message: string
  readonly details: ErrorDetails
  readonly stack?: string
  readonly cause?: { readonly name: string; readonly message: string }
}

/** `error` as plain data. Its cause keeps name and message, one level deep. */
export function toWire(error: LintasError): WireError {
  const { code, message, details, stack, cause } = error
  return {
    code,
    message,
    details,
    ...(stack === undefined ? {} : { stack }),
    ...(cause === undefined ? {} : { cause: describeCause(cause) }),
  }
}

/** The inverse of {@link toWire}. A code this version does not know becomes `unexpected`, the original in `details.code`. */
export function fromWire(wire: WireError): LintasError {
  const known = ERROR_CODES.includes(wire.code)
  const error = new LintasError(known ? wire.code : 'unexpected', wire.message, {
    details: known ? wire.details : { ...wire.details, code: wire.code },
    ...(wire.cause === undefined ? {} : { cause: Object.assign(new Error(wire.cause.message), { name: wire.cause.name }) }),
  })
  if (wire.stack !== undefined) error.stack = wire.stack
  return error
}

function describeCause(cause: unknown): { name: string; message: string } {
  if (cause instanceof Error) return { name: cause.name, message: cause.message }
  return { name: typeof cause, message: String(cause) }
}
