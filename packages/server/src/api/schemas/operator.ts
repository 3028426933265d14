import { Type } from '@fastify/type-provider-typebox'
import { answers, choice, Instant, Jws, name, PathId, strict, SubjectId, TenantId } from './common.js'

const Tenant = strict({
  tenantId: TenantId,
  kind: choice(['agency', 'regency']),
  name: Type.String(),
  timeZone: Type.String(),
  createdAt: Instant,
})
const Role = choice(['agency', 'officer', 'regency', 'operator'])
const Key = strict({
  keyId: Type.String(),
  role: Role,
  label: Type.String(),
  actor: Type.Union([Type.Null(), Type.String()], { description: 'Whose it is; null: an agency’s' }),
  createdAt: Instant,
  revokedAt: Type.Union([Type.Null(), Instant]),
  lastUsedAt: Type.Union([Type.Null(), Instant]),
})
const tenant = strict({ tenantId: PathId })
const Nullable = Type.Union([Type.Null(), Type.String()])

export const ListTenants = { summary: 'Every tenant', response: answers({ 200: strict({ tenants: Type.Array(Tenant) }) }) }

export const CreateTenant = {
  summary: 'A new agency',
  body: strict({
    tenantId: TenantId,
    name: name('Its name'),
    timeZone: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'IANA; default Asia/Jakarta' })),
  }),
  response: answers({ 201: Tenant }),
}

export const ListKeys = { summary: 'API keys of a tenant', params: tenant, response: answers({ 200: strict({ keys: Type.Array(Key) }) }) }

export const IssueKey = {
  summary: 'A new API key; the token is shown here and never again',
  params: tenant,
  body: strict({
    role: Role,
    label: name('What it is for'),
    actor: Type.Optional(name('Whose it is; needed for officer, regency and operator, and for them alone')),
  }),
  response: answers({ 201: strict({ key: Key, token: Type.String() }) }),
}

export const LinkOfficer = {
  summary: 'Say which person or subject an officer is, so that nobody acts for themself under another id',
  params: strict({ tenantId: PathId, actor: PathId }),
  body: strict({ personId: Type.Union([Type.Null(), name('A person of the regency')]), subjectId: Type.Union([Type.Null(), SubjectId]) }),
  response: answers({ 200: strict({ actor: Type.String(), personId: Nullable, subjectId: Nullable }) }),
}

export const RevokeKey = {
  summary: 'End an API key',
  params: strict({ tenantId: PathId, keyId: PathId }),
  response: answers({ 200: strict({ revoked: Type.Literal(true) }) }),
}

export const ReadHead = {
  summary: 'The signed head of the ledger, for others to keep: an agency its own, an operator any',
  querystring: strict({ tenantId: Type.Optional(TenantId) }),
  response: answers({ 200: strict({ tenantId: TenantId, seq: Type.Integer(), rowSha256: Type.String(), head: Jws }) }),
}

export const ReadKeys = {
  summary: 'The server’s public keys (JWKS)',
  response: answers({ 200: strict({ keys: Type.Array(Type.Object({ kid: Type.String() }, { additionalProperties: true })) }) }),
}

const Part = choice(['ok', 'failed'])

export const ReadHealth = {
  summary: 'Whether the server can work',
  response: answers({
    200: strict({ status: Type.Literal('ok'), database: Part, models: Part, verifier: Part }),
    503: strict({ status: Type.Literal('failed'), database: Part, models: Part, verifier: Part }),
  }),
}

export const ReadMetrics = { summary: 'Metrics in the text format of Prometheus', response: answers({ 200: Type.String() }) }
