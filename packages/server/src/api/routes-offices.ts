import type { FastifyInstance } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { notFound } from '../errors/index.js'
import { officeCode } from '../place/index.js'
import { callerOn } from './caller.js'
import type { ApiParts } from './ports.js'
import * as schemas from './schemas/index.js'

const SCREEN = { access: { roles: ['agency', 'officer'] } } as const

/** Which offices there are, and what the screen in one asks. An office of another tenant is answered as one that does not exist. */
export function officeRoutes(instance: FastifyInstance, { storage, keyring, offices }: ApiParts): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>()
  app.get('/offices', { schema: schemas.ListOffices, config: SCREEN }, (request) => {
    const own = [...(offices?.get(callerOn(request).tenantId)?.values() ?? [])]
    return { offices: own.map(({ officeId, name, egress, code }) => ({ office: officeId, name, egress: egress !== undefined, code })) }
  })
  app.get('/offices/:office/code', { schema: schemas.ReadOfficeCode, config: SCREEN }, async (request) => {
    const { tenantId } = callerOn(request)
    const office = offices?.get(tenantId)?.get(request.params.office)
    if (office?.code !== true) throw notFound('office')
    // The storage's clock, by which the code will be compared.
    const now = await storage.snapshot(tenantId, (scope) => Promise.resolve(scope.now.getTime()))
    const { code, validUntil } = officeCode(keyring.secret('place'), tenantId, office.officeId, now)
    return { code, validUntil: new Date(validUntil).toISOString() }
  })
}
