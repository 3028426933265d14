import { Type } from '@fastify/type-provider-typebox'
import { answers, Instant, PathId, strict } from './common.js'

export const ReadOfficeCode = {
  summary: 'The code that an office’s screen shows now; it changes every 30 seconds',
  params: strict({ office: PathId }),
  response: answers({ 200: strict({ code: Type.String({ pattern: '^\\d{6}$' }), validUntil: Instant }) }),
}
