import { timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { Fault } from '../errors/index.js'
import { keyOf } from './caller.js'
import type { Metrics } from './metrics.js'
import type { ApiParts } from './ports.js'
import * as schemas from './schemas/index.js'

const PUBLIC = { access: { roles: 'public' } } as const

/** Keys and description, under the version's prefix. */
export function publicRoutes(instance: FastifyInstance, parts: ApiParts): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>()
  app.get('/keys', { schema: schemas.ReadKeys, config: PUBLIC }, async (_request, reply) => {
    // Keys are published 24 hours before they sign, so an hour in a cache does no harm.
    return await reply.header('cache-control', 'public, max-age=3600').send({ keys: parts.signing().jwks.keys as { kid: string }[] })
  })
  app.get('/openapi.json', { schema: { hide: true }, config: PUBLIC }, async (_request, reply) => {
    return await reply.header('cache-control', 'public, max-age=300').send(instance.swagger())
  })
}

/** Health and metrics, for whoever runs the server. */
export function operationRoutes(instance: FastifyInstance, parts: ApiParts, metrics: Metrics): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>()
  app.get('/health', { schema: schemas.ReadHealth, config: PUBLIC }, async (_request, reply) => {
    const found = await checkHealth(parts)
    const works = Object.values(found).every((part) => part === 'ok')
    reply.header('cache-control', 'no-store')
    return works ? await reply.code(200).send({ status: 'ok', ...found }) : await reply.code(503).send({ status: 'failed', ...found })
  })
  app.get('/metrics', { schema: schemas.ReadMetrics, config: PUBLIC }, async (request, reply) => {
    if (!(await mayRead(parts, request))) throw new Fault(401, 'unauthorised', 'This needs the metrics’ token or an operator’s key')
    return await reply
      .header('cache-control', 'no-store')
      .type(metrics.contentType)
      .send(await metrics.text())
  })
}

async function checkHealth({ storage, health }: ApiParts) {
  const part = async (check: () => Promise<unknown>): Promise<'ok' | 'failed'> => {
    try {
      return (await check()) === false ? 'failed' : 'ok'
    } catch {
      return 'failed'
    }
  }
  // Any tenant's snapshot asks the database; whether there is such a tenant does not matter.
  const database = () => storage.snapshot('health', ({ transaction }) => transaction.rows('SELECT 1'))
  const [asked, models, verifier] = await Promise.all([part(database), part(health.models), part(health.verifier)])
  return { database: asked, models, verifier }
}

async function mayRead({ storage, metricsToken }: ApiParts, request: FastifyRequest): Promise<boolean> {
  const { authorization } = request.headers
  if (metricsToken !== undefined && isSame(authorization ?? '', `Bearer ${metricsToken}`)) return true
  return (await keyOf(authorization, storage))?.role === 'operator'
}

function isSame(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)]
  return left.length === right.length && timingSafeEqual(left, right)
}
