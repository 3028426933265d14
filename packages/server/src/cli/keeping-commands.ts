import { listTombstones, reapplyErasures, sweepAll, type Swept, type Tombstone } from '../storage/index.js'
import { openKeyring, rotateTemplates } from '../vault/index.js'
import { chosenTenants, readJson, required, UsageError, type Command, type ExitCode } from './ports.js'

const SCHEMA = 'lintas-tombstones/1'

/** Puts everything under the current key, tenant by tenant. */
export async function rotateKeysCommand(command: Command): Promise<ExitCode> {
  const { ports, config, storage } = command
  const keyring = await openKeyring(config.keys)
  let failed = 0
  for (const tenantId of await chosenTenants(command)) {
    const rotation = await rotateTemplates(storage, tenantId, keyring)
    ports.out(`${tenantId}: ${rotation.resealed} resealed, ${rotation.passed} changed meanwhile, ${rotation.failed.length} failed`)
    for (const { kind, id } of rotation.failed) ports.err(`${tenantId}: ${kind} ${id} does not open with any key of the ring`)
    failed += rotation.failed.length
  }
  ports.out(failed === 0 ? `Everything is under ${keyring.current}: other keys may go.` : 'Keep the old keys until nothing fails.')
  return failed === 0 ? 0 : 1
}

/** Removes what has been kept long enough. */
export async function sweepCommand(command: Command): Promise<ExitCode> {
  const { ports, config, storage } = command
  for (const tenantId of await chosenTenants(command)) {
    const swept: Swept = await storage.transact(tenantId, (scope) => sweepAll(scope, config.retention))
    const told = Object.entries(swept).map(([what, count]) => `${what} ${String(count)}`)
    ports.out(`${tenantId}: ${told.join(', ')}`)
  }
  return 0
}

/** Erasures of all tenants, to be kept apart from the backups. */
export async function exportTombstonesCommand(command: Command): Promise<ExitCode> {
  const tombstones: Tombstone[] = []
  for (const tenantId of await chosenTenants(command)) tombstones.push(...(await command.storage.snapshot(tenantId, listTombstones)))
  command.ports.out(JSON.stringify({ schema: SCHEMA, tombstones }, undefined, 2))
  return 0
}

/** Does erasures again after a backup was restored, before the server serves. */
export async function reapplyErasuresCommand({ ports, storage, options }: Command): Promise<ExitCode> {
  const path = required(options, 'from')
  const { done, absent, held } = await reapplyErasures(storage, readTombstones(await readJson(ports, path), path))
  ports.out(`${done} erasures done again, ${absent} of subjects that are not here`)
  for (const { tenantId, subjectId } of held) ports.err(`${tenantId}: ${subjectId} is under a legal hold and was NOT erased`)
  return held.length === 0 ? 0 : 1
}

function readTombstones(value: unknown, path: string): readonly Tombstone[] {
  const { schema, tombstones } = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
  if (schema !== SCHEMA || !Array.isArray(tombstones)) throw new UsageError(`${path} is not what export-tombstones writes`)
  return tombstones.map((one: unknown, index) => {
    const { tenantId, subjectId, part, erasedAt, reason, erasedBy } = (one ?? {}) as Readonly<Record<keyof Tombstone, unknown>>
    const texts = [tenantId, subjectId, erasedAt, reason, erasedBy].every((text) => typeof text === 'string' && text !== '')
    const known = (['biometrics', 'subject', 'attendance'] as const).find((name) => name === part)
    const at = new Date(String(erasedAt))
    if (!texts || known === undefined || Number.isNaN(at.getTime()))
      throw new UsageError(`${path}: tombstone ${index + 1} is unsound; nothing was erased`)
    return { tenantId: String(tenantId), subjectId: String(subjectId), part: known, erasedAt: at, reason: String(reason), erasedBy: String(erasedBy) }
  })
}
