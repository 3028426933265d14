import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import Fastify, { type FastifyInstance } from 'fastify'
import { SHIPPED_CALIBRATION } from '@lintas/core/comparison'
import { lintasApi, type ApiParts } from './api/index.js'
import type { ServerConfig } from './config/index.js'
import { loggerOptions, logRequests } from './request-log.js'
import { sendProblem } from './problem.js'
import type { CheckInPolicy } from './sessions/index.js'
import { redoErasures } from './erasures/index.js'
import { readOffices } from './place/index.js'
import { everyTenant, openStorage, regencyFinder, sweepAll, type Storage } from './storage/index.js'
import { createDuplicateSearch, keepVector, openKeyring, openSigningKeys, type Keyring } from './vault/index.js'
import { createVerifier, type Verifier } from './verification/index.js'

const DAY_MS = 86_400_000
const SWEEP_MS = 3_600_000

/** What a deployment or a test puts in place of what is built from the configuration. */
export interface ServerOptions {
  /** Default: info, to standard output. `false`: none. */
  readonly log?: 'info' | 'warn' | 'error' | false
  readonly verifier?: Pick<Verifier, 'ready' | 'verify' | 'close' | 'stats'>
  readonly policy?: Partial<CheckInPolicy>
}

/** A LINTAS server that has not begun to listen. */
export interface LintasServer {
  readonly app: FastifyInstance
  readonly storage: Storage
  /** Files of keys that were made just now: whoever runs the server has to keep them, apart from the database's backups. */
  readonly made: readonly string[]
  /** Takes nothing more, finishes what runs, then lets go of threads and database. */
  close(): Promise<void>
}

/**
 * A server from its configuration: storage, keys, verification and API.
 * @throws StorageError, VaultError, OfficesError, ErasuresError, as opening them does
 */
export async function createLintasServer(config: ServerConfig, options: ServerOptions = {}): Promise<LintasServer> {
  const keyring = await openKeyring(config.keys)
  const signing = await openSigningKeys(config.signingKey)
  const offices = config.offices === undefined ? undefined : await readOffices(config.offices)
  const policy = policyOf(config, options.policy)
  const { storage, redone } = await openDatabase(config, keyring, policy)
  const verifier =
    options.verifier ?? createVerifier({ models: config.models ?? shippedModels(), workers: config.workers, queueLimit: Math.max(1, config.queue) })
  // Until they are loaded, and where they cannot be, /health says so. A rejection that nobody awaits would end the process.
  const models = { loaded: false }
  Promise.resolve(verifier.ready).then(
    () => (models.loaded = true),
    () => undefined,
  )
  const app = Fastify({ forceCloseConnections: 'idle', ...loggerOptions(options.log ?? 'info') })
  if (redone > 0) app.log.warn({ redone }, 'a backup was restored: erasures that it did not know were done again')
  logRequests(app)
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, 404, 'not-found', 'There is nothing at this address'))
  const regencyOf = regencyFinder()
  const parts: ApiParts = {
    ...{ storage, keyring, verifier, issuer: config.issuer, policy, signing: () => signing, regencyOf },
    ...(offices === undefined ? {} : { offices }),
    ...(config.passkeys === undefined ? {} : { passkeys: { ...config.passkeys, name: config.issuer } }),
    duplicates: createDuplicateSearch({ storage, keyring, calibration: policy.calibration, vectors: config.vectors, regencyOf }),
    health: { models: () => Promise.resolve(models.loaded), verifier: () => Promise.resolve(verifier.stats().died < MOST_DEATHS) },
    queue: () => ({ running: verifier.stats().busy, waiting: verifier.stats().queued }),
    ...(config.metricsToken === undefined ? {} : { metricsToken: config.metricsToken }),
  }
  const sweeping = sweepEvery(app, storage, config)
  app.addHook('onClose', async () => {
    clearInterval(sweeping)
    await verifier.close()
    await storage.close()
  })
  await app.register(lintasApi, parts)
  return { app, storage, made: [keyring.made, signing.made].filter((path) => path !== undefined), close: () => app.close() }
}

/** The database, in which nothing is left that was erased before a backup of it was restored; and how many erasures that took. */
async function openDatabase(
  { storage: place, vectors, tombstones }: ServerConfig,
  keyring: Keyring,
  { calibration }: CheckInPolicy,
): Promise<{ readonly storage: Storage; readonly redone: number }> {
  const storage = await openStorage(place, vectors ? { vectors, approved: keepVector(keyring, calibration) } : {})
  try {
    return { storage, redone: tombstones === undefined ? 0 : await redoErasures(storage, tombstones) }
  } catch (error) {
    await storage.close()
    throw error
  }
}

/** Threads that died under a job since the start: so many are no accident. */
const MOST_DEATHS = 100

function policyOf(config: ServerConfig, changes: Partial<CheckInPolicy> = {}): CheckInPolicy {
  const { policy, provisional = 'admit', deferred = 'review', placeRequired, retention } = config
  const kept = { keepReplayMs: retention.replayDays * DAY_MS, keepSealedMs: retention.sealedDays * DAY_MS }
  const rules = { provisional, deferred, placeRequired }
  return { id: policy, pad: policy, calibration: SHIPPED_CALIBRATION, calibrationId: SHIPPED_CALIBRATION.id, ...rules, ...kept, ...changes }
}

/** The folder of `@lintas/models`. */
const shippedModels = (): string => dirname(createRequire(import.meta.url).resolve('@lintas/models/manifest.json'))

/** What has been kept long enough goes within the hour, whether or not anybody runs `lintas sweep`. */
function sweepEvery(app: FastifyInstance, storage: Storage, { retention }: ServerConfig): NodeJS.Timeout {
  const sweep = async (): Promise<void> => {
    for (const { tenantId } of await everyTenant(storage)) {
      await storage.transact(tenantId, (scope) => sweepAll(scope, retention))
    }
  }
  return setInterval(() => {
    sweep().catch((error: unknown) => {
      app.log.error({ err: error }, 'sweeping failed')
    })
  }, SWEEP_MS).unref()
}
