import { join } from 'node:path'
import type { FastifyInstance, FastifyRequest, FastifyServerOptions } from 'fastify'
import { OFFICERS, openDemoAgency, sameOrigin, type LintasClient } from './agency/index.js'
import { createApp } from './app.js'
import type { ServerConfig } from './config/index.js'
import type { DemoOptions } from './demo.js'
import { lintasRelay } from './relay/index.js'
import { createLintasServer, type LintasServer, type ServerOptions } from './server.js'
import { createTenant, findTenant, issueApiKey, listApiKeys, revokeApiKey, type Storage } from './storage/index.js'

/** Options of {@link openDemoServer}. */
export interface DemoServerOptions extends DemoOptions {
  readonly config: ServerConfig
  /** Where the demo agency keeps its own list of employees. */
  readonly folder: string
  /** For tests: what takes the place of parts of the LINTAS server. */
  readonly lintas?: ServerOptions
  readonly fastify?: FastifyServerOptions
}

/** The demo in one process. */
export interface DemoServer {
  /** What listens: pages, the agency behind them, its relay. */
  readonly app: FastifyInstance
  /** The LINTAS server, which does not listen: the agency reaches it in the process, and nobody else does. */
  readonly lintas: LintasServer
  /** Ends everything, requests first. */
  close(): Promise<void>
}

const TENANT = 'demo'
const ZONE = 'Asia/Jakarta'
const LABEL = 'demo agency'

/**
 * An agency with its pages and its relay, and a LINTAS server behind it. What was made without a network and arrives on its day is admitted here: in a
 * demo there would be nobody to ask.
 * @throws StorageError `storage-locked` where another demo runs on the same folder; VaultError
 */
export async function openDemoServer(options: DemoServerOptions): Promise<DemoServer> {
  const lintas = await createLintasServer(options.config, { log: 'warn', policy: { deferred: 'admit' }, ...options.lintas })
  const close = async (app?: FastifyInstance): Promise<void> => {
    await app?.close()
    await lintas.close()
  }
  try {
    const app = await agencyApp(lintas, options)
    return { app, lintas, close: () => close(app) }
  } catch (cause) {
    await close()
    throw cause
  }
}

async function agencyApp({ app: server, storage }: LintasServer, options: DemoServerOptions): Promise<FastifyInstance> {
  const { config, folder, pages, assets, fastify } = options
  const keys = await issueKeys(storage)
  const trust = { issuer: config.issuer, audience: TENANT }
  const agency = await openDemoAgency({ client: inProcess(server, keys), trust, folder: join(folder, 'agency'), timeZone: ZONE })
  const app = createApp({ pages, assets }, fastify)
  app.register(agency.plugin, { prefix: '/demo' })
  app.register(lintasRelay, {
    ...{ prefix: '/lintas-api', server, apiKey: keys.agency, origin: sameOrigin, purposes: ['check-in', 'enrolment'] as const },
    subjectOf: (request: FastifyRequest) => agency.subjectOn(request),
  })
  return app
}

interface Keys {
  readonly agency: string
  /** By actor id. */
  readonly officers: ReadonlyMap<string, string>
}

/** Two machines in reality, with the agency's network between them. */
function inProcess(server: FastifyInstance, { agency, officers }: Keys): LintasClient {
  return async ({ method, path, as, actor = OFFICERS[0], second, body }) => {
    const key = as === 'agency' ? agency : officers.get(actor)
    const other = second === undefined ? undefined : officers.get(second)
    const headers = { authorization: `Bearer ${key ?? ''}`, ...(other === undefined ? {} : { 'x-lintas-second': other }) }
    const {
      statusCode,
      payload,
      rawPayload,
      headers: told,
    } = await server.inject({ method, url: path, headers, ...(body === undefined ? {} : { payload: body }) })
    if (told['content-type'] === 'image/jpeg') return { status: statusCode, body: undefined, jpeg: new Uint8Array(rawPayload) }
    return { status: statusCode, body: parsed(payload) }
  }
}

function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload) as unknown
  } catch {
    return undefined
  }
}

/** The tenant at the first start, and new keys at each: they are in memory alone, and those of the last start end. */
async function issueKeys(storage: Storage): Promise<Keys> {
  return await storage.transact(TENANT, async (scope) => {
    if ((await findTenant(scope)) === undefined) await createTenant(scope, { kind: 'agency', name: 'Demo', timeZone: ZONE })
    for (const { keyId, label, revokedAt } of await listApiKeys(scope)) if (label === LABEL && revokedAt === null) await revokeApiKey(scope, keyId)
    const agency = await issueApiKey(scope, 'agency', LABEL)
    const officers = new Map<string, string>()
    for (const actor of OFFICERS) officers.set(actor, (await issueApiKey(scope, 'officer', LABEL, actor)).token)
    return { agency: agency.token, officers }
  })
}
