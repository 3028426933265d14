import type { ErrorCode } from './codes.js'

/** What a fault may tell besides its code: plain data that survives a worker boundary. Never biometric data. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean>>

/** Options of {@link LintasError}. */
export interface LintasErrorOptions {
  /** What was underneath. */
  readonly cause?: unknown
  /** Names and numbers that help to mend it, e.g. `{ file: 'x.onnx', status: 404 }`. */
  readonly details?: ErrorDetails
}

/**
 * A fault: something that is broken and that trying the same again will rarely mend. Outcomes (no face, poor quality, an attack, a
 * non-match) are values and never errors.
 *
 * @example
 * ```ts
 * try { await analyser.ready } catch (error) {
 *   if (error instanceof LintasError && error.code === 'assets-not-found') show(error.details['file'])
 * }
 * ```
 */
export class LintasError extends Error {
  /** Stable, machine-readable. */
  readonly code: ErrorCode
  /** Plain facts about the fault; empty when there are none. */
  readonly details: ErrorDetails

  constructor(code: ErrorCode, message: string, options: LintasErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'LintasError'
    this.code = code
    this.details = options.details ?? {}
  }
}

/** `error` itself when it is a {@link LintasError}, otherwise one with `code` that has it as its cause. */
export function asLintasError(error: unknown, code: ErrorCode = 'unexpected'): LintasError {
  if (error instanceof LintasError) return error
  const message = error instanceof Error ? error.message : String(error)
  return new LintasError(code, message, { cause: error })
}
