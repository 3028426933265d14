import { createHmac } from 'node:crypto'

/**
 * The nonce of a step: drawn from the server's secret, so that a repeat of a message can be answered again although the nonce is kept as a hash only.
 * @param secret 32 bytes that nobody outside knows
 * @returns 43 characters of base64url
 */
export function stepNonce(secret: Uint8Array, sid: string, n: number): string {
  return createHmac('sha256', secret).update(`lintas-nonce/1/${sid}/${n}`).digest('base64url')
}
