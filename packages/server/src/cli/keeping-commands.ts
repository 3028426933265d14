import { ErasuresError, parseTombstones, TOMBSTONES_SCHEMA } from '../erasures/index.js'
import { listTombstones, reapplyErasures, sweepAll, type Swept, type Tombstone } from '../storage/index.js'
import { openKeyring, rotateTemplates } from '../vault/index.js'
import { chosenTenants, readJson, required, UsageError, type Command, type ExitCode } from './ports.js'

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
  command.ports.out(JSON.stringify({ schema: TOMBSTONES_SCHEMA, tombstones }, undefined, 2))
  return 0
}

/** Does erasures again after a backup was restored, before the server serves. */
export async function reapplyErasuresCommand({ ports, storage, options }: Command): Promise<ExitCode> {
  const path = required(options, 'from')
  const { done, absent, held } = await reapplyErasures(storage, tombstonesIn(await readJson(ports, path), path))
  ports.out(`${done} erasures done again, ${absent} of subjects that are not here`)
  for (const { tenantId, subjectId } of held) ports.err(`${tenantId}: ${subjectId} is under a legal hold and was NOT erased`)
  return held.length === 0 ? 0 : 1
}

function tombstonesIn(value: unknown, path: string): readonly Tombstone[] {
  try {
    return parseTombstones(value)
  } catch (error) {
    throw error instanceof ErasuresError ? new UsageError(`${path} ${error.message}`) : error
  }
}
