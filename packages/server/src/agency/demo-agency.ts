import type { FastifyInstance, FastifyRequest } from 'fastify'
import { employeeRoutes } from './employee-routes.js'
import { guardAgency } from './guard.js'
import { createLintas } from './lintas.js'
import type { LintasClient } from './lintas-client.js'
import { officerRoutes } from './officer-routes.js'
import type { AgencyParts } from './parts.js'
import { createReceipts, type Trust } from './receipt.js'
import { EMPLOYEES, openRegister } from './register.js'
import { createSessionCookies } from './session-cookie.js'

/** Options of {@link openDemoAgency}. */
export interface DemoAgencyOptions {
  readonly client: LintasClient
  readonly trust: Trust
  /** Where it keeps which subject each employee is. */
  readonly folder: string
  /** IANA; default `Asia/Jakarta`. */
  readonly timeZone?: string
}

/** An agency for the demo: logins that ask for no password, an officer, and a backend that believes the server alone. */
export interface DemoAgency {
  /** Its routes, as a Fastify plugin; the caller gives the prefix `/demo`. */
  readonly plugin: (app: FastifyInstance) => Promise<void>
  /** Whom a request is from, for the relay; undefined for nobody. */
  readonly subjectOn: (request: Pick<FastifyRequest, 'headers'>) => Promise<string | undefined>
}

/** @throws Error where its register cannot be read */
export async function openDemoAgency({ client, trust, folder, timeZone = 'Asia/Jakarta' }: DemoAgencyOptions): Promise<DemoAgency> {
  const lintas = createLintas(client)
  const register = await openRegister(folder)
  const cookies = createSessionCookies()
  const subjectOf = (employee: string): Promise<string> => register.subjectOf(employee, () => lintas.createSubject())
  const parts: AgencyParts = { lintas, receipts: createReceipts(lintas, trust), register, cookies, timeZone, subjectOf }
  return {
    plugin: (app) => {
      guardAgency(app)
      employeeRoutes(app, parts)
      officerRoutes(app, parts)
      return Promise.resolve()
    },
    subjectOn: async ({ headers }) => {
      const employee = cookies.read('employee', headers.cookie)
      return employee !== undefined && EMPLOYEES.includes(employee) ? await subjectOf(employee) : undefined
    },
  }
}
