import { createHmac, timingSafeEqual } from 'node:crypto'

/** How long a code stands on the office's screen, milliseconds. */
export const CODE_MS = 30_000
const DIGITS = 6

/** A code as the office's screen shows it. */
export interface OfficeCode {
  /** Six digits. */
  readonly code: string
  /** When the next one takes its place, milliseconds since 1970. */
  readonly validUntil: number
}

/**
 * The code of an office at a time: RFC 6238 with SHA-256, 30 seconds and 6 digits, under a key of this office alone.
 * @param secret 32 bytes of the deployment
 * @param at milliseconds since 1970
 */
export function officeCode(secret: Uint8Array, tenantId: string, officeId: string, at: number): OfficeCode {
  const step = Math.floor(at / CODE_MS)
  return { code: hotp(officeKey(secret, tenantId, officeId), step, DIGITS), validUntil: (step + 1) * CODE_MS }
}

/** Whether `code` is the office's now, or was until the last change: somebody needs time to type it. Takes as long whatever is typed. */
export function isOfficeCode(secret: Uint8Array, tenantId: string, officeId: string, code: string, at: number): boolean {
  const typed = Buffer.from(code.padEnd(DIGITS).slice(0, DIGITS + 1))
  const same = (when: number): boolean => {
    const right = Buffer.from(officeCode(secret, tenantId, officeId, when).code)
    return typed.length === right.length && timingSafeEqual(typed, right)
  }
  const [now, before] = [same(at), same(at - CODE_MS)]
  return now || before
}

/** JSON, so that no two pairs of names become the same bytes. */
const officeKey = (secret: Uint8Array, tenantId: string, officeId: string): Buffer =>
  createHmac('sha256', secret)
    .update(JSON.stringify(['lintas-office-code/1', tenantId, officeId]))
    .digest()

/** RFC 4226 with SHA-256: the last half-byte says which 31 bits of the digest become the code. */
export function hotp(key: Uint8Array, counter: number, digits: number): string {
  const message = Buffer.alloc(8)
  message.writeBigUInt64BE(BigInt(counter))
  const digest = createHmac('sha256', key).update(message).digest()
  const bits = digest.readUInt32BE((digest.at(-1) ?? 0) & 0xf) & 0x7fff_ffff
  return String(bits % 10 ** digits).padStart(digits, '0')
}
