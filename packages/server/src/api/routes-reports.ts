import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { notFound } from '../errors/index.js'
import { officerReport, officersCsv, pairsCsv, type OfficerReport } from '../officers/index.js'
import { findSubject, findTenant, listTenants, officerActsOn, type StoredRecord } from '../storage/index.js'
import { callerOn } from './caller.js'
import type { ApiParts } from './ports.js'
import { reachable } from './routes-operator.js'
import * as schemas from './schemas/index.js'

const READERS = { access: { roles: ['agency', 'regency', 'operator'] } } as const
const AGENCY = { access: { roles: ['agency'] } } as const
const PAGE = 100

/** What officers did: for the inspectorate, by officer and pair; for the agency, by subject, so that it can tell them. */
export function reportRoutes(instance: FastifyInstance, parts: ApiParts): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>()
  const { storage } = parts
  app.get('/reports/officers', { schema: schemas.ReportOfficers, config: READERS }, async (request, reply) => {
    const { month, tenantId, format = 'json', part = 'officers' } = request.query
    const reports: OfficerReport[] = []
    for (const id of await reported(parts, request, tenantId)) {
      const report = await storage.snapshot(id, (scope) => officerReport(scope, month))
      if (report !== undefined) reports.push(report)
    }
    if (format === 'json') return { month, reports: reports.map(told) }
    const disposition = `attachment; filename="${part}-${month}.csv"`
    reply.headers({ 'content-type': 'text/csv; charset=utf-8; header=present', 'content-disposition': disposition })
    return await reply.send(part === 'officers' ? officersCsv(reports) : pairsCsv(reports))
  })
  app.get('/subjects/:subjectId/officer-acts', { schema: schemas.ListOfficerActs, config: AGENCY }, async (request) => {
    const { subjectId } = request.params
    const page = { limit: Number(request.query.limit ?? PAGE), after: Number(request.query.after ?? 0) }
    const found = await storage.snapshot(callerOn(request).tenantId, async (scope) => {
      if ((await findSubject(scope, subjectId)) === undefined) throw notFound('subject')
      return await officerActsOn(scope, subjectId, page)
    })
    const last = found.length === page.limit ? found.at(-1)?.seq : undefined
    return { acts: found.flatMap(actOf), ...(last === undefined ? {} : { next: last }) }
  })
}

/** Tenants whose reports the caller may read: all, from the regency; its own, from elsewhere. @throws Fault 404 */
async function reported(parts: ApiParts, request: FastifyRequest, tenantId: string | undefined): Promise<readonly string[]> {
  const { tenantId: own, role } = callerOn(request)
  if (role === 'agency') {
    if (tenantId !== undefined && tenantId !== own) throw notFound('tenant')
    return [own]
  }
  if (tenantId !== undefined) return [await reachable(parts, request, tenantId)]
  return await parts.storage.snapshot(own, async (scope) => {
    const isRegency = (await findTenant(scope))?.kind === 'regency'
    return isRegency ? (await listTenants(scope)).map((tenant) => tenant.tenantId) : [own]
  })
}

const told = ({ tenantId, timeZone, officers, pairs, reviewsWaiting }: OfficerReport) => ({
  ...{ tenantId, timeZone, officers: [...officers], reviewsWaiting },
  pairs: pairs.map((pair) => ({ ...pair, officers: [...pair.officers] })),
})

/** What the subject is to be told of an attestation, an acceptance or a correction. */
function actOf({ seq, record }: StoredRecord): readonly schemas.OfficerAct[] {
  if (record.kind === 'correction') {
    const { corrects, reason, authors, instead, occurredAt } = record
    return [{ kind: 'correction', seq, at: occurredAt, officers: [...authors], reason, corrects, instead }]
  }
  if (record.kind !== 'attendance') return []
  const { occurredAt, direction, assurance, acceptedAt, authors = [] } = record
  if (acceptedAt !== undefined) {
    const why = record.reason === undefined ? {} : { reason: record.reason }
    return [{ kind: 'acceptance', seq, at: acceptedAt, officers: [...authors], ...why, occurredAt, direction, assurance }]
  }
  const { reason = '', attestedAt = occurredAt } = record
  return [{ kind: 'attestation', seq, at: attestedAt, officers: [...authors], reason, occurredAt, direction }]
}
