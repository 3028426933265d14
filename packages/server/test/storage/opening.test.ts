import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { StorageError } from '../../src/storage/errors.js'
import { appendRecord, createTenant, eraseSubject, openStorage } from '../../src/storage/index.js'
import { readMigrations, type Migration } from '../../src/storage/migrations.js'
import { retryTransient } from '../../src/storage/retry.js'
import { attendance, overEngines, type Bench } from './suite.js'

const folder = mkdtempSync(join(tmpdir(), 'lintas-migrations-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** How many migrations there are. */
const SHIPPED = (await readMigrations()).length
const numbers = (count: number): readonly { number: number }[] => Array.from({ length: count }, (_, index) => ({ number: index + 1 }))
const extra = (text: string): Migration => ({ number: SHIPPED + 1, name: '9999-extra.sql', sha256: 'x', text })

/** The migrations of the database as the tests before left it. */
async function shippedAndApplied(bench: Bench): Promise<Migration[]> {
  const applied = await bench.storage.snapshot('any', (scope) => scope.transaction.rows('SELECT number FROM lintas_migrations'))
  return [...(await readMigrations()), extra('')].slice(0, applied.length)
}

describe('migrations', () => {
  it('are numbered without a gap', async () => {
    expect((await readMigrations()).map(({ number }) => ({ number }))).toEqual(numbers(SHIPPED))
    writeFileSync(join(folder, '0001-a.sql'), 'SELECT 1')
    writeFileSync(join(folder, '0003-c.sql'), 'SELECT 1')
    await expect(readMigrations(folder)).rejects.toMatchObject({ code: 'storage-migration-failed', details: { name: '0003-c.sql' } })
  })
})

// PGlite in memory is opened once, so what needs a second opening is tried on PostgreSQL here, and on a folder in embedded.test.ts.
overEngines('opening', (bench: Bench) => {
  const applied = () => bench.storage.snapshot('any', (scope) => scope.transaction.rows('SELECT number FROM lintas_migrations ORDER BY 1'))

  it('applies each migration once, though three instances start together', async () => {
    expect(await applied()).toEqual(numbers(SHIPPED))
  })

  it('refuses a migration that was altered since it was applied, and a database of a newer release', async () => {
    if (bench.kind === 'memory') return
    const shipped = await readMigrations()
    const altered = openStorage(bench.place, { migrations: shipped.map((migration) => ({ ...migration, sha256: 'other' })) })
    await expect(altered).rejects.toMatchObject({ code: 'storage-migration-altered', details: { number: 1 } })
    await expect(openStorage(bench.place, { migrations: [] })).rejects.toMatchObject({ code: 'storage-migration-unknown' })
  })

  it('leaves nothing of a migration that fails, and goes on with the one that replaces it', async () => {
    if (bench.kind === 'memory') return
    const shipped = await readMigrations()
    const failing = openStorage(bench.place, { migrations: [...shipped, extra('CREATE TABLE half (x int); SELECT 1/0')] })
    await expect(failing).rejects.toMatchObject({ code: 'storage-migration-failed', details: { name: '9999-extra.sql' } })
    expect(await applied()).toEqual(numbers(SHIPPED))
    const migrations = [...shipped, extra('CREATE TABLE half (x int)')]
    const opened = await Promise.all([1, 2, 3].map(() => openStorage(bench.place, { migrations })))
    expect(await applied()).toEqual(numbers(SHIPPED + 1))
    await Promise.all(opened.map((storage) => storage.close()))
  })

  it('never takes a failed transaction for a written one', async () => {
    const swallowing = bench.storage.transact('opd-swallowed', async (scope) => {
      await createTenant(scope, { kind: 'agency', name: 'x', timeZone: 'Asia/Jakarta' })
      await scope.transaction.exec('SELECT 1/0').catch(() => undefined)
    })
    await expect(swallowing).rejects.toThrow()
    expect(await bench.storage.snapshot('any', (scope) => scope.transaction.rows("SELECT 1 FROM tenants WHERE tenant_id = 'opd-swallowed'"))).toEqual(
      [],
    )
  })

  it('writes nothing in a snapshot', async () => {
    const writing = bench.storage.snapshot('opd-s', (scope) => createTenant(scope, { kind: 'agency', name: 'x', timeZone: 'Asia/Jakarta' }))
    await expect(writing).rejects.toThrow()
  })

  it('tries a deadlock again', async () => {
    if (bench.kind === 'memory') return
    const [left, right] = [await bench.tenant(), await bench.tenant()]
    const touch = (name: string) => `UPDATE tenants SET name = name || 'x' WHERE tenant_id = '${name}'`
    let met = 0
    const cross = (first: string, second: string) =>
      bench.storage.transact('any', async (scope) => {
        await scope.transaction.exec(touch(first))
        met += 1
        while (met < 2) await new Promise((resolve) => setTimeout(resolve, 5))
        await scope.transaction.exec(touch(second))
      })
    await Promise.all([cross(left, right), cross(right, left)])
    expect(met).toBe(3)
    const names = await bench.storage.snapshot('any', (scope) =>
      scope.transaction.rows('SELECT name FROM tenants WHERE tenant_id IN ($1, $2)', [left, right]),
    )
    expect(names.map(({ name }) => String(name).endsWith('xx'))).toEqual([true, true])
  })

  it('needs no more than rows: a role that owns nothing serves, and cannot switch the ledger’s triggers off', async () => {
    if (bench.place.kind !== 'postgres') return
    const tenantId = await bench.tenant()
    const subjectId = await bench.subject(tenantId)
    await bench.storage.transact('any', (scope) =>
      scope.transaction.exec('CREATE ROLE app LOGIN; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO app'),
    )
    const storage = await openStorage(
      { ...bench.place, url: bench.place.url.replace('lintas@', 'app@') },
      { migrations: await shippedAndApplied(bench) },
    )
    await storage.transact(tenantId, (scope) => appendRecord(scope, attendance(subjectId)))
    await storage.transact(tenantId, (scope) => eraseSubject(scope, subjectId, { reason: 'r', erasedBy: 'o', attendance: true }))
    for (const text of ['ALTER TABLE ledger DISABLE TRIGGER ALL', 'SET session_replication_role = replica', 'TRUNCATE ledger CASCADE']) {
      await expect(
        storage.transact(tenantId, (scope) => scope.transaction.exec(text)),
        text,
      ).rejects.toThrow(/owner|denied/u)
    }
    await storage.close()
  })

  it('survives the loss of its connections', async () => {
    if (bench.kind === 'memory') return
    const tenantId = await bench.tenant()
    const others = bench.instances[1]!.transact('any', async (scope) => {
      await bench.storage.transact('any', (killer) =>
        killer.transaction.exec(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lintas' AND pid <> pg_backend_pid()",
        ),
      )
      await scope.transaction.exec('SELECT 1')
    })
    await expect(others).rejects.toThrow()
    await new Promise((resolve) => setTimeout(resolve, 50))
    for (const instance of bench.instances) {
      expect(await instance.snapshot(tenantId, (scope) => scope.transaction.rows('SELECT 1 AS one'))).toEqual([{ one: 1 }])
    }
  })
})

describe('opening', () => {
  it('says that PostgreSQL cannot be reached', async () => {
    const opening = openStorage({ kind: 'postgres', url: 'postgres://lintas@localhost/x?host=/nowhere', connectTimeoutMs: 500 })
    await expect(opening).rejects.toMatchObject({ name: 'StorageError', code: 'storage-unavailable' })
  })

  it('is over after close', async () => {
    const storage = await openStorage({ kind: 'memory' })
    const running = storage.transact('opd', (scope) => scope.transaction.rows('SELECT 1 AS one'))
    const closing = storage.close()
    expect(await running).toEqual([{ one: 1 }])
    await closing
    await storage.close()
    await expect(storage.transact('opd', () => Promise.resolve())).rejects.toMatchObject({ code: 'storage-closed' })
  })
})

describe('a transaction that loses', () => {
  const losing = (times: number, code: string) => {
    let count = 0
    return () =>
      ++count <= times ? Promise.reject(new Error('wrapped', { cause: Object.assign(new Error('lost'), { code }) })) : Promise.resolve(count)
  }

  it('is tried again, with a bound', async () => {
    expect(await retryTransient(3, losing(2, '40001'))).toBe(3)
    expect(await retryTransient(3, losing(2, '40P01'))).toBe(3)
    const busy = await retryTransient(3, losing(3, '40001')).catch((error: unknown) => error)
    expect(busy).toBeInstanceOf(StorageError)
    expect(busy).toMatchObject({ code: 'storage-busy', details: { attempts: 3, state: '40001' } })
    await expect(retryTransient(3, losing(1, '23505'))).rejects.toThrow('wrapped')
  })
})
