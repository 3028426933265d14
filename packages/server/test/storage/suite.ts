import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe } from 'vitest'
import * as api from '../../src/storage/index.js'
import type { Scope, Storage, StoragePlace } from '../../src/storage/index.js'
import { ABSENT, isHere, startPostgres, VERSIONS, type Server } from './postgres-server.js'

/** What a test of the storage gets, whichever engine it runs on. */
export interface Bench {
  readonly kind: StoragePlace['kind']
  readonly storage: Storage
  /** Three instances on one PostgreSQL; on PGlite, which is one process's, the same three times. */
  readonly instances: readonly Storage[]
  readonly place: StoragePlace
  /** The server's clock; tests move it. */
  readonly clock: { now: number }
  /** A new agency of its own. */
  tenant(): Promise<string>
  /** A new subject of it. */
  subject(tenantId: string): Promise<string>
}

export const START = Date.parse('2026-03-02T00:30:00Z')
const TIMEOUT_MS = 120_000
let tenants = 0

/** Defines the same tests for PGlite and for each PostgreSQL; a PostgreSQL that is not here is skipped, and says how to get it. */
export function overEngines(name: string, define: (bench: Bench) => void): void {
  define1(`${name}, PGlite`, () => Promise.resolve({ place: { kind: 'memory' } }), define)
  for (const { version, bin } of VERSIONS) {
    const title = `${name}, PostgreSQL ${version}`
    if (!isHere(bin)) describe.skip(`${title}: ${ABSENT}`, () => define(idle()))
    else {
      define1(
        title,
        async () => {
          const server = await startPostgres(bin)
          return { place: { kind: 'postgres', url: server.url }, server }
        },
        define,
      )
    }
  }
}

function define1(title: string, start: () => Promise<{ place: StoragePlace; server?: Server }>, define: (bench: Bench) => void): void {
  describe(title, () => {
    const clock = { now: START }
    const bench: { -readonly [K in keyof Bench]: Bench[K] } = { ...idle(), clock }
    let server: Server | undefined
    let opened: Storage[] = []
    beforeAll(async () => {
      const started = await start()
      server = started.server
      bench.place = started.place
      bench.kind = started.place.kind
      const count = started.place.kind === 'postgres' ? 3 : 1
      // All at once: three instances that start together must agree who migrates.
      opened = await Promise.all(Array.from({ length: count }, () => api.openStorage(started.place, { clock: () => clock.now })))
      bench.instances = Array.from({ length: 3 }, (_, index) => opened[index % count]!)
      bench.storage = opened[0]!
    }, TIMEOUT_MS)
    afterAll(async () => {
      await Promise.all(opened.map((storage) => storage.close()))
      await server?.stop()
    }, TIMEOUT_MS)
    bench.tenant = async () => {
      const tenantId = `opd-${(tenants += 1)}`
      await bench.storage.transact(tenantId, (scope) => api.createTenant(scope, { kind: 'agency', name: tenantId, timeZone: 'Asia/Jakarta' }))
      return tenantId
    }
    bench.subject = async (tenantId) => (await bench.storage.transact(tenantId, (scope) => api.createSubject(scope))).subjectId
    define(bench)
  })
}

const idle = (): Bench => ({
  kind: 'memory',
  storage: undefined as unknown as Storage,
  instances: [],
  place: { kind: 'memory' },
  clock: { now: START },
  tenant: () => Promise.reject(new Error('not started')),
  subject: () => Promise.reject(new Error('not started')),
})

/** An attendance record, told apart by its number. */
export const attendance = (subjectId: string, number = 0): api.AttendanceRecord => ({
  kind: 'attendance',
  subjectId,
  occurredAt: new Date(START + number * 1_000).toISOString(),
  direction: 'arrival',
  assurance: 'server-verified',
  sid: `sid-${number}`,
})

/** A session that stands behind its last step. */
export async function steppedSession(bench: Bench, tenantId: string, subjectId: string, sid: string): Promise<void> {
  await bench.storage.transact(tenantId, async (scope) => {
    await api.createSession(scope, newSession(subjectId, sid))
    await api.beginSession(scope, sid, { thumbprint: 'key', action: 'turn-left', nonce: 'n1' })
  })
  bench.clock.now += 1_000
  await bench.storage.transact(tenantId, (scope) =>
    api.takeStep(scope, sid, { n: 1, thumbprint: 'key', nonce: 'n1', commitment: 'c', openFrames: [0] }),
  )
}

export const newSession = (subjectId: string, sid: string): api.NewSession => ({
  ...{ subjectId, sid, purpose: 'check-in', policyId: 'p', calibrationId: 'c', minimumAssurance: 'server-verified', steps: 3 },
  ...{ token: `token-${sid}`, lifetimeMs: 600_000 },
})

/** Switches triggers and foreign keys off until the transaction ends: what whoever owns the database can do. */
export const unguarded = (scope: Scope): Promise<unknown> => scope.database.execute(sql.raw('SET LOCAL session_replication_role = replica'))

/** Runs `work` and takes back whatever it did. */
export async function undone<T>(storage: Storage, tenantId: string, work: (scope: Scope) => Promise<T>): Promise<T> {
  let result: { readonly value: T } | undefined
  const back = new Error('taken back')
  try {
    await storage.transact(tenantId, async (scope) => {
      result = { value: await work(scope) }
      throw back
    })
  } catch (error) {
    if (error !== back) throw error
  }
  return result!.value
}
