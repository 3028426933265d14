import { LintasError } from '@lintas/core/errors'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Fault } from '../errors/index.js'
import { sendProblem } from '../problem.js'
import { sameOrigin } from './origin.js'

/**
 * What holds for every route of the demo agency: nothing is kept in a cache, whatever changes something comes from the agency's own pages, and faults are
 * problem+json.
 */
export function guardAgency(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff')
    if (request.method !== 'GET') checkOrigin(request)
  })
  app.setErrorHandler(answerFault)
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, 404, 'not-found', 'There is nothing at this address'))
}

/** The cookie is SameSite=Strict; this is the second lock, for browsers that do not know it and for pages of another port of this machine. */
function checkOrigin(request: FastifyRequest): void {
  if (sameOrigin(request) === undefined) throw new Fault(403, 'foreign-origin', 'Only a page of this origin may ask for this')
}

function answerFault(error: FastifyError | Fault | LintasError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof Fault) {
    if (error.retryAfterS !== undefined) reply.header('retry-after', String(error.retryAfterS))
    return sendProblem(reply, error.status, error.code, error.message)
  }
  // What the server sent is not to be believed: the agency says so and shows none of it.
  if (error instanceof LintasError) return sendProblem(reply, 502, error.code, 'What the LINTAS server sent is not to be believed')
  const status = error.statusCode ?? 500
  if (status >= 500) request.log.error(error)
  return status >= 500
    ? sendProblem(reply, status, 'internal', 'The demo agency failed on this request')
    : sendProblem(reply, status, 'bad-request', error.message)
}
