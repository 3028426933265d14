import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { attendanceCsv, listAttendance, type AttendancePage, type AttendanceQuery } from '../attendance/index.js'
import { Fault, notFound } from '../errors/index.js'
import { noteAct } from '../storage/index.js'
import { dayAfter, isDay } from '../time/index.js'
import { callerOn } from './caller.js'
import type { ApiParts } from './ports.js'
import { reachable } from './routes-operator.js'
import * as schemas from './schemas/index.js'

const READERS = { access: { roles: ['agency', 'officer', 'regency'] } } as const
const PAGE = 500
/** A year and a day: what a yearly report asks for. */
const MOST_DAYS = 367

/** Arrival and departure per subject and day. An agency sees its own; the regency's officers any agency's, which is noted there. */
export function attendanceRoutes(instance: FastifyInstance, parts: ApiParts): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>()
  app.get('/attendance', { schema: schemas.ListAttendance, config: READERS }, async (request, reply) => {
    const { limit, format = 'json', tenantId, ...query } = request.query
    checkDays(query.from, query.to)
    const page = await pageOf(parts, request, tenantId, { ...query, limit: Number(limit ?? PAGE) })
    if (format === 'json') return { ...page, days: [...page.days] }
    return await reply.headers(csvHeaders(request.url, page)).send(attendanceCsv(page.days))
  })
}

async function pageOf(parts: ApiParts, request: FastifyRequest, tenantId: string | undefined, query: AttendanceQuery): Promise<AttendancePage> {
  const { storage } = parts
  const { tenantId: own, role, actor, keyId } = callerOn(request)
  if (tenantId === undefined || tenantId === own) return await storage.snapshot(own, (scope) => listAttendance(scope, query))
  if (role !== 'regency') throw notFound('tenant')
  return await storage.transact(await reachable(parts, request, tenantId), async (scope) => {
    const { from, to, subjectId } = query
    const whose = subjectId === undefined ? {} : { subjectId }
    await noteAct(scope, { actor: actor ?? keyId, action: 'attendance-exported', ...whose, details: { from, to, by: own } })
    return await listAttendance(scope, query)
  })
}

/** @throws Fault 400 where there is no such day */
export function checkDay(name: string, day: string): void {
  if (!isDay(day)) throw new Fault(400, 'invalid', `querystring.${name} must be a day of the calendar`)
}

function checkDays(from: string, to: string): void {
  checkDay('from', from)
  checkDay('to', to)
  if (to < from || to >= dayAfter(from, MOST_DAYS)) throw new Fault(400, 'invalid', `querystring.to must be 0 to ${MOST_DAYS - 1} days after from`)
}

/** RFC 8288: a page of CSV has no other place to say where the next one is. */
function csvHeaders(url: string, { next }: AttendancePage): Readonly<Record<string, string>> {
  const headers = { 'content-type': 'text/csv; charset=utf-8; header=present', 'content-disposition': 'attachment; filename="attendance.csv"' }
  if (next === undefined) return headers
  const [path = '', query = ''] = url.split('?')
  const search = new URLSearchParams(query)
  search.set('cursor', next)
  return { ...headers, link: `<${path}?${search.toString()}>; rel="next"` }
}
