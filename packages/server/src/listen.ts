import type { FastifyInstance } from 'fastify'
import type { Listen } from './environment.js'

/** Ports tried after the default one. */
const FURTHER_PORTS = 20

/**
 * Listens and returns the address to open. A default port that is taken gives way to the next free one.
 * @throws Error whose message tells what to do, when a port that was asked for is taken or none is free
 */
export async function listen(app: FastifyInstance, { host, port, fixed }: Listen): Promise<string> {
  const last = fixed ? port : port + FURTHER_PORTS
  for (let candidate = port; candidate <= last; candidate++) {
    try {
      return `${await app.listen({ host, port: candidate })}/`
    } catch (cause) {
      if (!isTaken(cause)) throw cause
    }
  }
  const what = fixed ? `Port ${port} of ${host} is taken` : `Ports ${port} to ${last} of ${host} are all taken`
  throw new Error(`${what}: set PORT to a free one (0 lets the system choose)`)
}

function isTaken(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE'
}
