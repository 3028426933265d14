import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import * as api from '../../src/storage/index.js'
import type { LedgerHead, LedgerVerification, Scope } from '../../src/storage/index.js'
import { canonicalJson, commitmentHash, rowHash } from '../../src/storage/ledger-hash.js'
import { attendance, overEngines, undone, unguarded, type Bench } from './suite.js'

const ROWS = 12

/** A tenant with a chain of {@link ROWS} records, and the heads somebody kept on the way. */
async function chain(bench: Bench): Promise<{ tenantId: string; subjectId: string; heads: LedgerHead[] }> {
  const tenantId = await bench.tenant()
  const subjectId = await bench.subject(tenantId)
  const heads = await bench.storage.transact(tenantId, async (scope) => {
    const kept: LedgerHead[] = []
    for (let number = 0; number < ROWS; number += 1) kept.push(await api.appendRecord(scope, attendance(subjectId, number)))
    return kept
  })
  return { tenantId, subjectId, heads }
}

const verify = (bench: Bench, tenantId: string, heads: readonly LedgerHead[] = []): Promise<LedgerVerification | undefined> =>
  bench.storage.snapshot(tenantId, (scope) => api.verifyLedger(scope, heads))

const run = (scope: Scope, text: string): Promise<unknown> => scope.database.execute(sql.raw(text))

/** Changes one character of a stored text into another of its alphabet, and one bit of a number. */
const flipped = (column: string): string =>
  `overlay(${column} placing (case substr(${column}, $at, 1) when 'a' then 'b' else 'a' end) from $at for 1)`
const BYTES: readonly { table: string; column: string; length: number }[] = [
  { table: 'ledger', column: 'prev_sha256', length: 64 },
  { table: 'ledger', column: 'commitment_sha256', length: 64 },
  { table: 'ledger', column: 'row_sha256', length: 64 },
  { table: 'ledger_salts', column: 'salt', length: 64 },
  { table: 'records', column: 'body', length: 150 },
  { table: 'records', column: 'subject_id', length: 22 },
]

type Tampering = { readonly name: string; readonly run: (scope: Scope, tenantId: string) => Promise<void> }

const seqs = fc.integer({ min: 1, max: ROWS })
const byteChanged = fc
  .record({ where: fc.constantFrom(...BYTES), seq: seqs, at: fc.nat() })
  .map(({ where: { table, column, length }, seq, at }): Tampering => ({
    name: `${table}.${column} of ${seq}, character ${(at % length) + 1}`,
    run: async (scope, tenantId) => {
      const change = flipped(column).replaceAll('$at', String((at % length) + 1))
      await run(scope, `UPDATE ${table} SET ${column} = ${change} WHERE tenant_id = '${tenantId}' AND seq = ${seq}`)
    },
  }))
const otherChanged = fc
  .record({
    change: fc.constantFrom(
      "records SET kind = 'erasure'",
      "records SET occurred_at = occurred_at + interval '1 millisecond'",
      'records SET seq = seq + 100',
    ),
    seq: seqs,
  })
  .map(({ change, seq }): Tampering => ({
    name: `${change} of ${seq}`,
    run: async (scope, tenantId) => void (await run(scope, `UPDATE ${change} WHERE tenant_id = '${tenantId}' AND seq = ${seq}`)),
  }))
const removed = fc
  .record({ tables: fc.subarray(['ledger', 'records', 'ledger_salts'], { minLength: 1 }), seq: seqs })
  .map(({ tables, seq }): Tampering => ({
    name: `${tables.join(' and ')} without ${seq}`,
    run: async (scope, tenantId) => {
      for (const table of tables) await run(scope, `DELETE FROM ${table} WHERE tenant_id = '${tenantId}' AND seq = ${seq}`)
    },
  }))
const swapped = fc
  .record({
    pair: fc.uniqueArray(seqs, { minLength: 2, maxLength: 2 }),
    tables: fc.constantFrom(['ledger'], ['records'], ['ledger_salts'], ['records', 'ledger_salts'], ['ledger', 'records', 'ledger_salts']),
  })
  .map(({ pair: [left, right], tables }): Tampering => ({
    name: `${tables.join(' and ')}: ${left} and ${right} change places`,
    run: async (scope, tenantId) => {
      for (const table of tables) {
        for (const [from, to] of [
          [left, 999],
          [right, left],
          [999, right],
        ]) {
          await run(scope, `UPDATE ${table} SET seq = ${to} WHERE tenant_id = '${tenantId}' AND seq = ${from}`)
        }
      }
    },
  }))
