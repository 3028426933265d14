import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli, USAGE } from '../../src/cli/index.js'
import * as api from '../../src/storage/index.js'
import { openKeyring, sealTemplate } from '../../src/vault/index.js'
import { attendance, unguarded } from '../storage/suite.js'
import { randomTemplate } from '../vault/templates.js'

const folder = mkdtempSync(join(tmpdir(), 'lintas-cli-'))
const NOW = Date.parse('2026-03-02T00:30:00Z')
const keys = { k1: randomBytes(32).toString('base64'), k2: randomBytes(32).toString('base64') }
const ringOf = (current: string) => JSON.stringify({ current, keys })
const env = { LINTAS_DATA: folder, LINTAS_KEYS: ringOf('k2'), LINTAS_ISSUER: 'lintas.example' }
let storage: api.Storage
beforeAll(async () => {
  storage = await api.openStorage({ kind: 'memory' }, { clock: () => NOW })
})
afterAll(async () => {
  await storage.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Runs a command over the storage in memory. */
async function lintas(words: string, files: Readonly<Record<string, string>> = {}, changes: object = {}) {
  const said: { out: string[]; err: string[] } = { out: [], err: [] }
  const readText = (path: string) => (path in files ? Promise.resolve(files[path]!) : Promise.reject(new Error('ENOENT')))
  const ports = { env, readText, clock: () => NOW, open: () => Promise.resolve({ ...storage, close: () => Promise.resolve() }), ...changes }
  const code = await runCli(words.split(' ').filter(Boolean), { ...ports, out: (text) => said.out.push(text), err: (text) => said.err.push(text) })
  return { code, out: said.out.join('\n'), err: said.err.join('\n') }
}
const run = <T>(tenantId: string, work: (scope: api.Scope) => Promise<T>): Promise<T> => storage.transact(tenantId, work)

/** A tenant with a subject and records. */
async function populate(tenantId: string, records = 3): Promise<string> {
  await lintas(`tenants add --tenant ${tenantId} --name ${tenantId}`)
  return await run(tenantId, async (scope) => {
    const { subjectId } = await api.createSubject(scope)
    for (let number = 0; number < records; number += 1) await api.appendRecord(scope, attendance(subjectId, number))
    return subjectId
  })
}

describe('lintas', () => {
  it('tells how it is used, and what is wrong with a command', async () => {
    expect(await lintas('--help')).toEqual({ code: 0, out: USAGE, err: '' })
    expect(await lintas('')).toMatchObject({ code: 2, out: USAGE })
    for (const [words, said] of [
      ['ledger', 'there is no command "ledger"'],
      ['toString', 'there is no command'],
      ['sweep --force', '--force'],
      ['sweep now', 'there is no command "sweep now"'],
      ['keys list', '--tenant is missing'],
      ['keys list --tenant nobody', 'there is no tenant "nobody"'],
      ['reapply-erasures --from none.json', 'none.json cannot be read'],
      ['holds release --tenant opd --session s --reason r', '--actor is missing'],
      ['holds release --session s --reason r --actor a', '--tenant is missing'],
      ['holds release --tenant nobody --session s --reason r --actor a', 'there is no tenant "nobody"'],
      ['tenants add --tenant OPD --name x', '--tenant must'],
      ['tenants add --tenant opd --name x --kind village', '--kind must'],
      ['tenants add --tenant opd --name x --time-zone Jakarta', '--time-zone must'],
    ] as const) {
      const { code, out, err } = await lintas(words)
      expect([code, out], words).toEqual([2, ''])
      expect(err, words).toContain(said)
    }
    expect(await lintas('tenants list', {}, { env: { LINTAS_WORKERS: 'x' } })).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^LINTAS_WORKERS/u) as string,
    })
    expect(await lintas('rotate-keys', {}, { env: { ...env, LINTAS_KEYS: '{' } })).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^key-malformed/u) as string,
    })
  })

  it('makes tenants and keys, and shows a token once', async () => {
    expect(await lintas('tenants add --tenant opd-keys --name Diskominfo')).toMatchObject({ code: 0 })
    expect(await lintas('tenants add --tenant opd-keys --name again')).toMatchObject({ code: 2 })
    expect((await lintas('tenants list')).out).toContain('opd-keys\tagency\tAsia/Jakarta\tDiskominfo')
    const { code, out: token } = await lintas('keys issue --tenant opd-keys --role officer --actor siti --label desk')
    expect(code).toBe(0)
    const key = await run('opd-keys', (scope) => api.authenticate(scope, token))
    expect(key).toMatchObject({ role: 'officer', label: 'desk', actor: 'siti' })
    const listed = await lintas('keys list --tenant opd-keys')
    expect(listed.out).toContain(`${key!.keyId}\tofficer\tstands`)
    expect(listed.out).not.toContain(token.split('.')[2])
    expect(await lintas(`keys revoke --tenant opd-keys --key ${key!.keyId}`)).toMatchObject({ code: 0 })
    expect(await lintas(`keys revoke --tenant opd-keys --key ${key!.keyId}`)).toMatchObject({ code: 1 })
    expect(await run('opd-keys', (scope) => api.authenticate(scope, token))).toBeUndefined()
    for (const wrong of ['root', 'officer', 'regency', 'operator', 'agency --actor siti', 'officer --actor key:1', 'officer --actor system']) {
      expect(await lintas(`keys issue --tenant opd-keys --role ${wrong} --label x`), wrong).toMatchObject({ code: 2 })
    }
    expect(await lintas('officers link --tenant opd-keys --actor siti --subject nobody')).toMatchObject({ code: 2 })
    const { subjectId } = await run('opd-keys', (scope) => api.createSubject(scope))
    expect(await lintas(`officers link --tenant opd-keys --actor siti --subject ${subjectId}`)).toMatchObject({ code: 0 })
    expect(await run('opd-keys', (scope) => api.findOfficer(scope, 'siti'))).toMatchObject({ subjectId, personId: null })
  })

  it('proves a ledger against signed heads, and says at which row it does not hold', async () => {
    const subjectId = await populate('opd-ledger')
    const heads = (await lintas('heads --tenant opd-ledger')).out
    expect(JSON.parse(heads)).toHaveLength(1)
    const verify = (file: string, tenant = 'opd-ledger') => lintas(`verify-ledger --tenant ${tenant} --heads f`, { f: file })
    expect(await verify(heads)).toEqual({ code: 0, out: expect.stringMatching(/holds: 3 rows, 0 of them erased, 1 heads/u) as string, err: '' })
    await run('opd-ledger', (scope) => api.appendRecord(scope, attendance(subjectId, 9)))
    expect((await verify(heads)).out).toContain('Of the rows after 3 no head was kept')
    // Heads of others say nothing of this one, and no head at all is no proof.
    await populate('opd-other')
    const others = (await lintas('heads --tenant opd-other')).out
    expect(await verify(others)).toMatchObject({ code: 2 })
    for (const file of ['[]', '{}', '[1]', 'x']) expect(await verify(file), file).toMatchObject({ code: 2 })
    // A head of another key, and one that was changed.
    const foreign = await lintas('heads --tenant opd-ledger', {}, { env: { ...env, LINTAS_DATA: join(folder, 'another') } })
    expect(await verify(foreign.out)).toMatchObject({ code: 1, out: expect.stringContaining('NOT of this server') as string })
    const issuer = await lintas('heads --tenant opd-ledger', {}, { env: { ...env, LINTAS_ISSUER: 'other' } })
    expect(await verify(issuer.out)).toMatchObject({ code: 1 })
    // Whoever owns the database takes the end of the ledger away.
    await run('opd-ledger', async (scope) => {
      await unguarded(scope)
      for (const table of ['records', 'ledger_salts', 'ledger'])
        await scope.database.execute(sql.raw(`DELETE FROM ${table} WHERE tenant_id = 'opd-ledger' AND seq > 2`))
      const [row] = await scope.transaction.rows("SELECT row_sha256 FROM ledger WHERE tenant_id = 'opd-ledger' AND seq = 2")
      await scope.database.execute(
        sql.raw(`UPDATE ledger_heads SET seq = 2, row_sha256 = '${String(row!['row_sha256'])}' WHERE tenant_id = 'opd-ledger'`),
      )
    })
    expect(await verify(heads)).toMatchObject({
      code: 1,
      out: expect.stringContaining('does NOT hold at row 3: the ledger ends before a head that was kept') as string,
    })
    const own = (await lintas('heads --tenant opd-ledger')).out
    expect(await verify(own)).toMatchObject({ code: 0 })
  })

  it('rotates keys, and says what does not open', async () => {
    const subjectId = await populate('opd-rotate')
    const old = await openKeyring({ kind: 'text', text: ringOf('k1') })
    const place = { tenantId: 'opd-rotate', subjectId, referenceId: 'r-rotate' }
    const sealed = sealTemplate(old, place, randomTemplate(subjectId))
    await run('opd-rotate', (scope) =>
      api.addReference(scope, subjectId, { ...sealed, referenceId: 'r-rotate', modelIds: [], quality: 1, createdBy: 'o' }),
    )
    const rotate = () => lintas('rotate-keys --tenant opd-rotate')
    expect(await rotate()).toMatchObject({ code: 0, out: expect.stringContaining('1 resealed, 0 changed meanwhile, 0 failed') as string })
    await run('opd-rotate', (scope) => api.resealReference(scope, 'r-rotate', 'k2', { keyId: 'k9', ciphertext: sealed.ciphertext }))
    const failed = await rotate()
    expect(failed).toMatchObject({ code: 1, err: expect.stringContaining('r-rotate does not open') as string })
    expect(JSON.stringify(failed)).not.toContain(keys.k2)
  })

  it('sweeps', async () => {
    const subjectId = await populate('opd-sweep')
    const kept = { sid: 's', class: 'sealed', keyId: 'k', keepMs: -1, ciphertext: randomBytes(4) } as const
    await run('opd-sweep', (scope) => api.keepEvidence(scope, subjectId, kept))
    await run('opd-sweep', ({ now: _, ...scope }) =>
      api.addReference({ ...scope, now: new Date(NOW - 5 * 86_400_000 - 1) }, subjectId, {
        ...{ referenceId: 'r-late', ciphertext: randomBytes(4), keyId: 'k', modelIds: [], quality: 1, createdBy: 'o' },
      }),
    )
    expect(await lintas('sweep --tenant opd-sweep')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^opd-sweep: replay 0, sealed 1, .*, lapsed 0$/u) as string,
    })
    const sooner = await lintas('sweep --tenant opd-sweep', {}, { env: { ...env, LINTAS_KEEP_PENDING_DAYS: '5' } })
    expect(sooner).toMatchObject({ code: 0, out: expect.stringMatching(/, lapsed 1$/u) as string })
  })

  it('takes erasures out, and does them again after a restore', async () => {
    const [subjectId, held] = [await populate('opd-stones'), await run('opd-stones', api.createSubject)]
    await undoneErasure('opd-stones', subjectId)
    const file = JSON.stringify({
      schema: 'lintas-tombstones/1',
      tombstones: [subjectId, held.subjectId].map((id) => ({
        tenantId: 'opd-stones',
        subjectId: id,
        part: 'subject',
        erasedAt: new Date(NOW),
        reason: 'r',
        erasedBy: 'o',
      })),
    })
    await run('opd-stones', async (scope) => {
      const one = await api.keepEvidence(scope, held.subjectId, { sid: 's', class: 'sealed', keyId: 'k', keepMs: 1, ciphertext: randomBytes(4) })
      await api.holdEvidence(scope, one!.evidenceId, 'appeal')
    })
    const reapply = (text: string) => lintas('reapply-erasures --from f', { f: text })
    for (const bad of [
      '{}',
      '{"schema":"lintas-tombstones/1"}',
      file.replace('"subject"', '"all"'),
      file.replace('"o"', '""'),
      file.replace(/2026-03-02T[^"]*/u, 'then'),
    ]) {
      expect(await reapply(bad), bad).toMatchObject({ code: 2 })
    }
    expect(await run('opd-stones', (scope) => api.findSubject(scope, subjectId))).toMatchObject({ erasedAt: null })
    expect(await reapply(file)).toMatchObject({
      code: 1,
      out: '1 erasures done again, 0 of subjects that are not here',
      err: expect.stringContaining(held.subjectId) as string,
    })
    expect(await run('opd-stones', (scope) => api.findSubject(scope, subjectId))).toMatchObject({ erasedAt: new Date(NOW) })
    const exported = await lintas('export-tombstones --tenant opd-stones')
    expect(JSON.parse(exported.out)).toMatchObject({ tombstones: [{ subjectId }] })
    expect(await reapply(exported.out)).toMatchObject({ code: 0 })
  })

  it('opens the folder that it is told, and says when a server holds it', async () => {
    const place = join(folder, 'data')
    const own = { env: { LINTAS_DATA: place }, open: undefined }
    expect(await lintas('tenants add --tenant opd --name x', {}, own)).toMatchObject({ code: 0 })
    const server = await api.openStorage({ kind: 'embedded', folder: place })
    const { code, err } = await lintas('tenants list', {}, own)
    await server.close()
    expect([code, err.startsWith('storage-locked: ')]).toEqual([2, true])
  })
})

/** What a backup from before an erasure holds: nothing of it. */
const undoneErasure = async (tenantId: string, subjectId: string): Promise<void> => {
  expect(await run(tenantId, (scope) => api.findSubject(scope, subjectId))).toMatchObject({ erasedAt: null })
}
