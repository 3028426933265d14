// The operator's command as it is shipped: spawned, over a folder of its own, as somebody at a keyboard runs it.
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as Sources from '../../packages/server/src/storage/index.js'

const SERVER = fileURLToPath(new URL('../../packages/server/', import.meta.url))
const root = mkdtempSync(join(tmpdir(), 'lintas-command-'))
const data = join(root, 'data')
const keys = JSON.stringify({ current: 'k', keys: { k: randomBytes(32).toString('base64') } })
let storage: typeof Sources
beforeAll(async () => {
  storage = (await import(/* @vite-ignore */ pathToFileURL(join(SERVER, 'dist/storage/index.js')).href)) as typeof Sources
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

function lintas(...args: string[]) {
  const env = { PATH: process.env['PATH'], LINTAS_DATA: data, LINTAS_KEYS: keys, LINTAS_ISSUER: 'lintas.example' }
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(SERVER, 'bin/lintas.mjs'), ...args], { cwd: root, env, encoding: 'utf8' })
  return { status, stdout, stderr }
}

/** What a server would do to the folder while it runs. */
async function serving<T>(work: (scope: Sources.Scope) => Promise<T>): Promise<T> {
  const open = await storage.openStorage({ kind: 'embedded', folder: data })
  try {
    return await open.transact('opd-1', work)
  } finally {
    await open.close()
  }
}

const attend = (scope: Sources.Scope, subjectId: string, minute: number) =>
  storage.appendRecord(scope, {
    ...{ kind: 'attendance', subjectId, direction: 'arrival', assurance: 'server-verified', sid: `sid-${minute}` },
    occurredAt: new Date(Date.UTC(2026, 2, 2, 0, minute)).toISOString(),
  })

const keep = (name: string, text: string): string => {
  const path = join(root, name)
  writeFileSync(path, text)
  return path
}

describe('lintas, as it is shipped', () => {
  it('says how it is used', () => {
    expect(lintas('--help')).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(/^lintas COMMAND[^]*verify-ledger/) as string })
    expect(lintas()).toMatchObject({ status: 2 })
    expect(lintas('frobnicate')).toMatchObject({ status: 2, stdout: '' })
  })

  it('makes a tenant and a key that the server takes', async () => {
    expect(lintas('tenants', 'add', '--tenant', 'opd-1', '--name', 'Dinas')).toMatchObject({ status: 0 })
    const { status, stdout, stderr } = lintas('keys', 'issue', '--tenant', 'opd-1', '--role', 'agency', '--label', 'relay')
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining('never again') as string })
    expect(await serving((scope) => storage.authenticate(scope, stdout.trim()))).toMatchObject({ role: 'agency', label: 'relay' })
  })

  it('proves the ledger against kept heads, and says so where it was truncated and signed anew', async () => {
    const subjectId = await serving(async (scope) => {
      const subject = await storage.createSubject(scope)
      for (let minute = 0; minute < 3; minute += 1) await attend(scope, subject.subjectId, minute)
      return subject.subjectId
    })
    const heads = keep('heads.json', lintas('heads').stdout)
    const verify = (file = heads) => lintas('verify-ledger', '--tenant', 'opd-1', '--heads', file)
    expect(verify()).toMatchObject({ status: 0, stdout: expect.stringContaining('holds: 3 rows') as string })
    cpSync(data, join(root, 'whole'), { recursive: true })
    // Whoever owns the database takes the last row away, and the server signs what is left.
    await serving(async ({ transaction }) => {
      await transaction.exec('SET LOCAL session_replication_role = replica')
      for (const table of ['records', 'ledger_salts', 'ledger']) await transaction.rows(`DELETE FROM ${table} WHERE tenant_id = 'opd-1' AND seq > 2`)
      await transaction.rows("UPDATE ledger_heads SET seq = 2, row_sha256 = (SELECT row_sha256 FROM ledger WHERE tenant_id = 'opd-1' AND seq = 2)")
    })
    const anew = keep('anew.json', lintas('heads').stdout)
    expect(verify(anew)).toMatchObject({ status: 0 })
    expect(verify()).toMatchObject({ status: 1, stdout: expect.stringMatching(/does NOT hold at row 3: .*\(truncated\)/) as string })
    // And writes another in its place: as long as it was, and not what it was.
    await serving((scope) => attend(scope, subjectId, 9))
    expect(verify()).toMatchObject({ status: 1, stdout: expect.stringContaining('(head)') as string })
    rmSync(data, { recursive: true })
    cpSync(join(root, 'whole'), data, { recursive: true })
    expect(verify()).toMatchObject({ status: 0 })
  })

  it('does erasures again in a copy that was made before them', async () => {
    const subject = await serving(storage.createSubject)
    const erasedAt = () => serving((scope) => storage.findSubject(scope, subject.subjectId)).then((found) => found?.erasedAt)
    cpSync(data, join(root, 'backup'), { recursive: true })
    await serving((scope) => storage.eraseSubject(scope, subject.subjectId, { reason: 'asked for it', erasedBy: 'officer-1' }))
    const stones = keep('tombstones.json', lintas('export-tombstones').stdout)
    rmSync(data, { recursive: true })
    cpSync(join(root, 'backup'), data, { recursive: true })
    expect(await erasedAt()).toBeNull()
    expect(lintas('reapply-erasures', '--from', stones)).toEqual({
      status: 0,
      stderr: '',
      stdout: '1 erasures done again, 0 of subjects that are not here\n',
    })
    expect(await erasedAt()).toBeInstanceOf(Date)
  })

  it('keeps the folder to one process at a time', async () => {
    await serving(() => {
      expect(lintas('tenants', 'list')).toMatchObject({ status: 2, stderr: expect.stringContaining('storage-locked') as string })
      return Promise.resolve()
    })
  })
})
