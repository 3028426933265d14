import { randomBytes } from 'node:crypto'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli } from '../../src/cli/index.js'
import { readConfig } from '../../src/config/index.js'
import { createLintasServer, type LintasServer } from '../../src/server.js'
import * as store from '../../src/storage/index.js'
import { openKeyring, sealTemplate } from '../../src/vault/index.js'
import { attendance, unguarded } from '../storage/suite.js'
import { randomTemplate } from '../vault/templates.js'

// A backup that was made before an erasure, and restored after it: a real folder, copied while the server was stopped.
const TENANT = 'dinkes'
let place: string
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'lintas-restore-'))
})
afterAll(() => rmSync(place, { recursive: true, force: true }))

const keys = JSON.stringify({ current: 'k1', keys: { k1: randomBytes(32).toString('base64') } })
const data = (): string => join(place, 'data')
const env = () => ({ LINTAS_DATA: data(), LINTAS_KEYS: keys })
/** What a restore does. */
const put = (from: string, to: string): void => {
  rmSync(to, { recursive: true, force: true })
  cpSync(from, to, { recursive: true })
}

async function served<T>(work: (server: LintasServer) => Promise<T>, changes: Readonly<Record<string, string>> = {}): Promise<T> {
  const stats = () => ({ busy: 0, queued: 0, died: 0 })
  const verifier = { ready: Promise.resolve(), verify: () => Promise.reject(new Error('not asked')), close: () => Promise.resolve(), stats }
  const server = await createLintasServer(readConfig({ ...env(), ...changes }), { log: false, verifier })
  try {
    return await work(server)
  } finally {
    await server.close()
  }
}

/** The server over the folder as it lies there now; its database is asked by the commands, too, since opening it takes seconds. */
interface Now {
  readonly ask: (method: 'POST' | 'DELETE', url: string, payload?: object) => Promise<number>
  readonly run: <T>(work: (scope: store.Scope) => Promise<T>) => Promise<T>
  readonly lintas: (line: string, files?: Readonly<Record<string, string>>) => Promise<{ readonly code: number; readonly out: string }>
  /** Rows of a subject in every table that could hold its face, or what knows its phone again. */
  readonly biometric: (subjectId: string) => Promise<Readonly<Record<string, number>>>
}

let token = ''
const now = <T>(work: (now: Now) => Promise<T>, changes?: Readonly<Record<string, string>>): Promise<T> =>
  served(async ({ app, storage }) => {
    const run: Now['run'] = (scoped) => storage.transact(TENANT, scoped)
    return await work({
      run,
      ask: async (method, url, payload) =>
        (await app.inject({ method, url, headers: { authorization: `Bearer ${token}` }, ...(payload === undefined ? {} : { payload }) })).statusCode,
      lintas: async (line, files = {}) => {
        const said: string[] = []
        const out = (text: string) => void said.push(text)
        const readText = (path: string) => (path in files ? Promise.resolve(files[path]!) : Promise.reject(new Error('ENOENT')))
        const open = () => Promise.resolve({ ...storage, close: () => Promise.resolve() })
        return { code: await runCli(line.split(' '), { env: env(), readText, open, out, err: out }), out: said.join('\n') }
      },
      biometric: async (subjectId) => {
        const counts: Record<string, number> = {}
        for (const table of ['"references"', 'evidence', 'devices']) {
          const own = `SELECT count(*)::int AS n FROM ${table} WHERE tenant_id = $1 AND subject_id = $2`
          const [row] = await run(({ transaction }) => transaction.rows(own, [TENANT, subjectId]))
          counts[table] = Number(row!['n'])
        }
        return counts
      },
    })
  }, changes)

/** Somebody of whom there is something of every kind that is biometric, and attendance. */
async function somebody(scope: store.Scope, number: number): Promise<string> {
  const { subjectId } = await store.createSubject(scope)
  const ring = await openKeyring({ kind: 'text', text: keys })
  const textSha256 = (await store.keepConsentText(scope, { version: '1', text: 'I agree' }))!
  await store.giveConsent(scope, subjectId, { version: '1', textSha256 })
  for (const referenceId of [`active-${number}`, `pending-${number}`]) {
    const sealed = sealTemplate(ring, { tenantId: TENANT, subjectId, referenceId }, randomTemplate(subjectId))
    await store.addReference(scope, subjectId, { ...sealed, referenceId, modelIds: ['m'], quality: 1, createdBy: 'o' })
  }
  await store.approveReference(scope, `active-${number}`, ['officer'])
  const session = { policyId: 'p', calibrationId: 'c', minimumAssurance: 'server-verified', steps: 3, token: `t-${number}`, lifetimeMs: 600_000 }
  await store.createSession(scope, { ...session, subjectId, sid: `sid-${number}`, purpose: 'check-in' })
  for (const kind of ['replay', 'sealed'] as const) {
    const kept = { sid: `sid-${number}`, class: kind, ciphertext: randomBytes(64), keyId: 'k1', keepMs: 30 * 86_400_000 }
    await store.keepEvidence(scope, subjectId, kept)
  }
  await store.noteDevice(scope, subjectId, `device-${number}`)
  await store.appendRecord(scope, attendance(subjectId, number))
  return subjectId
}

