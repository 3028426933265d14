import {
  ACTING_ROLES,
  actorId,
  createTenant,
  everyTenant,
  issueApiKey,
  linkOfficer,
  listApiKeys,
  revokeApiKey,
  type ApiKeyRole,
} from '../storage/index.js'
import { isTimeZone } from '../time/index.js'
import { oneTenant, required, UsageError, type Command, type ExitCode } from './ports.js'

const ROLES: readonly ApiKeyRole[] = ['agency', 'officer', 'regency', 'operator']
const TENANT_ID = /^[a-z0-9][a-z0-9-]{0,62}$/u

export async function tenantsAddCommand({ ports, storage, options }: Command): Promise<ExitCode> {
  const tenantId = required(options, 'tenant')
  if (!TENANT_ID.test(tenantId)) throw new UsageError('--tenant must have 1 to 63 lower-case letters, digits and "-", and begin with none of these')
  const kind = (['agency', 'regency'] as const).find((one) => one === (options['kind'] ?? 'agency'))
  if (kind === undefined) throw new UsageError('--kind must be agency or regency')
  const timeZone = options['time-zone'] ?? 'Asia/Jakarta'
  if (!isTimeZone(timeZone)) throw new UsageError('--time-zone must be one of the IANA list, such as Asia/Jakarta')
  const made = await storage.transact(tenantId, (scope) => createTenant(scope, { kind, name: required(options, 'name'), timeZone }))
  if (made === undefined) throw new UsageError(`there is a tenant ${tenantId} already`)
  ports.out(`${kind} ${tenantId} is made`)
  return 0
}

export async function tenantsListCommand({ ports, storage }: Command): Promise<ExitCode> {
  for (const { tenantId, kind, name, timeZone } of await everyTenant(storage)) ports.out([tenantId, kind, timeZone, name].join('\t'))
  return 0
}

/** The one time that a token is shown. */
export async function keysIssueCommand(command: Command): Promise<ExitCode> {
  const { ports, storage, options } = command
  const role = ROLES.find((one) => one === required(options, 'role'))
  if (role === undefined) throw new UsageError(`--role must be one of ${ROLES.join(', ')}`)
  const label = required(options, 'label')
  const actor = options['actor']
  const acting = ACTING_ROLES.includes(role)
  if (acting && actorId(actor ?? '') === undefined)
    throw new UsageError(`--actor must say whose key of the role ${role} it is, in 1 to 200 characters`)
  if (!acting && actor !== undefined) throw new UsageError('--actor: an agency’s key is nobody’s in particular')
  const tenantId = await oneTenant(command)
  const { key, token } = await storage.transact(tenantId, (scope) => issueApiKey(scope, role, label, actor))
  ports.err(`Key ${key.keyId} of ${tenantId}. The token is shown now and never again:`)
  ports.out(token)
  return 0
}

export async function keysRevokeCommand(command: Command): Promise<ExitCode> {
  const keyId = required(command.options, 'key')
  const tenantId = await oneTenant(command)
  const revoked = await command.storage.transact(tenantId, (scope) => revokeApiKey(scope, keyId))
  command.ports.out(revoked ? `${keyId} is revoked` : `${tenantId} has no key ${keyId} that stands`)
  return revoked ? 0 : 1
}

export async function keysListCommand(command: Command): Promise<ExitCode> {
  const keys = await command.storage.snapshot(await oneTenant(command), listApiKeys)
  for (const { keyId, role, label, actor, createdAt, lastUsedAt, revokedAt } of keys) {
    const state = revokedAt === null ? 'stands' : `revoked ${revokedAt.toISOString()}`
    command.ports.out([keyId, role, state, createdAt.toISOString(), lastUsedAt?.toISOString() ?? 'never used', label, actor ?? ''].join('\t'))
  }
  return 0
}

/** Says which person or subject an officer is; what is left out is not known any more. */
export async function officersLinkCommand(command: Command): Promise<ExitCode> {
  const { options, storage, ports } = command
  const actor = actorId(required(options, 'actor'))
  if (actor === undefined) throw new UsageError('--actor must be an officer’s actor id')
  const tenantId = await oneTenant(command)
  const link = { actor, personId: options['person'] ?? null, subjectId: options['subject'] ?? null, linkedBy: 'system' }
  if ((await storage.transact(tenantId, (scope) => linkOfficer(scope, link))) === undefined) throw new UsageError(`${tenantId} has no such subject`)
  ports.out(`${actor} of ${tenantId} is linked`)
  return 0
}
