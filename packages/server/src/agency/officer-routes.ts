import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Fault } from '../errors/index.js'
import type { AgencyParts } from './parts.js'
import { EMPLOYEES } from './register.js'

/** The demo's officers, each with a key of their own. In a real agency none of them is the employee at the screen, and each holds their key. */
export const OFFICERS = ['petugas-demo-1', 'petugas-demo-2'] as const
const [OFFICER, SECOND] = OFFICERS

/** What the officer's page asks for. */
export function officerRoutes(app: FastifyInstance, parts: AgencyParts): void {
  const { cookies, lintas, register } = parts
  app.get('/officer', (request, reply) => reply.send({ officer: cookies.read('officer', request.headers.cookie) === OFFICER }))
  app.post('/officer/login', async (_request, reply) => await reply.code(204).header('set-cookie', cookies.write('officer', OFFICER)).send())
  app.post('/officer/logout', async (_request, reply) => await reply.code(204).header('set-cookie', cookies.clear('officer')).send())
  app.get('/officer/waiting', async (request) => {
    checkOfficer(parts, request)
    const waiting = await lintas.waiting()
    return {
      enrolments: waiting.map(({ subjectId, enrolmentId, createdAt, possibleDuplicate, incomplete }) => ({
        ...{ enrolmentId, createdAt, possibleDuplicate, incomplete },
        employee: register.employeeOf(subjectId) ?? subjectId,
      })),
      devices: await provisionalDevices(parts),
      reviews: (await lintas.reviews()).map(({ subjectId, sid, at, notBefore, direction, flags }) => ({
        ...{ sid, at, ...(notBefore === undefined ? {} : { notBefore }), direction, flags },
        employee: register.employeeOf(subjectId) ?? subjectId,
      })),
    }
  })
  // Only when the officer asks for it: each time is noted at the server. Guarded as all routes here, so that no cache keeps it.
  app.get<{ Params: { id: string } }>('/officer/enrolments/:id/portrait', async (request, reply) => {
    const jpeg = await lintas.portrait(request.params.id, checkOfficer(parts, request))
    return await reply.type('image/jpeg').send(Buffer.from(jpeg))
  })
  app.post<{ Params: { id: string }; Body: { second: boolean } }>('/officer/enrolments/:id/approve', { schema: APPROVAL }, async (request, reply) => {
    const actor = checkOfficer(parts, request)
    await lintas.approve(request.params.id, actor, request.body.second ? SECOND : undefined)
    return await reply.code(204).send()
  })
  app.post<{ Params: { id: string } }>('/officer/enrolments/:id/reject', async (request, reply) => {
    await lintas.reject(request.params.id, checkOfficer(parts, request), 'demo')
    return await reply.code(204).send()
  })
  app.post<{ Params: { thumbprint: string } }>('/officer/devices/:thumbprint/bind', async (request, reply) => {
    await lintas.bind(request.params.thumbprint, checkOfficer(parts, request))
    return await reply.code(204).send()
  })
  reviewRoutes(app, parts)
}

/** Check-ins that matched and that an officer decides on. */
function reviewRoutes(app: FastifyInstance, parts: AgencyParts): void {
  const { lintas } = parts
  app.post<{ Params: { sid: string }; Body: { second: boolean } }>('/officer/reviews/:sid/accept', { schema: APPROVAL }, async (request, reply) => {
    await lintas.acceptReview(request.params.sid, checkOfficer(parts, request), request.body.second ? SECOND : undefined)
    return await reply.code(204).send()
  })
  app.post<{ Params: { sid: string } }>('/officer/reviews/:sid/reject', async (request, reply) => {
    await lintas.rejectReview(request.params.sid, checkOfficer(parts, request), 'demo')
    return await reply.code(204).send()
  })
}

const APPROVAL = { body: { type: 'object', required: ['second'], additionalProperties: false, properties: { second: { type: 'boolean' } } } }

/** @throws Fault 401 */
function checkOfficer({ cookies }: AgencyParts, request: FastifyRequest): string {
  if (cookies.read('officer', request.headers.cookie) !== OFFICER) throw new Fault(401, 'login', 'No officer is logged in')
  return OFFICER
}

async function provisionalDevices({ lintas, register }: AgencyParts): Promise<readonly object[]> {
  const found: object[] = []
  for (const employee of EMPLOYEES) {
    const subjectId = register.known(employee)
    if (subjectId === undefined) continue
    for (const device of await lintas.provisional(subjectId)) found.push({ employee, ...device })
  }
  return found
}
