import type { FastifyInstance } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { Fault, notFound } from '../errors/index.js'
import { listKiosks, markKiosk, unmarkKiosk, type KioskRefusal } from '../storage/index.js'
import { actorOn, callerOn } from './caller.js'
import type { ApiParts } from './ports.js'
import * as schemas from './schemas/index.js'

const READER = { access: { roles: ['officer'] } } as const
const OFFICER = { access: { roles: ['officer'], actor: true } } as const

/** Which devices show a place by their keys: an officer's act each, like binding. */
export function kioskRoutes(instance: FastifyInstance, { storage }: ApiParts): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>()
  app.get('/devices/kiosks', { schema: schemas.ListKiosks, config: READER }, async (request) => {
    const found = await storage.snapshot(callerOn(request).tenantId, listKiosks)
    const kiosks = found.map(({ thumbprint, state, uses, boundAt, boundBy, createdAt }) => {
      return { thumbprint, state, uses, markedAt: (boundAt ?? createdAt).toISOString(), markedBy: boundBy ?? '' }
    })
    return { kiosks }
  })
  app.post('/devices/:thumbprint/kiosk', { schema: schemas.MarkKiosk, config: OFFICER }, async (request) => {
    const [{ thumbprint }, actor] = [request.params, actorOn(request)]
    const result = await storage.transact(callerOn(request).tenantId, (scope) => markKiosk(scope, thumbprint, actor))
    if ('refused' in result) throw refusedDevice(result.refused)
    return { thumbprint, kiosk: true }
  })
  app.delete('/devices/:thumbprint/kiosk', { schema: schemas.UnmarkKiosk, config: OFFICER }, async (request) => {
    const [{ thumbprint }, actor] = [request.params, actorOn(request)]
    const result = await storage.transact(callerOn(request).tenantId, (scope) => unmarkKiosk(scope, thumbprint, actor))
    if ('refused' in result) throw refusedDevice(result.refused)
    return { thumbprint, kiosk: false }
  })
}

/** What is told of a device that nobody vouches for, or that is not what it would have to be. */
export function refusedDevice(refused: KioskRefusal): Fault {
  if (refused === 'not-found') return notFound('device')
  if (refused === 'own-device') return new Fault(403, 'device-own', 'Nobody vouches for a device of their own')
  if (refused === 'not-kiosk') return new Fault(409, 'device-not-kiosk', 'This device is no kiosk')
  return new Fault(409, 'device-revoked', 'This device’s use has ended')
}
