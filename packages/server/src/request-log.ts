import { LogController, type FastifyInstance, type FastifyServerOptions } from 'fastify'

/** An error in the log. */
export interface LoggedError {
  readonly type: string
  /** Always empty: messages of a database quote what was asked, subjects among it. */
  readonly message: ''
  readonly stack: string
  readonly code?: string
  readonly cause?: LoggedError
  readonly [further: string]: unknown
}

/** What is logged of an error: its kind, its code and where it was thrown. */
export function loggedError(error: unknown): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: '', stack: '' }
  const { code } = error as { readonly code?: unknown }
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /u.test(line))
  return {
    ...{ type: error.name, message: '', stack: frames.slice(0, 12).join('\n') },
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.cause === undefined ? {} : { cause: loggedError(error.cause) }),
  }
}

/** A logger that knows no bodies, no headers and no addresses with ids in them. */
export function loggerOptions(level: 'info' | 'warn' | 'error' | false): Pick<FastifyServerOptions, 'logger' | 'logController'> {
  const serializers = { err: loggedError, req: () => ({}), res: () => ({}) }
  const logController = new LogController({ disableRequestLogging: true })
  return { logController, logger: level === false ? false : { level, serializers } }
}

/** One line for each request: which route, never which subject, session or key. */
export function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none'
    request.log.info({ route, method: request.method, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'answered')
    done()
  })
}
