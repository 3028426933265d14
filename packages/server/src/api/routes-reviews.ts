import type { FastifyInstance } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { acceptReview, listReviewPage, rejectReview } from '../reviews/index.js'
import { actorOn, callerOn, secondOn } from './caller.js'
import type { ApiParts } from './ports.js'
import { checkDay } from './routes-attendance.js'
import * as schemas from './schemas/index.js'

const READERS = { access: { roles: ['agency', 'officer'] } } as const
const OFFICER = { access: { roles: ['officer'], actor: true } } as const
const OFFICERS = { access: { roles: ['officer'], actor: true, second: true } } as const
const PAGE = 100

/** Check-ins that matched and that an officer decides on. */
export function reviewRoutes(instance: FastifyInstance, parts: ApiParts): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>()
  const { storage } = parts
  app.get('/reviews', { schema: schemas.ListReviews, config: READERS }, async (request) => {
    const { limit, ...query } = request.query
    if (query.from !== undefined) checkDay('from', query.from)
    if (query.to !== undefined) checkDay('to', query.to)
    const { tenantId, role } = callerOn(request)
    const asked = { ...query, limit: Number(limit ?? PAGE) }
    return await storage.snapshot(tenantId, (scope) => listReviewPage(scope, asked, role === 'officer'))
  })
  app.post('/reviews/:sid/accept', { schema: schemas.AcceptReview, config: OFFICERS }, async (request) => {
    const by = { ...request.body, actor: actorOn(request), ...secondOn(request) }
    return await acceptReview(parts, callerOn(request).tenantId, request.params.sid, by)
  })
  app.post('/reviews/:sid/reject', { schema: schemas.RejectReview, config: OFFICER }, async (request) => {
    const by = { ...request.body, actor: actorOn(request) }
    return await rejectReview(parts, callerOn(request).tenantId, request.params.sid, by)
  })
}
