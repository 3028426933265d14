import { STATUS_CODES } from 'node:http'
import type { FastifyReply } from 'fastify'

/** A fault as RFC 9457 writes it. */
export interface Problem {
  readonly type: 'about:blank'
  /** The status in words. */
  readonly title: string
  readonly status: number
  /** Stable, machine-readable. */
  readonly code: string
  readonly detail: string
}

/** Answers with `application/problem+json`. */
export function sendProblem(reply: FastifyReply, status: number, code: string, detail: string): FastifyReply {
  const problem: Problem = { type: 'about:blank', title: STATUS_CODES[status] ?? 'Unknown', status, code, detail }
  return reply.code(status).header('cache-control', 'no-store').type('application/problem+json').send(problem)
}