const EVERYTHING = { '"references"': 2, evidence: 2, devices: 1 }
const NOTHING = { '"references"': 0, evidence: 0, devices: 0 }
const VERIFY = `verify-ledger --tenant ${TENANT} --heads f`

interface Story {
  readonly withdrawn: string
  readonly erased: string
  readonly stays: string
  /** What was kept elsewhere. */
  readonly before: string
  readonly tombstones: string
  readonly after: string
}

let story: Story
beforeAll(async () => {
  const { before, ...people } = await now(async ({ run, lintas }) => {
    const made = await run(async (scope) => {
      await store.createTenant(scope, { kind: 'agency', name: TENANT, timeZone: 'Asia/Jakarta' })
      token = (await store.issueApiKey(scope, 'agency', 'app')).token
      return { withdrawn: await somebody(scope, 1), erased: await somebody(scope, 2), stays: await somebody(scope, 3) }
    })
    return { ...made, before: (await lintas('heads')).out }
  })
  put(data(), join(place, 'backup'))
  const kept = await now(async ({ ask, lintas, biometric }) => {
    const { withdrawn, erased } = people
    expect(await ask('DELETE', `/v1/subjects/${withdrawn}/consents`)).toBe(200)
    expect(await ask('DELETE', `/v1/subjects/${erased}`, { reason: 'left', attendance: true })).toBe(200)
    for (const subjectId of [withdrawn, erased]) expect(await biometric(subjectId)).toEqual(NOTHING)
    const tombstones = (await lintas('export-tombstones')).out
    expect(JSON.parse(tombstones)).toMatchObject({ tombstones: [{ subjectId: withdrawn }, { subjectId: erased }] })
    return { tombstones, after: (await lintas('heads')).out }
  })
  put(data(), join(place, 'live'))
  story = { ...people, before, ...kept }
}, 120_000)

