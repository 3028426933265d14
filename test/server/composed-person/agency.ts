import { Buffer } from 'node:buffer'

/** What an API key may ask of the server. */
export interface AgencyKeys {
  readonly agency: string
  readonly officer: string
}

/** A message as it went, and what came back. */
export interface Exchange {
  /** Without ids: `sessions/begin`, `sessions/steps`, `check-ins`. */
  readonly kind: string
  readonly status: number
  /** From sending to the last byte of the answer. */
  readonly ms: number
}

/** Where a composed person's browser believes the relay to be: no server listens there. */
export const RELAY = 'https://absen.example/lintas-api/'

/** How messages reach the server: over HTTP, or into its app. */
export type Send = (message: {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array<ArrayBuffer>
}) => Promise<Response>

/** Over HTTP. */
export const overHttp =
  (address: string): Send =>
  ({ path, ...init }) =>
    fetch(new URL(path, address), init)

/** An agency: a relay for its people, and its own and its officers' questions to the server. */
export class Agency {
  readonly #send: Send
  readonly #keys: AgencyKeys
  /** Told of every message that a relay passed on. */
  readonly heard: (exchange: Exchange) => void

  constructor(send: Send, keys: AgencyKeys, heard: (exchange: Exchange) => void = () => undefined) {
    this.#send = send
    this.#keys = keys
    this.heard = heard
  }

  /** What a browser asks, of which the relay says that `subjectId` is logged in; as `lintasRelay` passes it on. */
  relayFor(subjectId: string): typeof globalThis.fetch {
    return async (input, init) => {
      const url = input instanceof Request ? input.url : String(input)
      const path = url.slice(RELAY.length)
      const began = performance.now()
      const response = await this.#pass(subjectId, path, url, init?.body as string | Uint8Array<ArrayBuffer>)
      // Read to its end: that is when the browser has it.
      const bytes = await response.arrayBuffer()
      const kind = path.replace(/sessions\/[^/]+\/(\w+).*/u, 'sessions/$1')
      this.heard({ kind, status: response.status, ms: performance.now() - began })
      return new Response(bytes, { status: response.status, headers: response.headers })
    }
  }

  #pass(subjectId: string, path: string, url: string, body: string | Uint8Array<ArrayBuffer>): Promise<Response> {
    const headers = {
      authorization: `Bearer ${this.#keys.agency}`,
      'x-lintas-subject': subjectId,
      'content-type': typeof body === 'string' ? 'application/json' : 'application/vnd.lintas.evidence',
    }
    const told = typeof body === 'string' ? (JSON.parse(body) as Record<string, unknown>) : undefined
    if (path === 'session') return this.#send({ method: 'POST', path: '/v1/sessions', headers, body: JSON.stringify({ ...told, subjectId }) })
    const passed = path.endsWith('/begin') ? JSON.stringify({ ...told, target: url }) : body
    return this.#send({ method: 'POST', path: `/v1/${path}`, headers, body: passed })
  }

  /** A JSON question of the agency, or of its officer. @throws Error for an answer that is none of 200 to 299 */
  async ask(method: string, path: string, body?: object, as: 'agency' | 'officer' = 'agency'): Promise<Record<string, unknown>> {
    const headers = {
      authorization: `Bearer ${this.#keys[as]}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    }
    const response = await this.#send({ method, path, headers, ...(body !== undefined && { body: JSON.stringify(body) }) })
    const text = Buffer.from(await response.arrayBuffer()).toString('utf8')
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
  }

  /** Somebody new, who consents. */
  async newSubject(): Promise<string> {
    const subjectId = String((await this.ask('POST', '/v1/subjects', {}))['subjectId'])
    await this.ask('POST', `/v1/subjects/${subjectId}/consents`, { version: '1', text: 'I agree' })
    return subjectId
  }
}
