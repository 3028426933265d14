import { availableParallelism } from 'node:os'
import { PAD_PRESETS, type PadPreset } from '@lintas/core/liveness'
import { readListen, type Listen } from '../environment.js'
import type { StoragePlace } from '../storage/index.js'
import { ConfigError } from './config-error.js'
import { readPasskeys, type PasskeyConfig } from './passkeys.js'
import { createReader, type Environment, type Reader } from './reader.js'

/** Where a key is written. `folder`: made there on the first start. */
export type KeySource =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'folder'; readonly folder: string }

/** How long things are kept, days. */
export interface Retention {
  readonly replayDays: number
  readonly sealedDays: number
  readonly findingsDays: number
  readonly supersededDays: number
  readonly pendingDays: number
}

/** All that a server is told from outside. */
export interface ServerConfig {
  readonly listen: Listen
  readonly storage: Extract<StoragePlace, { readonly kind: 'embedded' | 'postgres' }>
  readonly keys: KeySource
  readonly signingKey: KeySource
  readonly issuer: string
  /** Folder of the models; absent: those of `@lintas/models`. */
  readonly models?: string
  /** Whether nobody is admitted whose place is only said. */
  readonly placeRequired: boolean
  /** File with the offices; absent: none. */
  readonly offices?: string
  /** File with erasures that are done again before anybody is served; absent: none. */
  readonly tombstones?: string
  /** Whether vectors of active references lie in clear in the database. */
  readonly vectors: boolean
  readonly workers: number
  readonly queue: number
  readonly policy: PadPreset
  /** What becomes of a match on a device that nobody has vouched for, as long as it may be used. */
  readonly provisional?: 'admit' | 'review'
  /** What becomes of a match that was made without a network and arrives on its working day. */
  readonly deferred?: 'admit' | 'review'
  /** Passkeys of officers; absent: none. */
  readonly passkeys?: PasskeyConfig
  readonly metricsToken?: string
  readonly retention: Retention
}

/**
 * Reads the environment. An empty variable is one that is not set.
 * @throws ConfigError `config-invalid` with every fault in it, each with its variable's name
 */
export function readConfig(env: Environment): ServerConfig {
  const reader = createReader(env)
  const models = reader.text('LINTAS_MODELS')
  const offices = reader.text('LINTAS_OFFICES_FILE')
  const tombstones = reader.text('LINTAS_TOMBSTONES_FILE')
  const passkeys = readPasskeys(reader)
  const metricsToken = reader.matching('LINTAS_METRICS_TOKEN', /^[\x21-\x7e]{32,200}$/u, 'must have 32 to 200 characters and no blank')
  const config = {
    listen: readAddress(env, reader),
    storage: readStorage(reader),
    keys: readKey(reader, 'LINTAS_KEYS'),
    signingKey: readKey(reader, 'LINTAS_SIGNING_KEY'),
    issuer: reader.matching('LINTAS_ISSUER', /^[^\p{Cc}\p{Cs}]{1,200}$/u, 'must have 1 to 200 characters and no control character') ?? 'lintas',
    ...(models === undefined ? {} : { models }),
    ...(offices === undefined ? {} : { offices }),
    ...(tombstones === undefined ? {} : { tombstones }),
    placeRequired: reader.choice('LINTAS_PLACE', ['optional', 'required'], 'optional') === 'required',
    vectors: reader.choice('LINTAS_VECTORS', ['off', 'on'], 'off') === 'on',
    workers: reader.integer('LINTAS_WORKERS', availableParallelism(), 1, 64),
    queue: reader.integer('LINTAS_QUEUE', 32, 0, 10_000),
    policy: reader.choice('LINTAS_POLICY', PAD_PRESETS, 'standard'),
    provisional: reader.choice('LINTAS_PROVISIONAL', ['admit', 'review'], 'admit'),
    deferred: reader.choice('LINTAS_DEFERRED', ['admit', 'review'], 'review'),
    ...(passkeys === undefined ? {} : { passkeys }),
    ...(metricsToken === undefined ? {} : { metricsToken }),
    retention: {
      replayDays: reader.integer('LINTAS_KEEP_REPLAY_DAYS', 30, 1, 365),
      sealedDays: reader.integer('LINTAS_KEEP_SEALED_DAYS', 7, 1, 365),
      findingsDays: reader.integer('LINTAS_KEEP_FINDINGS_DAYS', 90, 1, 3_650),
      supersededDays: reader.integer('LINTAS_KEEP_SUPERSEDED_DAYS', 30, 0, 365),
      pendingDays: reader.integer('LINTAS_KEEP_PENDING_DAYS', 30, 1, 365),
    },
  }
  const faults = reader.faults()
  if (faults.length > 0) throw new ConfigError(faults)
  return config
}

const DATA = 'lintas-data'

function readAddress(env: Environment, reader: Reader): Listen {
  try {
    return readListen(env)
  } catch {
    reader.fault('PORT', 'must be an integer from 0 to 65535')
    return { host: '127.0.0.1', port: 0, fixed: true }
  }
}

function readStorage(reader: Reader): ServerConfig['storage'] {
  const url = reader.text('DATABASE_URL')
  if (url === undefined) return { kind: 'embedded', folder: reader.text('LINTAS_DATA') ?? DATA }
  if (!URL.canParse(url) || !/^postgres(?:ql)?:$/u.test(new URL(url).protocol)) {
    reader.fault('DATABASE_URL', 'must be postgres://user:password@host:port/database')
  }
  return { kind: 'postgres', url }
}

/** Several instances on one database share its keys, so there they have to be given: each would make its own. */
function readKey(reader: Reader, name: 'LINTAS_KEYS' | 'LINTAS_SIGNING_KEY'): KeySource {
  const text = reader.text(name)
  const path = reader.text(`${name}_FILE`)
  if (text !== undefined && path !== undefined) reader.fault(name, `and ${name}_FILE are both set: set one`)
  if (text !== undefined) return { kind: 'text', text }
  if (path !== undefined) return { kind: 'file', path }
  const data = reader.text('LINTAS_DATA')
  if (data === undefined && reader.text('DATABASE_URL') !== undefined) {
    reader.fault(name, `or ${name}_FILE must be set with DATABASE_URL, since every instance needs the same; or LINTAS_DATA, for a single one`)
  }
  return { kind: 'folder', folder: data ?? DATA }
}
