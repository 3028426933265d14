import type { FastifyInstance } from 'fastify'
import { Fault } from '../errors/index.js'

/** Where the LINTAS server is. */
export type RelayServer = URL | string | Pick<FastifyInstance, 'inject'>

/** A message for the server. */
export interface Forwarded {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** What the server said. */
export interface Answer {
  readonly status: number
  readonly contentType: string
  readonly retryAfter?: string
  readonly body: Buffer
}

/** Sends a message on. @throws Fault 502 where the server cannot be reached or does not know the relay's key, 504 where it takes too long */
export type Forward = (message: Forwarded) => Promise<Answer>

/** The largest answer of the server, bytes. */
const ANSWER_BYTES = 262_144
const TIMEOUT_MS = 30_000

/** A way to the server, with the agency's key. */
export function forwarder(options: { readonly server: RelayServer; readonly apiKey: string; readonly timeoutMs?: number }): Forward {
  const { server, apiKey, timeoutMs = TIMEOUT_MS } = options
  const send = isInProcess(server) ? inject(server) : overHttp(new URL(server), timeoutMs)
  return async (message) => {
    const answer = await send({ ...message, headers: { ...message.headers, authorization: `Bearer ${apiKey}` } })
    // The browser is not to take the relay's trouble with its own key for a login that has expired.
    if (isAboutKey(answer)) throw new Fault(502, 'server-key', 'The server does not take the key of this relay')
    return answer
  }
}

const isInProcess = (server: RelayServer): server is Pick<FastifyInstance, 'inject'> => typeof server === 'object' && 'inject' in server

function inject(server: Pick<FastifyInstance, 'inject'>): Forward {
  return async ({ path, headers, body }) => {
    const payload = typeof body === 'string' ? body : Buffer.from(body)
    const { statusCode, headers: told, rawPayload } = await server.inject({ method: 'POST', url: path, headers: { ...headers }, payload })
    return answerOf(statusCode, (name) => (told[name] === undefined ? undefined : String(told[name])), rawPayload)
  }
}

function overHttp(server: URL, timeoutMs: number): Forward {
  return async ({ path, headers, body }) => {
    try {
      const request = { method: 'POST', headers, body: body as BodyInit, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) } as const
      const response = await fetch(new URL(path, server), request)
      const bytes = Buffer.from(await response.arrayBuffer())
      return answerOf(response.status, (name) => response.headers.get(name) ?? undefined, bytes)
    } catch (error) {
      if (error instanceof Fault) throw error
      const late = error instanceof Error && error.name === 'TimeoutError'
      throw late ? new Fault(504, 'server-late', 'The server takes too long') : new Fault(502, 'server-unreachable', 'The server cannot be reached')
    }
  }
}

function answerOf(status: number, header: (name: string) => string | undefined, body: Buffer): Answer {
  if (body.length > ANSWER_BYTES) throw new Fault(502, 'server-answer', 'The server’s answer is too large')
  const contentType = header('content-type') ?? 'application/octet-stream'
  const retryAfter = header('retry-after')
  return { status, contentType, body, ...(retryAfter === undefined ? {} : { retryAfter }) }
}

function isAboutKey({ status, body }: Answer): boolean {
  if (status !== 401 && status !== 403) return false
  try {
    const { code } = JSON.parse(body.toString('utf8')) as { readonly code?: unknown }
    return code === 'unauthorised' || code === 'forbidden'
  } catch {
    return true
  }
}
