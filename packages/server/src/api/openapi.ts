import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'

/** Describes every route that is registered on `app` after this, as OpenAPI 3.1. */
export async function describeRoutes(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'LINTAS server', version: '1', description: 'Check-ins that a server verifies. Faults are problem+json with a stable code.' },
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'lintas1.<tenant>.<secret>' } } },
    },
    hideUntagged: false,
    transform: ({ schema, url, route }) => {
      const access = route.config?.access
      const roles = access === undefined || access.roles === 'public' ? [] : access.roles
      const described = { ...schema, ...(roles.length === 0 ? {} : { security: [{ key: [] }], description: `Roles: ${roles.join(', ')}` }) }
      return { schema: described, url }
    },
  })
}
