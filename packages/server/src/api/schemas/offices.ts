import { Type } from '@fastify/type-provider-typebox'
import { answers, Instant, OfficeId, PathId, strict } from './common.js'

export const ListOffices = {
  summary: 'Offices of the agency, and what shows that somebody is there; their addresses are told to nobody',
  response: answers({
    200: strict({
      offices: Type.Array(
        strict({
          office: OfficeId,
          name: Type.String(),
          egress: Type.Boolean({ description: 'Whether its network has addresses of its own' }),
          code: Type.Boolean({ description: 'Whether a screen there shows the changing code' }),
        }),
      ),
    }),
  }),
}

export const ReadOfficeCode = {
  summary: 'The code that an office’s screen shows now; it changes every 30 seconds',
  params: strict({ office: PathId }),
  response: answers({ 200: strict({ code: Type.String({ pattern: '^\\d{6}$' }), validUntil: Instant }) }),
}
