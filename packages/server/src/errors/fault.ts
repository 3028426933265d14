/** What a request cannot have, and why: status, stable code, and a sentence that repeats nothing secret. The API answers it as problem+json. */
export class Fault extends Error {
  readonly status: number
  readonly code: string
  /** When it may be tried again, seconds; absent where the clock alone changes nothing. */
  readonly retryAfterS?: number

  constructor(status: number, code: string, detail: string, options: { readonly retryAfterMs?: number; readonly cause?: unknown } = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'Fault'
    this.status = status
    this.code = code
    if (options.retryAfterMs !== undefined) this.retryAfterS = Math.max(1, Math.ceil(options.retryAfterMs / 1_000))
  }
}

/** What is not there, and what is another tenant's: nobody can tell the two apart. */
export const notFound = (what: string): Fault => new Fault(404, 'not-found', `There is no such ${what}`)
