import { release } from '../appeals/index.js'
import { ErasuresError, parseTombstones, releasesOf, TOMBSTONES_SCHEMA } from '../erasures/index.js'
import { Fault } from '../errors/index.js'
import { actorId, listTombstones, reapplyErasures, sweepAll, type Swept, type Tombstone } from '../storage/index.js'
import { openKeyring, rotateTemplates } from '../vault/index.js'
import { chosenTenants, oneTenant, readJson, required, UsageError, type Command, type ExitCode } from './ports.js'

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
  for (const one of held) {
    ports.err(`${one.tenantId}: ${one.subjectId} is under a legal hold and was NOT erased. Once it may be lifted:`)
    for (const command of releasesOf(one)) ports.err(command)
  }
  return held.length === 0 ? 0 : 1
}

/** Lifts a legal hold, which a server that does not start cannot; somebody who runs it answers for it alone. */
export async function holdsReleaseCommand(command: Command): Promise<ExitCode> {
  const { ports, storage, options } = command
  const [sid, reason, actor] = [required(options, 'session'), required(options, 'reason'), actorId(required(options, 'actor'))]
  if (actor === undefined) throw new UsageError('--actor must say who lifts it, in 1 to 200 characters')
  const tenantId = await oneTenant(command)
  try {
    const { evidence } = await release(storage, tenantId, sid, { reason, actor, alone: true, typed: true })
    ports.out(`${tenantId}: ${sid} is under no legal hold any more, ${evidence} pieces of evidence`)
    return 0
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    ports.err(`${tenantId}: nothing of ${sid} is under a legal hold`)
    return 1
  }
}

function tombstonesIn(value: unknown, path: string): readonly Tombstone[] {
  try {
    return parseTombstones(value)
  } catch (error) {
    throw error instanceof ErasuresError ? new UsageError(`${path} ${error.message}`) : error
  }
}
