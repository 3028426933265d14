import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ConfigError, envExample, readConfig, VARIABLES, type Variable } from '../../src/config/index.js'

const KEYS = { LINTAS_KEYS: '{}', LINTAS_SIGNING_KEY: '{}' }
const URL = 'postgres://lintas:pass-word@db:5432/lintas'

/** The variables that are at fault. */
function faultsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map(({ variable }) => variable)
    throw error
  }
}

describe('the configuration', () => {
  it('of an empty environment is a server on its own folder', () => {
    expect(readConfig({ PATH: '/bin', LINTAS_DATA: '', LINTAS_QUEUE: '' })).toEqual({
      listen: { host: '127.0.0.1', port: 8080, fixed: false },
      storage: { kind: 'embedded', folder: 'lintas-data' },
      keys: { kind: 'folder', folder: 'lintas-data' },
      signingKey: { kind: 'folder', folder: 'lintas-data' },
      issuer: 'lintas',
      vectors: false,
      placeRequired: false,
      workers: expect.any(Number) as number,
      queue: 32,
      policy: 'standard',
      provisional: 'admit',
      deferred: 'review',
      retention: { replayDays: 30, sealedDays: 7, findingsDays: 90, supersededDays: 30, pendingDays: 30 },
    })
    expect(readConfig({}).workers).toBeGreaterThanOrEqual(1)
  })

  it('takes every variable that is documented', () => {
    const env = {
      ...{ HOST: '0.0.0.0', PORT: '0', DATABASE_URL: URL, LINTAS_DATA: '/data', LINTAS_KEYS_FILE: '/run/keys', LINTAS_SIGNING_KEY: '{"kty":"EC"}' },
      ...{
        LINTAS_ISSUER: 'lintas.example',
        LINTAS_MODELS: '/models',
        LINTAS_OFFICES_FILE: '/offices.json',
        LINTAS_TOMBSTONES_FILE: '/tombstones.json',
        LINTAS_VECTORS: 'on',
        LINTAS_PLACE: 'required',
        LINTAS_WORKERS: '4',
        LINTAS_QUEUE: '0',
        LINTAS_POLICY: 'high',
        LINTAS_PROVISIONAL: 'review',
        LINTAS_DEFERRED: 'admit',
      },
      ...{
        LINTAS_OFFICER_PASSKEY: 'required',
        LINTAS_PASSKEY_RP_ID: 'example.go.id',
        LINTAS_PASSKEY_ORIGINS: 'https://absen.example.go.id, https://example.go.id:8443',
        LINTAS_METRICS_TOKEN: 'm'.repeat(32),
        LINTAS_KEEP_REPLAY_DAYS: '1',
        LINTAS_KEEP_SEALED_DAYS: '2',
      },
      ...{ LINTAS_KEEP_FINDINGS_DAYS: '3', LINTAS_KEEP_SUPERSEDED_DAYS: '0', LINTAS_KEEP_PENDING_DAYS: '4' },
    }
    const others = ['LINTAS_KEYS', 'LINTAS_SIGNING_KEY_FILE']
    expect([...Object.keys(env), ...others].sort()).toEqual(VARIABLES.map(({ name }): string => name).sort())
    expect(readConfig(env)).toEqual({
      listen: { host: '0.0.0.0', port: 0, fixed: true },
      storage: { kind: 'postgres', url: URL },
      keys: { kind: 'file', path: '/run/keys' },
      signingKey: { kind: 'text', text: '{"kty":"EC"}' },
      ...{
        issuer: 'lintas.example',
        models: '/models',
        offices: '/offices.json',
        tombstones: '/tombstones.json',
        vectors: true,
        placeRequired: true,
        workers: 4,
        queue: 0,
        policy: 'high',
        provisional: 'review',
        deferred: 'admit',
        metricsToken: 'm'.repeat(32),
      },
      passkeys: { rpId: 'example.go.id', origins: ['https://absen.example.go.id', 'https://example.go.id:8443'], required: true },
      retention: { replayDays: 1, sealedDays: 2, findingsDays: 3, supersededDays: 0, pendingDays: 4 },
    })
    expect(readConfig({ LINTAS_KEYS: 'a', LINTAS_SIGNING_KEY_FILE: 'b' })).toMatchObject({
      keys: { kind: 'text', text: 'a' },
      signingKey: { kind: 'file', path: 'b' },
    })
  })

  it.each<[variable: string, env: Record<string, string>]>([
    ['PORT', { PORT: '70000' }],
    ['PORT', { PORT: 'x' }],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://host/db', ...KEYS }],
    ['DATABASE_URL', { DATABASE_URL: 'host', ...KEYS }],
    ['LINTAS_KEYS', { DATABASE_URL: URL, LINTAS_SIGNING_KEY: '{}' }],
    ['LINTAS_SIGNING_KEY', { DATABASE_URL: URL, LINTAS_KEYS: '{}' }],
    ['LINTAS_KEYS', { LINTAS_KEYS: '{}', LINTAS_KEYS_FILE: 'f' }],
    ['LINTAS_ISSUER', { LINTAS_ISSUER: 'a\nb' }],
    ['LINTAS_WORKERS', { LINTAS_WORKERS: '0' }],
    ['LINTAS_WORKERS', { LINTAS_WORKERS: '1.5' }],
    ['LINTAS_QUEUE', { LINTAS_QUEUE: '-1' }],
    ['LINTAS_QUEUE', { LINTAS_QUEUE: '1e3' }],
    ['LINTAS_POLICY', { LINTAS_POLICY: 'none' }],
    ['LINTAS_METRICS_TOKEN', { LINTAS_METRICS_TOKEN: 'short' }],
    ['LINTAS_OFFICER_PASSKEY', { LINTAS_OFFICER_PASSKEY: 'yes' }],
    ['LINTAS_PASSKEY_RP_ID', { LINTAS_PASSKEY_ORIGINS: 'https://a.id' }],
    ['LINTAS_PASSKEY_RP_ID', { LINTAS_PASSKEY_RP_ID: 'https://a.id', LINTAS_PASSKEY_ORIGINS: 'https://a.id' }],
    ['LINTAS_PASSKEY_ORIGINS', { LINTAS_PASSKEY_RP_ID: 'a.id' }],
    ...['http://a.id', 'https://a.id/', 'https://a.id.evil', 'https://evila.id', 'https://id', '*', 'https://a.id,'].map(
      (origins): [string, Record<string, string>] => ['LINTAS_PASSKEY_ORIGINS', { LINTAS_PASSKEY_RP_ID: 'a.id', LINTAS_PASSKEY_ORIGINS: origins }],
    ),
    ['LINTAS_KEEP_REPLAY_DAYS', { LINTAS_KEEP_REPLAY_DAYS: '0' }],
    ['LINTAS_KEEP_SEALED_DAYS', { LINTAS_KEEP_SEALED_DAYS: '366' }],
    ['LINTAS_KEY', { LINTAS_KEY: '{}' }],
    ['LINTAS_UNKNOWN', { LINTAS_UNKNOWN: '' }],
  ])('names %s in %j', (variable, env) => expect(faultsOf(env)).toEqual([variable]))

  it('tells everything that is wrong at once', () => {
    expect(faultsOf({ LINTAS_WORKERS: 'x', LINTAS_QUEUE: 'x', LINTAS_WORKER: '1', PORT: 'x' })).toEqual([
      'LINTAS_WORKER',
      'PORT',
      'LINTAS_WORKERS',
      'LINTAS_QUEUE',
    ])
  })

  it('never repeats a secret', () => {
    const secrets = VARIABLES.flatMap((variable: Variable) => (variable.secret === true ? [variable.name] : []))
    expect(secrets).toEqual(['DATABASE_URL', 'LINTAS_KEYS', 'LINTAS_SIGNING_KEY', 'LINTAS_METRICS_TOKEN'])
    fc.assert(
      fc.property(fc.constantFrom(...secrets), fc.stringMatching(/^[ -~]{8,40}$/u), (name, value) => {
        const env = { LINTAS_WORKERS: 'x', LINTAS_KEYS_FILE: 'f', LINTAS_SIGNING_KEY_FILE: 'f', [name]: value }
        expect(() => readConfig(env)).toThrow(expect.objectContaining({ message: expect.not.stringContaining(value) as string }))
      }),
    )
  })
})

describe('.env.example', () => {
  const path = fileURLToPath(new globalThis.URL('../../.env.example', import.meta.url))
  const text = readFileSync(path, 'utf8')

  it('is what the schema says', () => expect(text).toBe(envExample()))

  it('documents every variable, sets none and holds no secret', () => {
    for (const { name, about, ...rest } of VARIABLES as readonly Variable[]) {
      expect(text).toContain(`\n# ${name}=${rest.fallback ?? ''}\n`)
      expect(about.length).toBeGreaterThan(0)
      if (rest.secret === true) expect(rest.fallback).toBeUndefined()
    }
    expect(text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([])
    // What it says holds is what holds.
    const shown = Object.fromEntries([...text.matchAll(/^# ([A-Z_]+)=(.*)$/gmu)].map(([, name = '', value = '']) => [name, value]))
    const { listen, ...others } = readConfig(shown)
    const { listen: fallback, ...rest } = readConfig({})
    expect({ ...others, listen: { ...listen, fixed: false } }).toEqual({ ...rest, listen: fallback })
  })
})
