import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import { lintasDemo, type DemoOptions } from './demo.js'

/** A Fastify instance that serves the demo; the caller listens and closes. */
export function createApp(options: DemoOptions, server: FastifyServerOptions = {}): FastifyInstance {
  const app = Fastify({ forceCloseConnections: 'idle', ...server })
  app.register(lintasDemo, options)
  return app
}
