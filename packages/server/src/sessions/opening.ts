import { createHash } from 'node:crypto'
import type { Session } from '../storage/index.js'
import { stepNonce } from './nonce.js'
import type { SessionParts } from './ports.js'

/**
 * The secret that a session's nonces and its opening plan are drawn from. It is of the deployment's key that was current when the session began, and
 * another may be current since: of the ring's it is the one that gives the open step's nonce, of which the hash is kept. Where no step is open nothing is
 * drawn any more, and the current key's does. `undefined` where the key is gone: what the browser was asked nobody can tell again.
 */
export function openingSecret(keyring: SessionParts['keyring'], { sid, step, nonceSha256 }: Session): Uint8Array | undefined {
  if (nonceSha256 === null) return keyring.secret('opening')
  const { current, keyIds } = keyring
  return [current, ...keyIds.filter((keyId) => keyId !== current)]
    .map((keyId) => keyring.secret('opening', keyId))
    .find(
      (secret) =>
        createHash('sha256')
          .update(stepNonce(secret, sid, step))
          .digest('hex') === nonceSha256,
    )
}
