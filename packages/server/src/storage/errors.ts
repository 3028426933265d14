/** Every code a {@link StorageError} can carry. Stable, as the codes of `@lintas/core` are. */
export const STORAGE_CODES = [
  'storage-locked', // another process holds the folder; details.pid names it
  'storage-folder', // the folder cannot be made, read or written
  'storage-unavailable', // the database does not answer, or went away
  'storage-busy', // a transaction lost against others more often than it may be tried again
  'storage-migration-altered', // a migration that was applied is not the one that is shipped
  'storage-migration-unknown', // the database was migrated by a newer release
  'storage-migration-failed', // a migration did not run
  'storage-vectors', // vectors are switched off, and the database holds some: templates in clear
  'storage-closed', // asked after close()
] as const

/** One of {@link STORAGE_CODES}. */
export type StorageCode = (typeof STORAGE_CODES)[number]

/** A fault of the storage. What a caller may have to answer (a nonce that was used, a limit that is reached) is a value and never thrown. */
export class StorageError extends Error {
  readonly code: StorageCode
  /** Plain facts that help to mend it; never personal data. */
  readonly details: Readonly<Record<string, string | number>>

  constructor(code: StorageCode, message: string, options: { cause?: unknown; details?: Readonly<Record<string, string | number>> } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'StorageError'
    this.code = code
    this.details = options.details ?? {}
  }
}

/** The SQLSTATE of `error` or of what it wraps (Drizzle wraps the driver's error), `undefined` where there is none. */
export function sqlState(error: unknown): string | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    if ('code' in current && typeof current.code === 'string' && /^[0-9A-Z]{5}$/u.test(current.code)) return current.code
  }
  return undefined
}
