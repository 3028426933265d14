import type { FastifyRequest } from 'fastify'

/**
 * The origin that a request may come from: any whose host is the one that was asked. The demo is opened as localhost, as 127.0.0.1 and through tunnels that
 * speak https before it; an agency knows its own origin and says it.
 */
export function sameOrigin({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined {
  const { origin, host } = headers
  if (origin === undefined || host === undefined || !URL.canParse(origin)) return undefined
  const url = new URL(origin)
  return url.origin === origin && url.host === host.toLowerCase() ? origin : undefined
}