describe('a backup that is restored after an erasure', () => {
  it('holds what was erased, which the ledger shows against later heads, until the erasures are done again', async () => {
    put(join(place, 'backup'), data())
    await now(async ({ run, lintas, biometric, ask }) => {
      const { withdrawn, erased, stays, before, after, tombstones } = story
      // A server that was given no erasures cannot know of those that its data does not know: it would serve.
      for (const subjectId of [withdrawn, erased]) expect(await biometric(subjectId)).toEqual(EVERYTHING)
      expect(await run((scope) => store.activeReference(scope, withdrawn))).toBeDefined()
      expect(await lintas(VERIFY, { f: before })).toMatchObject({ code: 0 })
      expect(await lintas(VERIFY, { f: after })).toMatchObject({
        code: 1,
        out: expect.stringContaining('rows were taken away (truncated)') as string,
      })

      const again = await lintas('reapply-erasures --from f', { f: tombstones })
      expect(again).toEqual({ code: 0, out: '2 erasures done again, 0 of subjects that are not here' })
      for (const subjectId of [withdrawn, erased]) expect(await biometric(subjectId)).toEqual(NOTHING)
      expect(await biometric(stays)).toEqual(EVERYTHING)
      expect(await lintas(VERIFY, { f: before })).toMatchObject({ code: 0 })
      const issue = (subjectId: string) => ask('POST', '/v1/sessions', { subjectId, purpose: 'check-in' })
      expect([await issue(erased), await issue(stays)]).toEqual([404, 201])
      expect(await run((scope) => store.standingConsent(scope, withdrawn))).toBeUndefined()
      // Attendance rests on public duty: the withdrawal leaves it, the erasure asked for it.
      const records = await run((scope) => store.listRecords(scope, { limit: 99 }))
      expect(records.map(({ record }) => [record.kind, record.subjectId])).toEqual([
        ['attendance', withdrawn],
        ['attendance', stays],
        ['erasure', erased],
      ])
    })
  }, 60_000)

  it('is served by no server that was given the erasures before they are done again', async () => {
    put(join(place, 'backup'), data())
    const { withdrawn, erased, stays, tombstones } = story
    const file = join(place, 'tombstones.json')
    const given = { LINTAS_TOMBSTONES_FILE: file }
    const started = () => now(() => Promise.resolve('started'), given)
    await expect(started()).rejects.toMatchObject({ code: 'erasures-file' })
    for (const text of ['x', '{}', tombstones.replace('"biometrics"', '"all"')]) {
      writeFileSync(file, text)
      await expect(started(), text.slice(0, 9)).rejects.toMatchObject({ code: 'erasures-file' })
    }
    writeFileSync(file, tombstones)
    await now(({ run }) => run((scope) => store.holdSession(scope, 'sid-1', { reason: 'inquiry', until: null })))
    const command = 'lintas holds release --tenant dinkes --session sid-1 --reason'
    const said = expect.stringMatching(new RegExp(`dinkes/${withdrawn}: ${command}`, 'u')) as string
    await expect(started()).rejects.toMatchObject({ code: 'erasures-held', message: said })
    await now(async ({ biometric, run, lintas }) => {
      // The one that is held waits whole; the one after it is done all the same.
      expect(await biometric(withdrawn)).toEqual(EVERYTHING)
      expect(await biometric(erased)).toEqual(NOTHING)
      expect((await run(store.listTombstones)).map(({ subjectId }) => subjectId)).toEqual([erased])
      expect(await lintas('reapply-erasures --from f', { f: tombstones })).toMatchObject({ code: 1, out: expect.stringContaining(command) as string })
      const release = 'holds release --tenant dinkes --session sid-1 --reason over --actor kepala'
      expect(await lintas(release)).toEqual({ code: 0, out: 'dinkes: sid-1 is under no legal hold any more, 2 pieces of evidence' })
      expect(await lintas(release)).toEqual({ code: 1, out: 'dinkes: nothing of sid-1 is under a legal hold' })
      const acts = await run((scope) => store.listActs(scope, { from: new Date(0), until: new Date('2100-01-01'), subjectId: withdrawn, limit: 999 }))
      expect(acts.filter(({ action }) => action === 'evidence-released')).toMatchObject([
        { actor: 'kepala', details: JSON.stringify({ sid: 'sid-1', typed: true }) },
      ])
    })
    await now(async ({ biometric, ask, run }) => {
      for (const subjectId of [withdrawn, erased]) expect(await biometric(subjectId)).toEqual(NOTHING)
      expect(await biometric(stays)).toEqual(EVERYTHING)
      expect(await ask('POST', '/v1/sessions', { subjectId: erased, purpose: 'check-in' })).toBe(404)
      // Enrolled anew since: the next start takes nothing of it.
      await run(async (scope) => {
        await store.giveConsent(scope, withdrawn, { version: '1', textSha256: 'a'.repeat(64) })
        await store.noteDevice(scope, withdrawn, 'phone')
        await store.issuePack(scope, { subjectId: withdrawn, thumbprint: 'phone', day: '2026-03-02', lifetimeMs: 86_400_000 })
      })
    }, given)
    await now(async ({ run }) => {
      expect(await run((scope) => store.standingConsent(scope, withdrawn))).toBeDefined()
      expect(await run((scope) => store.hasPack(scope, { subjectId: withdrawn, thumbprint: 'phone', day: '2026-03-02' }))).toBe(true)
    }, given)
  }, 120_000)

  it('in part, into a ledger that went on, is told by the ledger itself', async () => {
    put(join(place, 'live'), data())
    const { erased, after, tombstones } = story
    const rows = await recordsOf(join(place, 'backup'), erased)
    expect(rows).toHaveLength(1)
    await now(async ({ run, lintas }) => {
      expect(await lintas(VERIFY, { f: after })).toMatchObject({ code: 0 })
      await run(async (scope) => {
        await unguarded(scope)
        for (const { seq, kind, body, salt, at } of rows) {
          await scope.database.execute(sql`INSERT INTO records VALUES (${TENANT}, ${seq}, ${kind}, ${erased}, ${at}, ${body})`)
          await scope.database.execute(sql`INSERT INTO ledger_salts VALUES (${TENANT}, ${seq}, ${salt})`)
        }
      })
      const restored = expect.stringContaining('a backup was restored; run reapply-erasures (restored)') as string
      expect(await lintas(VERIFY, { f: after })).toMatchObject({ code: 1, out: restored })
      expect(await lintas('reapply-erasures --from f', { f: tombstones })).toMatchObject({ code: 0 })
      expect(await lintas(VERIFY, { f: after })).toMatchObject({ code: 0 })
    })
  }, 60_000)
})

/** Records of a subject with their salts, as a folder has them. */
async function recordsOf(folder: string, subjectId: string) {
  const storage = await store.openStorage({ kind: 'embedded', folder })
  const all = `SELECT r.seq, r.kind, r.body, s.salt, r.occurred_at::text AS at FROM records r JOIN ledger_salts s USING (tenant_id, seq)
    WHERE r.tenant_id = $1 AND r.subject_id = $2`
  const rows = await storage.snapshot(TENANT, ({ transaction }) => transaction.rows(all, [TENANT, subjectId]))
  await storage.close()
  return rows
}
