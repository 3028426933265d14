/** Every code a {@link VaultError} can carry. Stable. */
export const VAULT_CODES = [
  'key-missing', // no key is given, its file is not there, or something is under a key that the ring does not have; details.keyId names it
  'key-malformed', // what is given is no key; the message does not repeat it
  'unsealable', // the bytes were altered, or were sealed for another place, or for another purpose
  'gallery-full', // more references than may be held in memory at once
] as const

/** One of {@link VAULT_CODES}. */
export type VaultCode = (typeof VAULT_CODES)[number]

/** A fault of the keys, or of what they are to open. Neither message nor details ever hold a key or what was sealed. */
export class VaultError extends Error {
  readonly code: VaultCode
  readonly details: Readonly<Record<string, string | number>>

  constructor(code: VaultCode, message: string, details: Readonly<Record<string, string | number>> = {}) {
    super(message)
    this.name = 'VaultError'
    this.code = code
    this.details = details
  }
}
