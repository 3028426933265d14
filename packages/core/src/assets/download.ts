import { LintasError, type ErrorDetails } from '../errors/index.js'
import { within } from './within.js'

/** What is asked for and what may come. */
export interface Wanted {
  readonly url: string
  /** As the manifest names it; for messages. */
  readonly file: string
  readonly format: 'binary' | 'script' | 'json'
  /** Most bytes that may come; where `exact`, fewer are a fault too. */
  readonly bytes: number
  readonly exact: boolean
}

/** How to ask. */
export interface Transport {
  readonly fetch: typeof fetch
  /** Longest time without an answer or a byte, milliseconds. */
  readonly stallMs: number
}

/** One attempt. */
export interface Attempt {
  readonly signal: AbortSignal | undefined
  /** Past the HTTP cache: what it holds has proved wrong. */
  readonly reload: boolean
  readonly onBytes: (received: number) => void
}

/**
 * One request for `wanted`, without retries. The body is cancelled on every way out but the good one.
 * @throws LintasError `assets-origin` for a redirect to another one, `assets-not-found`, `-http`, `-html`, `-mime`, `-cut`, `-stalled`, `-network`; the signal's reason
 */
export async function download(wanted: Wanted, transport: Transport, attempt: Attempt): Promise<Uint8Array<ArrayBuffer>> {
  const controller = new AbortController()
  const stalled = (): Error => fault('assets-stalled', wanted, `sent nothing for ${transport.stallMs} ms`)
  const step = <T>(promise: Promise<T>): Promise<T> => within(promise, transport.stallMs, stalled, attempt.signal)
  try {
    attempt.signal?.throwIfAborted()
    const asked = transport.fetch(wanted.url, {
      signal: controller.signal,
      cache: attempt.reload ? 'reload' : wanted.format === 'json' ? 'no-cache' : 'default',
      credentials: 'same-origin',
    })
    const response = await step(
      asked.catch((cause: unknown) => {
        throw fault('assets-network', wanted, 'could not be reached', {}, cause)
      }),
    )
    checkOrigin(wanted, response)
    checkStatus(wanted, response)
    return await readBody(wanted, response, step, attempt.onBytes)
  } catch (error) {
    controller.abort()
    throw error
  }
}

/** A redirect may lead to another origin; nothing that came from there is read. Empty in a constructed response, which nobody redirected. */
function checkOrigin({ url, file }: Wanted, response: Response): void {
  if (!response.redirected || new URL(response.url).origin === new URL(url).origin) return
  const { origin } = new URL(response.url)
  throw new LintasError('assets-origin', `${file} was redirected to another origin: ${origin}`, { details: { file, url, origin } })
}

function checkStatus(wanted: Wanted, response: Response): void {
  const { status } = response
  if (response.ok) return
  if (status === 404 || status === 410) throw fault('assets-not-found', wanted, `is not there (${status})`, { status })
  const retryAfterMs = readRetryAfter(response.headers.get('retry-after'))
  const details = retryAfterMs === undefined ? { status } : { status, retryAfterMs }
  throw fault('assets-http', wanted, `was answered with status ${status}`, details)
}

/** Seconds or a date; anything else counts as absent. */
function readRetryAfter(value: string | null): number | undefined {
  if (value === null) return undefined
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined
}

async function readBody(
  wanted: Wanted,
  response: Response,
  step: <T>(promise: Promise<T>) => Promise<T>,
  onBytes: (received: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const type = (response.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  const bytes = new Uint8Array(wanted.bytes)
  const reader = response.body?.getReader()
  let received = 0
  let inspected = false
  for (;;) {
    const { done, value } = await step(readChunk(wanted, reader, received))
    if (value !== undefined) bytes.set(value.subarray(0, Math.max(0, bytes.length - received)), received)
    received += value?.length ?? 0
    if (!inspected && (done || received >= SNIFFED)) {
      inspect(wanted, type, bytes.subarray(0, Math.min(received, SNIFFED)))
      inspected = true
    }
    if (received > wanted.bytes || (done && wanted.exact && received < wanted.bytes)) throw wrongLength(wanted, received)
    if (done) return received === bytes.length ? bytes : bytes.slice(0, received)
    onBytes(received)
  }
}

/** Bytes looked at to tell a page from a model: more than any doctype with its white space. */
const SNIFFED = 64

async function readChunk(
  wanted: Wanted,
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
  received: number,
): Promise<{ done: boolean; value?: Uint8Array | undefined }> {
  if (reader === undefined) return { done: true }
  try {
    return await reader.read()
  } catch (cause) {
    // The answer had begun: the connection broke, or the content coding did.
    throw wrongLength(wanted, received, cause)
  }
}

function inspect(wanted: Wanted, type: string, head: Uint8Array): void {
  const text = new TextDecoder().decode(head).trimStart().toLowerCase()
  const page = type === 'text/html' || type === 'application/xhtml+xml' || text.startsWith('<!doctype') || text.startsWith('<html')
  if (page) throw fault('assets-html', wanted, 'came as an HTML page: a fallback or login page took its place', { type })
  if (!FIT[wanted.format](type)) {
    throw fault('assets-mime', wanted, `came as ${type}: serve it as ${SERVED_AS[wanted.format]}`, { type })
  }
}

/** Other text may be transcoded or rewritten on its way; other applications' types hint at a wrong file. Absent is harmless. */
const FIT: Readonly<Record<Wanted['format'], (type: string) => boolean>> = {
  binary: (type) => type === '' || type === 'binary/octet-stream' || (type.startsWith('application/') && !/json|xml|script/.test(type)),
  script: (type) => type === '' || type.endsWith('/javascript') || type.endsWith('/ecmascript'),
  json: (type) => type === '' || type.endsWith('/json') || type.endsWith('+json') || type === 'text/plain',
}

const SERVED_AS = { binary: 'application/octet-stream', script: 'text/javascript', json: 'application/json' } as const

function wrongLength(wanted: Wanted, received: number, cause?: unknown): LintasError {
  const due = wanted.exact ? `should have ${wanted.bytes} bytes` : `may have ${wanted.bytes} bytes at most`
  const message = received > wanted.bytes ? `${due}, and more came` : `${due}, ${received} came`
  return fault('assets-cut', wanted, message, { expected: wanted.bytes, received }, cause)
}

type Code = 'assets-not-found' | 'assets-http' | 'assets-html' | 'assets-mime' | 'assets-cut' | 'assets-stalled' | 'assets-network'

function fault(code: Code, { file, url }: Wanted, what: string, details: ErrorDetails = {}, cause?: unknown): LintasError {
  return new LintasError(code, `${file} ${what}`, { cause, details: { file, url, ...details } })
}
