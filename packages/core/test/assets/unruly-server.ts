import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Answers one request. */
export type Answer = (response: ServerResponse, request: IncomingMessage) => void

/** A real HTTP server that behaves as badly as it is told to: answers of a path are used in turn, the last one for ever. */
export class UnrulyServer {
  readonly requests: { readonly path: string; readonly cacheControl: string | undefined }[] = []
  /** Responses whose connection the client closed before they ended. */
  hungUp = 0
  inFlight = 0
  mostInFlight = 0
  readonly #answers = new Map<string, Answer[]>()
  readonly #server: Server

  constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response))
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  get base(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/lintas/`
  }

  on(file: string, ...answers: Answer[]): void {
    this.#answers.set(`/lintas/${file}`, answers)
  }

  count(file: string): number {
    return this.requests.filter(({ path }) => path === `/lintas/${file}`).length
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? ''
    this.requests.push({ path, cacheControl: request.headers['cache-control'] })
    this.inFlight += 1
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight)
    response.on('close', () => {
      this.inFlight -= 1
      if (!response.writableFinished) this.hungUp += 1
    })
    const answers = this.#answers.get(path) ?? []
    const answer = answers.length > 1 ? answers.shift() : answers[0]
    if (answer === undefined) status(404)(response, request)
    else answer(response, request)
  }
}

export function body(bytes: Uint8Array | string, type = 'application/octet-stream', more: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': type, ...more })
    response.end(bytes)
  }
}

export function status(code: number, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(code, { 'content-type': 'text/html', ...headers })
    response.end('<!doctype html><p>error')
  }
}

/** Sends `bytes` and then nothing more, without ending. */
export function stall(bytes: Uint8Array): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/octet-stream' })
    response.write(bytes)
  }
}

/** Takes the request and never answers. */
export const silence: Answer = () => undefined

/** Promises `whole` bytes, sends `bytes` and breaks the connection. */
export function breakOff(bytes: Uint8Array, whole: number): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': String(whole) })
    response.write(bytes, () => setTimeout(() => response.destroy(), 20))
  }
}

/** Breaks the connection before any answer. */
export const hangUp: Answer = (response) => void response.destroy()
