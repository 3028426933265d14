import { isOfOrigin } from '../assets/index.js'
import { LintasError } from '../errors/index.js'

/** The part of Trusted Types that we use; TypeScript's library does not have it yet. */
interface TrustedTypesHolder {
  readonly trustedTypes?: {
    createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): ScriptUrlPolicy
  }
}

interface ScriptUrlPolicy {
  createScriptURL(url: string): unknown
}

/** A second copy of this library on the page must not create the policy again where the header lacks `'allow-duplicates'`. */
const SHARED = Symbol.for('lintas.trusted-types-policy')

/**
 * `url` as `new Worker` takes it under Trusted Types: through the policy `lintas`, which lets only URLs of the page's own origin pass.
 * Where the browser has no Trusted Types, the string itself, checked the same way.
 * @throws LintasError `worker-origin`
 */
export function trustedScriptUrl(url: string): string {
  const holder = globalThis as TrustedTypesHolder & { [SHARED]?: ScriptUrlPolicy }
  if (holder.trustedTypes === undefined) return sameOrigin(url)
  const policy = holder[SHARED] ?? holder.trustedTypes.createPolicy('lintas', { createScriptURL: sameOrigin })
  holder[SHARED] = policy
  // `new Worker` wants the object itself; TypeScript's library knows only strings there.
  return policy.createScriptURL(url) as string
}

function sameOrigin(url: string): string {
  const absolute = new URL(url, location.href)
  if (isOfOrigin(absolute, location.origin)) return url
  const { origin } = absolute
  throw new LintasError('worker-origin', `the worker's script lies on ${origin}, the page on ${location.origin}`, { details: { origin } })
}
