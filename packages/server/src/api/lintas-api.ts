import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { countWaitingEverywhere } from '../storage/index.js'
import { guardRoutes } from './caller.js'
import { createMetrics } from './metrics.js'
import { describeRoutes } from './openapi.js'
import type { ApiParts } from './ports.js'
import { confirmActs } from './passkey-gate.js'
import { answerFaults, answerProblems } from './problems.js'
import { appealRoutes } from './routes-appeals.js'
import { attendanceRoutes } from './routes-attendance.js'
import { kioskRoutes } from './routes-kiosks.js'
import { officerRoutes } from './routes-officers.js'
import { officeRoutes } from './routes-offices.js'
import { operatorRoutes } from './routes-operator.js'
import { passkeyRoutes } from './routes-passkeys.js'
import { operationRoutes, publicRoutes } from './routes-public.js'
import { regencyRoutes } from './routes-regency.js'
import { reportRoutes } from './routes-reports.js'
import { reviewRoutes } from './routes-reviews.js'
import { sessionRoutes } from './routes-sessions.js'
import { subjectRoutes } from './routes-subjects.js'

/** The largest JSON that a route takes, bytes: a consent's text. */
const JSON_BYTES = 131_072

/**
 * The HTTP API as a Fastify plugin: `/v1/…`, `/health`, `/metrics`. Its handlers of errors and unknown addresses are its own, and hold below
 * `/v1`; a server that registers it beside other routes keeps theirs.
 */
export async function lintasApi(app: FastifyInstance, parts: ApiParts): Promise<void> {
  const reviews = async (): Promise<number> => await countWaitingEverywhere(parts.storage)
  const metrics = createMetrics(parts.queue, () => parts.duplicates.leftOut?.(), reviews)
  app.setValidatorCompiler(TypeBoxValidatorCompiler)
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none'
    metrics.answered(route, request.method, reply.statusCode, reply.elapsedTime / 1_000)
    done()
  })
  await app.register((operations, _options, done) => {
    answerFaults(operations)
    guardRoutes(operations, parts.storage)
    operationRoutes(operations, parts, metrics)
    done()
  })
  await app.register(async (version) => await versionRoutes(version, parts, metrics), { prefix: '/v1' })
}

async function versionRoutes(app: FastifyInstance, parts: ApiParts, metrics: ReturnType<typeof createMetrics>): Promise<void> {
  await describeRoutes(app)
  app.removeContentTypeParser('text/plain')
  answerProblems(app)
  guardRoutes(app, parts.storage)
  confirmActs(app, parts)
  app.addHook('onRoute', (route) => {
    route.bodyLimit ??= JSON_BYTES
  })
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
    reply.header('x-content-type-options', 'nosniff')
    done()
  })
  publicRoutes(app, parts)
  sessionRoutes(app, parts, metrics)
  subjectRoutes(app, parts)
  officerRoutes(app, parts)
  passkeyRoutes(app, parts)
  reportRoutes(app, parts)
  officeRoutes(app, parts)
  kioskRoutes(app, parts)
  appealRoutes(app, parts)
  attendanceRoutes(app, parts)
  reviewRoutes(app, parts)
  regencyRoutes(app, parts)
  operatorRoutes(app, parts)
}
