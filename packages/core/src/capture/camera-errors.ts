import { LintasError, type ErrorCode, type ErrorDetails } from '../errors/index.js'

/** What the names of `getUserMedia`'s exceptions mean, older browsers' among them. */
const MEANINGS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  NotAllowedError: ['camera-denied', 'The camera was not allowed'],
  PermissionDeniedError: ['camera-denied', 'The camera was not allowed'],
  SecurityError: ['camera-denied', "The camera is switched off in this browser's settings"],
  NotFoundError: ['camera-none', 'There is no camera'],
  DevicesNotFoundError: ['camera-none', 'There is no camera'],
  NotReadableError: ['camera-busy', 'The camera cannot be read: another program may hold it'],
  TrackStartError: ['camera-busy', 'The camera cannot be read: another program may hold it'],
  AbortError: ['camera-busy', 'The camera could not be started'],
  OverconstrainedError: ['camera-unsuitable', 'No camera is as asked for'],
  ConstraintNotSatisfiedError: ['camera-unsuitable', 'No camera is as asked for'],
  TypeError: ['camera-unsupported', 'This page cannot ask for a camera'],
  InvalidStateError: ['camera-unsupported', 'This page cannot ask for a camera: it is not shown'],
}

/** What `getUserMedia` threw, as a coded error. `policyForbids`: the page's or frame's permissions policy, which browsers report as a denial. */
export function cameraError(cause: unknown, policyForbids: boolean): LintasError {
  const name = nameOf(cause)
  const [code, message] = MEANINGS[name] ?? ['unexpected', 'The camera failed in a way that is not known']
  if (code === 'camera-denied' && policyForbids) return cameraPolicy(cause)
  return new LintasError(code, message, { cause, details: { name, ...describe(cause) } })
}

/** The fault of a permissions policy. */
export function cameraPolicy(cause?: unknown): LintasError {
  const message = 'A permissions policy forbids the camera: the page\'s Permissions-Policy header, or its frame lacks allow="camera"'
  return new LintasError('camera-policy', message, { cause })
}

/** The fault of a platform that has no `mediaDevices`. */
export function cameraUnsupported(): LintasError {
  const secure = globalThis.isSecureContext
  const why = secure ? 'this browser offers no camera' : 'a page gets a camera only over HTTPS or from localhost'
  return new LintasError('camera-unsupported', `The camera cannot be used: ${why}`, { details: { secure } })
}

/** The fault of a camera that stopped by itself. */
export function cameraEnded(): LintasError {
  return new LintasError('camera-ended', 'The camera was unplugged, or taken back by the system')
}

/** Whether the policy of this document forbids the camera, as far as the browser tells (Chromium only). */
export function policyForbidsCamera(): boolean {
  type Policy = { allowsFeature?: (feature: string) => boolean }
  const page = globalThis.document as (Document & { permissionsPolicy?: Policy; featurePolicy?: Policy }) | undefined
  const policy = page?.permissionsPolicy ?? page?.featurePolicy
  return policy?.allowsFeature?.('camera') === false
}

function nameOf(cause: unknown): string {
  return typeof cause === 'object' && cause !== null && 'name' in cause ? String(cause.name) : typeof cause
}

/** Who denied, which only Chromium tells and only in words; which constraint was not met. */
function describe(cause: unknown): ErrorDetails {
  if (typeof cause !== 'object' || cause === null) return {}
  if ('constraint' in cause && typeof cause.constraint === 'string' && cause.constraint !== '') return { constraint: cause.constraint }
  const text = 'message' in cause ? String(cause.message) : ''
  if (/by system/i.test(text)) return { by: 'system' }
  return /dismissed/i.test(text) ? { by: 'dismissal' } : {}
}
