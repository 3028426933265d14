import { createHash, randomBytes } from 'node:crypto'

/** SHA-256 of the parts one after another, lower-case hex. Texts are hashed as UTF-8. */
export function sha256(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

/** A random id of 128 bits, 22 characters of base64url. */
export const randomId = (): string => randomBytes(16).toString('base64url')

/** A random secret of 256 bits, 43 characters of base64url. */
export const randomSecret = (): string => randomBytes(32).toString('base64url')
