import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic, { type FastifyStaticOptions } from '@fastify/static'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { SECURITY_HEADERS } from './headers.js'
import { sendProblem } from './problem.js'

/** Options of {@link lintasDemo}. */
export interface DemoOptions {
  /** Absolute path of the built demo pages. */
  readonly pages: string
  /** Absolute path of the assembled assets folder; served at `/lintas/`. */
  readonly assets: string
}

/**
 * The demo as a Fastify plugin: pages at `/`, the assets folder at `/lintas/`, `/health`. Headers and error handlers are its own; a
 * server that registers it beside other routes keeps theirs.
 */
export async function lintasDemo(app: FastifyInstance, { pages, assets }: DemoOptions): Promise<void> {
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(SECURITY_HEADERS)
  })
  app.addHook('onSend', (_request, reply, _payload, done) => {
    // RFC 9239; the MIME table in use still has the obsolete name.
    if (String(reply.getHeader('content-type')).startsWith('application/javascript')) reply.type('text/javascript; charset=utf-8')
    done()
  })
  app.setErrorHandler(answerFault)
  app.setNotFoundHandler((request, reply) => sendProblem(reply, 404, 'not-found', `There is nothing at ${pathOf(request)}`))
  app.get('/health', async (_request, reply) => {
    const ready = existsSync(join(assets, 'assets.json'))
    return reply.header('cache-control', 'no-store').send({ status: ready ? 'ok' : 'degraded', assets: ready })
  })
  // Without an assets folder the pages are served all the same: the element then tells `assets-not-found`.
  if (existsSync(assets)) await app.register(fastifyStatic, { ...FILES, root: assets, prefix: '/lintas/', decorateReply: false })
  await app.register(fastifyStatic, { ...FILES, root: pages, prefix: '/' })
}

const FILES: Omit<FastifyStaticOptions, 'root'> = {
  // Model files are read whole and checked by hash; a range of one is of no use to anybody.
  acceptRanges: false,
  cacheControl: false,
  preCompressed: true,
  dotfiles: 'ignore',
  setHeaders: (response) => {
    // Revalidated by ETag at each visit: a file that changed under the same name is never taken for the old one. Core keeps the large ones
    // by their hash in Cache Storage, where no header is needed.
    response.setHeader('cache-control', 'no-cache')
  },
}

function answerFault(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const status = error.statusCode ?? 500
  // What went wrong inside is for the log, not for the client.
  if (status >= 500) {
    request.log.error(error)
    return sendProblem(reply, status, 'internal', 'The server failed on this request')
  }
  return sendProblem(reply, status, 'bad-request', error.message)
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?')[0] ?? request.url
}
