export { ERROR_CODES, type ErrorCode } from './codes.js'
export { LintasError, asLintasError, type ErrorDetails, type LintasErrorOptions } from './lintas-error.js'
export { fromWire, toWire, type WireError } from './wire.js'
