/**
 * Every code a {@link LintasError} can carry, grouped by the stage that raises it. Codes are stable: an integrator may switch on them,
 * the element's locales have a sentence for each, and the server repeats them. A new fault gets a new code; a code is never reused.
 */
export const ERROR_CODES = [
  // assets
  'assets-origin', // the assets folder lies on another origin than the page
  'assets-manifest', // assets.json is not what it should be
  'assets-entry-unknown', // a file was asked for that assets.json does not list
  'assets-not-found', // 404 or 410
  'assets-http', // another status that is not a success
  'assets-html', // an HTML page came instead of the file (a single-page app's fallback, a login page)
  'assets-mime', // a MIME type that a browser or proxy may refuse or rewrite
  'assets-cut', // fewer or more bytes than assets.json tells
  'assets-hash', // right length, wrong bytes
  'assets-stalled', // no byte for longer than the stall limit
  'assets-network', // the request failed without an answer
  'assets-unsupported', // no crypto.subtle to check hashes with: the page is not served over HTTPS or from localhost
  // inference
  'inference-unsupported', // WebAssembly SIMD or the asked-for backend is missing or blocked by the page's CSP
  'inference-load', // the runtime refused the model
  'inference-run', // a run failed
  'inference-known-answer', // the backend computes something else than it should
  // capture
  'camera-unsupported', // no mediaDevices: insecure context or an old browser
  'camera-policy', // a permissions policy of the page or its frame forbids the camera
  'camera-denied', // the person or the system said no
  'camera-none', // there is no camera
  'camera-busy', // another program holds it
  'camera-unsuitable', // no camera meets the constraints
  'camera-silent', // opened, and no frame came
  'camera-ended', // unplugged, or taken back by the system
  'still-undecodable', // not a picture this platform can decode
  'still-too-large', // more pixels than the limit
  'still-empty', // no pixels: a video that has none yet, a picture of size 0
  // detection
  'detector-load', // the landmark engine could not start
  'detector-run', // the landmark engine failed on a frame
  // worker
  'worker-origin', // the worker's script is not on the page's origin
  'worker-load', // the worker's script could not be loaded or parsed
  'worker-dead', // the worker stopped answering or threw outside a request
  'worker-closed', // asked after close()
  'worker-protocol', // a message that is not of this version's protocol
  // reference
  'store-unavailable', // IndexedDB is missing, blocked or failing
  'store-quota', // no room left
  'store-key-lost', // the key that sealed the references is gone: they cannot be read again
  'reference-damaged', // a stored reference does not decrypt or parse
  'template-invalid', // a template that is not of the schema
  // comparison
  'models-unlike', // embeddings of different spaces must not meet
  'embedding-invalid', // an embedding with a number that is not finite, or not of length 1
  'calibration-invalid', // a calibration profile that is not of the schema or does not fit the models
  // evidence
  'evidence-malformed', // a series, manifest or bundle that is not of its form, or that cannot be written in it
  'evidence-too-large', // more bytes, parts or frames than evidence may have
  // receipt
  'receipt-malformed', // not a compact JWS within the limit, or its header has what is not accepted
  'receipt-algorithm', // not ES256
  'receipt-type', // another message than the one asked for
  'receipt-key-unknown', // its key is not among the published ones
  'receipt-signature', // not signed by that key, or altered since
  'receipt-claims', // a claim is missing, unknown, of the wrong form, or of another session, agency or request
  'receipt-expired', // the session token's time is over
  // check-in
  'check-in-busy', // a second run while one is going on
  'server-origin', // the relay is not on the page's origin
  'server-network', // the relay did not answer
  'server-login', // 401 or 403: the agency's page knows no employee
  'server-session', // the session is unknown, over, taken by another or refuses what was sent
  'server-place', // 422: there is no such office, or the code is not the one that its screen shows now; `details.code` says which
  'server-busy', // 503: the server has no room now; nothing was consumed
  'server-reply', // any other answer that is not of the protocol
  'attempts-limited', // 429: too many attempts; `details.retryAfterMs` says how long to wait, where the server said so
  'queue-full', // as many check-ins wait for the network as this device keeps
  'queue-pack', // nothing that an offline check-in could be made with: none was issued, all of it is used, or it is not of the schema
  'queue-damaged', // a check-in that waited cannot be read again
  'unexpected', // anything else: a bug, with its cause
] as const

/** One of {@link ERROR_CODES}. */
export type ErrorCode = (typeof ERROR_CODES)[number]
