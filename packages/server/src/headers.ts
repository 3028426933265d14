/**
 * What every page, worker script and asset is sent with. The policy is the one that an agency's page is expected to send, so that the
 * demo breaks before an integrator's page does; a worker does not inherit its page's policy and needs the header on its own script.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "style-src 'self'",
  "base-uri 'none'",
  "object-src 'none'",
  "frame-ancestors 'self'",
  "form-action 'self'",
  "require-trusted-types-for 'script'",
  "trusted-types lit-html lintas 'allow-duplicates'",
].join('; ')

/** Headers of every response, errors and 304 included. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  // Isolation is what allows WebAssembly threads; a worker script without COEP would die in silence on an isolated page.
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(self), microphone=(), geolocation=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}
