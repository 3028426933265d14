import { LintasError } from '../../errors/index.js'
import { pause, within } from './patience.js'
import { faultOf } from './problem.js'

/** How often, and how long, something is tried. */
interface Patience {
  /** Of one attempt, milliseconds. */
  readonly timeoutMs: number
  readonly retries: number
  /** A server that is busy may ask for no longer wait than this; else its fault stands. */
  readonly longestWaitMs: number
}

/** A message is a few hundred bytes, and the person stands before the camera: the server's limit for a step is 15 seconds. */
const MESSAGE: Patience = { timeoutMs: 8000, retries: 1, longestWaitMs: 3000 }

/** Evidence is some hundred kilobytes, and all of it may be sent again: a repeat gets the answer that the first got. */
const EVIDENCE: Patience = { timeoutMs: 60_000, retries: 4, longestWaitMs: 30_000 }

/** Wait before the first repeat, milliseconds; each further one doubles. */
const BACK_OFF_MS = 500

/** No answer of the protocol is longer. */
const LONGEST_ANSWER = 65_536

/** Evidence as it is, and with parts that are sealed to the server. */
export type EvidenceType = typeof EVIDENCE_TYPE | `${typeof EVIDENCE_TYPE}+sealed`
const EVIDENCE_TYPE = 'application/vnd.lintas.evidence'

/** The agency's relay: the only address that a page speaks to. */
export class Relay {
  readonly #base: URL
  readonly #fetch: typeof globalThis.fetch

  /** @throws LintasError `server-origin` */
  constructor(base: string | URL, fetchOf: typeof globalThis.fetch | undefined) {
    this.#base = baseOf(base)
    // Detached from its window a browser's own refuses to be called.
    this.#fetch = fetchOf ?? ((input, init) => fetch(input, init))
  }

  /** The absolute address of `path`. */
  urlOf(path: string): string {
    return new URL(path, this.#base).href
  }

  /** A message; the same again where no answer came. @throws LintasError `server-*`, `attempts-limited` */
  send(path: string, message: object, signal: AbortSignal | undefined): Promise<unknown> {
    return this.#patiently(path, JSON.stringify(message), 'application/json', MESSAGE, signal)
  }

  /** Evidence, the same bytes at every attempt. @throws LintasError `server-*`, `attempts-limited` */
  submit(path: string, evidence: Uint8Array<ArrayBuffer>, signal: AbortSignal | undefined, type: EvidenceType = EVIDENCE_TYPE): Promise<unknown> {
    return this.#patiently(path, evidence, type, EVIDENCE, signal)
  }

  async #patiently(path: string, body: BodyInit, type: string, patience: Patience, signal: AbortSignal | undefined): Promise<unknown> {
    for (let count = 0; ; count += 1) {
      try {
        return await within(patience.timeoutMs, signal, (stop) => this.#once(path, body, type, stop))
      } catch (error) {
        signal?.throwIfAborted()
        const waitMs = error instanceof LintasError ? waitBefore(error, count, patience) : undefined
        if (waitMs === undefined) throw error
        await pause(waitMs, signal)
      }
    }
  }

  async #once(path: string, body: BodyInit, type: string, signal: AbortSignal): Promise<unknown> {
    const headers = { 'content-type': type, accept: 'application/json, application/problem+json' }
    const init: RequestInit = { method: 'POST', headers, body, signal, credentials: 'same-origin', cache: 'no-store', redirect: 'manual' }
    const { response, text } = await this.#answered(path, init)
    if (text.length > LONGEST_ANSWER) throw unreadable(response.status)
    const answer = parsed(text)
    if (!response.ok) throw faultOf(response, answer)
    if (answer === undefined) throw unreadable(response.status)
    return answer
  }

  /** @throws LintasError `server-network` */
  async #answered(path: string, init: RequestInit): Promise<{ readonly response: Response; readonly text: string }> {
    try {
      const response = await this.#fetch(this.urlOf(path), init)
      return { response, text: await response.text() }
    } catch (cause) {
      throw new LintasError('server-network', 'the relay gave no answer', { cause })
    }
  }
}

/** How long to wait before another attempt, milliseconds; undefined where none is of use. Half of it is chance, so that many do not come at once. */
function waitBefore({ code, details }: LintasError, count: number, { retries, longestWaitMs }: Patience): number | undefined {
  if (count >= retries || (code !== 'server-network' && code !== 'server-busy')) return undefined
  const own = BACK_OFF_MS * 2 ** count * (0.5 + Math.random() / 2)
  const asked = Number(details['retryAfterMs'] ?? 0)
  return asked > longestWaitMs ? undefined : Math.max(own, asked)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function unreadable(status: number): LintasError {
  return new LintasError('server-reply', 'the relay gave an answer that cannot be read', { details: { status } })
}

function baseOf(relay: string | URL): URL {
  const page = typeof location === 'undefined' ? undefined : location
  const text = String(relay)
  if (text === '' || !URL.canParse(text, page?.href)) throw foreign('the relay is no address')
  const base = new URL(text, page?.href)
  if (!/^https?:$/.test(base.protocol) || base.username !== '' || base.password !== '') throw foreign('the relay must be an address of http or https')
  if (page !== undefined && base.origin !== page.origin) throw foreign(`the relay must be on the page's own origin, ${page.origin}`)
  // A folder: what is asked for lies below it.
  base.pathname = base.pathname.replace(/\/*$/, '/')
  base.search = ''
  base.hash = ''
  return base
}

function foreign(message: string): LintasError {
  return new LintasError('server-origin', message)
}
