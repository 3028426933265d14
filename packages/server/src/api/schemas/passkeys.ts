import { Type } from '@fastify/type-provider-typebox'
import { answers, choice, Instant, name, PathId, strict, TenantId } from './common.js'

const Actor = Type.Optional(name('Whose; an operator names them, others mean themselves'))
const Tenant = Type.Optional(TenantId)
const Base64Url = (maxLength: number) => Type.String({ pattern: '^[\\w-]+$', maxLength })
/** Options of WebAuthn, which the browser's `parse…OptionsFromJSON` takes. */
const Options = Type.Object({ challenge: Type.String() }, { additionalProperties: true })

export const PasskeyOptions = {
  summary: 'Begin a passkey: options for navigator.credentials.create, good once and for two minutes',
  body: strict({ actor: Actor, tenantId: Tenant }),
  response: answers({ 200: Options }),
}

export const AddPasskey = {
  summary: 'Register a passkey; beyond an officer’s first one it takes `x-lintas-assertion`, or an operator',
  body: strict({
    actor: Actor,
    tenantId: Tenant,
    response: Type.Object(
      {
        ...{ id: Base64Url(2_000), rawId: Base64Url(2_000), type: Type.Literal('public-key') },
        response: Type.Object(
          {
            ...{ clientDataJSON: Base64Url(8_000), attestationObject: Base64Url(20_000) },
            transports: Type.Optional(Type.Array(Type.String({ pattern: '^[\\w-]{1,40}$' }), { maxItems: 10 })),
          },
          { additionalProperties: true },
        ),
      },
      { additionalProperties: true, description: 'RegistrationResponseJSON of WebAuthn' },
    ),
  }),
  response: answers({ 201: strict({ credentialId: Type.String() }) }),
}

export const ListPasskeys = {
  summary: 'An officer’s passkeys',
  querystring: strict({ actor: Actor, tenantId: Tenant }),
  response: answers({
    200: strict({
      passkeys: Type.Array(
        strict({ credentialId: Type.String(), createdAt: Instant, createdBy: Type.String(), lastUsedAt: Type.Union([Type.Null(), Instant]) }),
      ),
    }),
  }),
}

export const RevokePasskey = {
  summary: 'End a passkey: a phone was lost',
  params: strict({ credentialId: PathId }),
  querystring: strict({ tenantId: Tenant }),
  response: answers({ 200: strict({ revoked: Type.Literal(true) }) }),
}

export const AssertionOptions = {
  summary: 'Begin to confirm an act: options for navigator.credentials.get, good once, for two minutes, and for this very act',
  body: strict({
    method: choice(['GET', 'POST', 'PUT', 'DELETE']),
    path: Type.String({ pattern: '^/[\\x21-\\x7e]{0,2000}$', description: 'Address of the act at this server, with its query' }),
    bodySha256: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of the very bytes of its body; of none, of nothing' }),
  }),
  response: answers({ 200: Options }),
}
