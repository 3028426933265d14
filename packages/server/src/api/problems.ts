import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Fault } from '../errors/index.js'
import { sendProblem } from '../problem.js'
import { StorageError } from '../storage/index.js'
import { VaultError } from '../vault/index.js'
import { EVIDENCE_TYPE } from './schemas/index.js'

/** Every fault as problem+json: ours, Fastify's own, and what nobody foresaw. */
export function answerFaults(app: FastifyInstance): void {
  app.setErrorHandler(answerFault)
}

/** Faults, and addresses below `app`'s prefix at which there is nothing. */
export function answerProblems(app: FastifyInstance): void {
  answerFaults(app)
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, 404, 'not-found', 'There is nothing at this address'))
}

function answerFault(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const fault = faultOf(error, request)
  if (fault.status >= 500) request.log.error({ err: error }, 'a request failed')
  if (fault.retryAfterS !== undefined) reply.header('retry-after', String(fault.retryAfterS))
  if (fault.status === 401 && fault.code === 'unauthorised') reply.header('www-authenticate', 'Bearer')
  return sendProblem(reply, fault.status, fault.code, fault.message)
}

/** The storage comes back by itself, or somebody is at it already. */
const STORAGE_RETRY_MS = 5_000

function faultOf(error: FastifyError | Fault | StorageError, request: FastifyRequest): Fault {
  if (error instanceof Fault) return error
  if (isKeyMissing(error)) return new Fault(503, 'key-missing', 'What this needs is sealed under a key that this server does not have')
  if (error instanceof StorageError) return new Fault(503, 'unavailable', 'The database does not answer now', { retryAfterMs: STORAGE_RETRY_MS })
  if (error.validation !== undefined) return new Fault(400, 'invalid', invalid(error))
  const status = error.statusCode ?? 500
  if (status === 413) return new Fault(413, isEvidence(request) ? 'evidence-too-large' : 'too-large', 'The body is too large')
  if (status === 415) return new Fault(415, 'content-type', 'The content type is not one that this takes')
  if (status >= 400 && status < 500) return new Fault(status, 'bad-request', error.message)
  return new Fault(500, 'internal', 'The server failed on this request')
}

/** A key was dropped before all was under the next one: nothing is lost, and whoever gives it back has everything again. The log names it. */
const isKeyMissing = (error: unknown): boolean => error instanceof VaultError && error.code === 'key-missing'

const isEvidence = (request: FastifyRequest): boolean => request.headers['content-type']?.startsWith(EVIDENCE_TYPE) === true

/** Names the field and never repeats what stood in it. */
function invalid({ validation, validationContext = 'body' }: FastifyError): string {
  const [first] = validation ?? []
  const path = (first?.instancePath ?? '').replaceAll('/', '.')
  const { requiredProperties, additionalProperties } = (first?.params ?? {}) as Readonly<Record<string, unknown>>
  const named = [requiredProperties, additionalProperties].find((names) => Array.isArray(names) && names.length > 0) as readonly string[] | undefined
  const field = named === undefined ? path : `${path}.${named[0]?.slice(0, 60) ?? ''}`
  return `${validationContext}${field} ${first?.message ?? 'is not valid'}`
}
