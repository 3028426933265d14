import { createHmac } from 'node:crypto'
import type { SessionParts } from '../sessions/index.js'
import { PACK_SIZE, type PackPlace } from '../storage/index.js'

/**
 * The nonces of a pack by each key of the ring, the current one's first: drawn from a secret and what they are bound to, so that the same pack can be
 * told again although hashes alone are kept.
 */
export function packNonces(
  keyring: SessionParts['keyring'],
  tenantId: string,
  { subjectId, thumbprint, day }: PackPlace,
): readonly (readonly string[])[] {
  const { current, keyIds } = keyring
  return [current, ...keyIds.filter((keyId) => keyId !== current)].map((keyId) => {
    const secret = keyring.secret('pack', keyId)
    return Array.from({ length: PACK_SIZE }, (_, index) => {
      // JSON, so that no two lists of texts become the same bytes.
      const bound = JSON.stringify(['lintas-pack/1', tenantId, subjectId, thumbprint, day, index + 1])
      return createHmac('sha256', secret).update(bound).digest('base64url')
    })
  })
}
