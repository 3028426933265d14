import { createReadStream, existsSync, statSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize, sep } from 'node:path'

/** The header that deployments are told to send, on the page and on the worker. */
const CSP = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "require-trusted-types-for 'script'",
  "trusted-types lit-html lintas 'allow-duplicates'",
].join('; ')
const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
}
const PAGE = '<!doctype html><meta charset="utf-8"><title>Evaluation</title><script type="module" src="/page.js"></script>'

/** What a page works off: files by number, and jobs that are handed out and answered. */
export interface PageQueue {
  readonly pictures: readonly { readonly path: string }[]
  /** The next job, as JSON goes; undefined when there is none. */
  take(): unknown
  tell(index: number, outcome: unknown): void
}

/** What the server serves. */
export interface PageServerOptions {
  readonly assets: string
  /** The page's script. */
  readonly script: string
  readonly queue: PageQueue
  /** Directives that the page needs besides those that deployments are told to send. */
  readonly policy?: string
}

/** A server on the loopback interface for one page; pictures go by number, so that no path is ever taken from a request. */
export async function servePage(options: PageServerOptions): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((request, response) => {
    response.setHeader('Content-Security-Policy', options.policy === undefined ? CSP : `${CSP}; ${options.policy}`)
    answer(request, response, options).catch((error: unknown) => {
      response.statusCode = 500
      response.end(String(error))
    })
  })
  await listen(server)
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
}

async function answer(request: IncomingMessage, response: ServerResponse, { assets, script, queue }: PageServerOptions): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1')
  const [, place = '', rest = ''] = /^\/([^/]*)\/?(.*)$/.exec(pathname) ?? []
  if (place === '') return void text(response, 'text/html', PAGE)
  if (place === 'page.js') return void text(response, 'text/javascript', script)
  if (place === 'next') return void next(response, queue)
  if (place === 'outcome') {
    queue.tell(Number(rest), JSON.parse(await body(request)))
    response.statusCode = 204
    response.end()
    return
  }
  const file = place === 'picture' ? queue.pictures[Number(rest)]?.path : assetPath(assets, place, rest)
  send(response, file)
}

function next(response: ServerResponse, queue: PageQueue): void {
  const job = queue.take()
  response.statusCode = job === undefined ? 204 : 200
  response.setHeader('Content-Type', 'application/json')
  response.end(job === undefined ? undefined : JSON.stringify(job))
}

function assetPath(assets: string, place: string, rest: string): string | undefined {
  const clean = normalize(decodeURIComponent(rest))
  return place === 'lintas' && clean.split(sep)[0] !== '..' ? join(assets, clean) : undefined
}

function send(response: ServerResponse, file: string | undefined): void {
  if (file === undefined || !existsSync(file) || !statSync(file).isFile()) {
    response.statusCode = 404
    response.end()
    return
  }
  response.setHeader('Content-Type', TYPES[extname(file).toLowerCase()] ?? 'application/octet-stream')
  response.setHeader('Content-Length', statSync(file).size)
  // A file that vanishes meanwhile ends its request, not the server.
  createReadStream(file)
    .on('error', () => response.destroy())
    .pipe(response)
}

function text(response: ServerResponse, type: string, content: string): void {
  response.setHeader('Content-Type', `${type}; charset=utf-8`)
  response.end(content)
}

async function body(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