const truncated = fc.record({ from: seqs, head: fc.boolean() }).map(({ from, head }): Tampering => ({
  name: `cut before ${from}${head ? ', head set back' : ''}`,
  run: async (scope, tenantId) => {
    for (const table of ['records', 'ledger_salts', 'ledger'])
      await run(scope, `DELETE FROM ${table} WHERE tenant_id = '${tenantId}' AND seq >= ${from}`)
    if (head) await setHead(scope, tenantId, from - 1)
  },
}))
/** The owner's whole power: another record, and every hash from there on computed anew. */
const rewritten = fc.record({ from: seqs, cut: fc.boolean() }).map(({ from, cut }): Tampering => ({
  name: `computed anew from ${from}${cut ? ', and shorter' : ''}`,
  run: async (scope, tenantId) => await recompute(scope, tenantId, from, cut ? Math.max(from, ROWS - 1) : ROWS),
}))

async function setHead(scope: Scope, tenantId: string, seq: number): Promise<void> {
  await run(
    scope,
    `UPDATE ledger_heads SET seq = ${seq}, row_sha256 = coalesce((SELECT row_sha256 FROM ledger WHERE tenant_id = '${tenantId}' AND seq = ${seq}), '') WHERE tenant_id = '${tenantId}'`,
  )
}

async function recompute(scope: Scope, tenantId: string, from: number, to: number): Promise<void> {
  const rows = await scope.transaction.rows(
    `SELECT l.*, s.salt, r.body FROM ledger l JOIN ledger_salts s USING (tenant_id, seq) JOIN records r USING (tenant_id, seq) WHERE tenant_id = $1 ORDER BY seq`,
    [tenantId],
  )
  let prev = from === 1 ? String(rows[0]?.['prev_sha256']) : String(rows[from - 2]?.['row_sha256'])
  for (let seq = from; seq <= to; seq += 1) {
    const { salt, body } = rows[seq - 1] as { salt: string; body: string }
    const changed = seq === from ? canonicalJson({ ...(JSON.parse(body) as object), direction: 'departure' }) : body
    const row = { tenantId, seq, prevSha256: prev, commitmentSha256: commitmentHash(salt, changed) }
    prev = rowHash(row)
    await run(
      scope,
      `UPDATE ledger SET prev_sha256 = '${row.prevSha256}', commitment_sha256 = '${row.commitmentSha256}', row_sha256 = '${prev}' WHERE tenant_id = '${tenantId}' AND seq = ${seq}`,
    )
    await run(scope, `UPDATE records SET body = '${changed}' WHERE tenant_id = '${tenantId}' AND seq = ${seq}`)
  }
  for (const table of ['records', 'ledger_salts', 'ledger']) await run(scope, `DELETE FROM ${table} WHERE tenant_id = '${tenantId}' AND seq > ${to}`)
  await setHead(scope, tenantId, to)
}

const FORBIDDEN = [
  "UPDATE ledger SET row_sha256 = 'x' WHERE tenant_id = '$'",
  "DELETE FROM ledger WHERE tenant_id = '$'",
  "UPDATE records SET body = 'x' WHERE tenant_id = '$'",
  "DELETE FROM records WHERE tenant_id = '$'",
  "UPDATE ledger_salts SET seq = seq + 1 WHERE tenant_id = '$'",
  "DELETE FROM ledger_salts WHERE tenant_id = '$'",
  "UPDATE ledger_heads SET seq = 1 WHERE tenant_id = '$'",
  "DELETE FROM ledger_heads WHERE tenant_id = '$'",
  "UPDATE audit SET actor = 'x' WHERE tenant_id = '$'",
  "DELETE FROM audit WHERE tenant_id = '$'",
  'TRUNCATE ledger CASCADE',
  'TRUNCATE records',
  'TRUNCATE audit',
  // Saying that one erases for another tenant does not help.
  "SELECT set_config('lintas.erasing', 'opd-x', true); DELETE FROM records WHERE tenant_id = '$'",
]

