import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Fault } from '../errors/index.js'
import { localDay } from '../time/index.js'
import type { AgencyParts } from './parts.js'
import { EMPLOYEES } from './register.js'

const body = (properties: Readonly<Record<string, object>>): object => ({
  body: { type: 'object', required: Object.keys(properties), additionalProperties: false, properties },
})

/** Who is logged in as an employee. @throws Fault 401 */
export function employeeOn({ cookies }: AgencyParts, request: FastifyRequest): string {
  const employee = cookies.read('employee', request.headers.cookie)
  if (employee === undefined || !EMPLOYEES.includes(employee)) throw new Fault(401, 'login', 'Nobody is logged in')
  return employee
}

/** What an employee's own page asks for. */
export function employeeRoutes(app: FastifyInstance, parts: AgencyParts): void {
  const { cookies, lintas } = parts
  app.get('/me', async (request) => {
    const employee = cookies.read('employee', request.headers.cookie)
    if (employee === undefined || !EMPLOYEES.includes(employee)) return { employees: EMPLOYEES }
    return { employees: EMPLOYEES, employee, ...(await lintas.held(await parts.subjectOf(employee))) }
  })
  app.post<{ Body: { employee: string } }>('/login', { schema: body({ employee: { enum: EMPLOYEES } }) }, async (request, reply) => {
    const { employee } = request.body
    await parts.subjectOf(employee)
    return await reply.code(204).header('set-cookie', cookies.write('employee', employee)).send()
  })
  app.post('/logout', async (_request, reply) => await reply.code(204).header('set-cookie', cookies.clear('employee')).send())
  const consent = body({ version: { type: 'string', minLength: 1, maxLength: 40 }, text: { type: 'string', minLength: 1, maxLength: 20_000 } })
  app.post<{ Body: { version: string; text: string } }>('/consent', { schema: consent }, async (request, reply) => {
    const { version, text } = request.body
    await lintas.consent(await parts.subjectOf(employeeOn(parts, request)), version, text)
    return await reply.code(204).send()
  })
  app.delete('/face', async (request, reply) => {
    await lintas.withdraw(await parts.subjectOf(employeeOn(parts, request)))
    return await reply.code(204).send()
  })
  receiptRoutes(app, parts)
}

function receiptRoutes(app: FastifyInstance, parts: AgencyParts): void {
  const { lintas, receipts, register, timeZone } = parts
  app.get<{ Params: { purpose: 'check-in' | 'enrolment'; sid: string } }>(
    '/receipts/:purpose/:sid',
    { schema: { params: { type: 'object', properties: { purpose: { enum: ['check-in', 'enrolment'] }, sid: { type: 'string' } } } } },
    async (request) => {
      const { purpose, sid } = request.params
      return { claims: await receipts.verified(sid, await parts.subjectOf(employeeOn(parts, request)), purpose) }
    },
  )
  // The whole agency's day: a real one shows it to whoever may see it.
  app.get('/attendance', async (request) => {
    employeeOn(parts, request)
    const day = localDay(timeZone, new Date())
    const rows = await lintas.attendance(day)
    return { day, timeZone, rows: rows.map(({ subjectId, ...row }) => ({ employee: register.employeeOf(subjectId) ?? subjectId, ...row })) }
  })
}