overEngines('ledger', (bench) => {
  it('numbers 200 appends of three instances without a gap', async () => {
    const tenantId = await bench.tenant()
    const subjectId = await bench.subject(tenantId)
    const heads = await Promise.all(
      Array.from({ length: 200 }, (_, number) =>
        bench.instances[number % 3]!.transact(tenantId, (scope) => api.appendRecord(scope, attendance(subjectId, number))),
      ),
    )
    expect(heads.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1))
    expect(await verify(bench, tenantId, heads)).toEqual({ intact: true, head: heads.find(({ seq }) => seq === 200), erased: 0 })
    const records = await bench.storage.transact(tenantId, (scope) => api.listRecords(scope, { limit: 500 }))
    expect(new Set(records.map(({ record }) => (record as api.AttendanceRecord).sid)).size).toBe(200)
  })

  it('is verified while others append and erase', async () => {
    const { tenantId, heads } = await chain(bench)
    const subjectId = await bench.subject(tenantId)
    const work = [...Array(20).keys()].map((number) =>
      bench.instances[number % 3]!.transact(tenantId, (scope) => api.appendRecord(scope, attendance(subjectId, number))),
    )
    const erasing = bench.instances[1]!.transact(tenantId, (scope) =>
      api.eraseSubject(scope, subjectId, { reason: 'r', erasedBy: 'o', attendance: true }),
    )
    for (let round = 0; round < 10; round += 1) expect(await verify(bench, tenantId, heads)).toMatchObject({ intact: true })
    await Promise.all([...work, erasing])
    expect(await verify(bench, tenantId, heads)).toMatchObject({ intact: true })
  })

  it('finds any tampering against the heads that others kept', async () => {
    const { tenantId, heads } = await chain(bench)
    const last = heads.at(-1)!
    await fc.assert(
      fc.asyncProperty(fc.oneof(byteChanged, otherChanged, removed, swapped, truncated, rewritten), async (tampering) => {
        const found = await undone(bench.storage, tenantId, async (scope) => {
          await unguarded(scope)
          await tampering.run(scope, tenantId)
          return await api.verifyLedger(scope, [last])
        })
        expect(found, tampering.name).toMatchObject({ intact: false })
      }),
      { numRuns: bench.kind === 'memory' ? 150 : 60, seed: 20260302 },
    )
    expect(await verify(bench, tenantId, heads)).toMatchObject({ intact: true })
  })

  it('names the row', async () => {
    const { tenantId, heads } = await chain(bench)
    const tampered = (work: (scope: Scope) => Promise<void>, kept: readonly LedgerHead[] = []) =>
      undone(bench.storage, tenantId, async (scope) => {
        await unguarded(scope)
        await work(scope)
        return await api.verifyLedger(scope, kept)
      })
    const own = `WHERE tenant_id = '${tenantId}' AND seq`
    const after = (text: string) => async (scope: Scope) => void (await run(scope, text))
    expect(await tampered(after(`DELETE FROM ledger ${own} = 5`))).toEqual({ intact: false, seq: 5, fault: 'gap' })
    expect(await tampered(after(`UPDATE ledger SET commitment_sha256 = prev_sha256 ${own} = 5`))).toEqual({ intact: false, seq: 5, fault: 'hash' })
    expect(await tampered(after(`UPDATE records SET body = '{}' ${own} = 5`))).toEqual({ intact: false, seq: 5, fault: 'commitment' })
    expect(await tampered(after(`UPDATE records SET subject_id = 'x' ${own} = 5`))).toEqual({ intact: false, seq: 5, fault: 'columns' })
    expect(await tampered(after(`DELETE FROM records ${own} = 5`))).toEqual({ intact: false, seq: 5, fault: 'missing' })
    expect(await tampered(after(`DELETE FROM ledger ${own} >= 9`))).toEqual({ intact: false, seq: 9, fault: 'truncated' })
    // Done thoroughly, the chain alone shows nothing; an old head does.
    expect(await tampered((scope) => recompute(scope, tenantId, 5, ROWS))).toMatchObject({ intact: true })
    expect(await tampered((scope) => recompute(scope, tenantId, 5, ROWS), [heads[6]!])).toEqual({ intact: false, seq: 7, fault: 'head' })
    expect(await tampered((scope) => recompute(scope, tenantId, 12, 12), [heads[6]!])).toMatchObject({ intact: true })
    const cut = async (scope: Scope): Promise<void> => {
      for (const table of ['records', 'ledger_salts', 'ledger']) await run(scope, `DELETE FROM ${table} ${own} >= 9`)
      await setHead(scope, tenantId, 8)
    }
    expect(await tampered(cut)).toMatchObject({ intact: true })
    expect(await tampered(cut, [heads[9]!])).toEqual({ intact: false, seq: 9, fault: 'truncated' })
    expect(await verify(bench, tenantId, [{ ...heads[3]!, tenantId: 'opd-other' }])).toMatchObject({ intact: false })
  })

  it('stays whole when a subject is erased, and only then', async () => {
    const { tenantId, subjectId, heads } = await chain(bench)
    const other = await bench.subject(tenantId)
    await bench.storage.transact(tenantId, (scope) => api.appendRecord(scope, attendance(other, 99)))
    const before = await bench.storage.transact(tenantId, (scope) =>
      scope.transaction.rows('SELECT * FROM records WHERE tenant_id = $1 AND seq = 3', [tenantId]),
    )
    const erased = await bench.storage.transact(tenantId, (scope) =>
      api.eraseSubject(scope, subjectId, { reason: 'request', erasedBy: 'officer', attendance: true }),
    )
    expect(erased).toMatchObject({ erased: { records: ROWS } })
    expect(await verify(bench, tenantId, heads)).toMatchObject({ intact: true, head: { seq: ROWS + 2 }, erased: ROWS })
    const left = await bench.storage.transact(tenantId, (scope) => api.listRecords(scope, { limit: 50 }))
    expect(left.map(({ record }) => record.kind)).toEqual(['attendance', 'erasure'])
    const restored = await undone(bench.storage, tenantId, async (scope) => {
      await unguarded(scope)
      const { kind, body } = before[0] as { kind: string; body: string }
      await scope.transaction.rows('INSERT INTO records VALUES ($1, 3, $2, $3, now(), $4)', [tenantId, kind, subjectId, body])
      return await api.verifyLedger(scope, heads)
    })
    expect(restored).toEqual({ intact: false, seq: 3, fault: 'missing' })
  })

  it('is append-only in the database itself', async () => {
    const { tenantId, heads } = await chain(bench)
    await bench.storage.transact(tenantId, (scope) => api.noteAct(scope, { actor: 'a', action: 'b' }))
    for (const text of FORBIDDEN) {
      const attempt = bench.storage.transact(tenantId, (scope) => scope.transaction.exec(text.replaceAll('$', tenantId)))
      await expect(attempt, text).rejects.toThrow(/append-only|only moves on/u)
    }
    expect(await verify(bench, tenantId, heads)).toMatchObject({ intact: true })
  })

  it('is corrected by two who are not the subject, with a reason, in a new entry', async () => {
    const { tenantId, subjectId } = await chain(bench)
    const correct = (changes: Partial<api.NewCorrection>, actors: readonly string[] = []) =>
      bench.storage.transact(tenantId, (scope) =>
        api.correctRecord(scope, { corrects: 2, reason: 'forgot to leave', authors: ['officer-1', 'officer-2'], instead: null, ...changes }, actors),
      )
    expect(await correct({ authors: ['officer-1', 'officer-1'] })).toEqual({ refused: 'authors' })
    expect(await correct({ authors: ['officer-1', ' '] })).toEqual({ refused: 'authors' })
    expect(await correct({ authors: ['officer-1', subjectId] })).toEqual({ refused: 'authors' })
    expect(await correct({}, [subjectId])).toEqual({ refused: 'authors' })
    expect(await correct({ reason: ' ' })).toEqual({ refused: 'reason' })
    expect(await correct({ corrects: 999 })).toEqual({ refused: 'unknown-record' })
    expect(await correct({})).toMatchObject({ head: { seq: ROWS + 1 } })
    expect(await correct({ corrects: ROWS + 1 })).toEqual({ refused: 'unknown-record' })
    expect(await bench.storage.transact(tenantId, (scope) => api.findRecord(scope, 2))).toMatchObject({ record: attendance(subjectId, 1) })
    expect(await verify(bench, tenantId)).toMatchObject({ intact: true })
  })
})
