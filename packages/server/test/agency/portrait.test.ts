import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readConfig } from '../../src/config/index.js'
import { openDemoServer, type DemoServer } from '../../src/demo-server.js'
import { evidenceAad } from '../../src/sessions/index.js'
import { addReference, createSubject, keepEvidence, listActs } from '../../src/storage/index.js'
import { openKeyring } from '../../src/vault/index.js'
import { PORTRAIT } from './fake-lintas.js'

// The demo's agency with the real server behind it, in one process.

const HEADERS = { host: 'localhost:8080', origin: 'http://localhost:8080' }
const SID = 's'.repeat(22)
let folder: string
let demo: DemoServer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lintas-portrait-'))
  const config = readConfig({ LINTAS_DATA: join(folder, 'data'), LINTAS_WORKERS: '1' })
  const verifier = {
    ...{ ready: Promise.resolve(), verify: () => Promise.reject(new Error('nobody submits')), close: () => Promise.resolve() },
    stats: () => ({ died: 0, busy: 0, queued: 0 }),
  }
  demo = await openDemoServer({ config, folder, pages: folder, assets: join(folder, 'none'), lintas: { verifier, log: false } })
  const keyring = await openKeyring(config.keys)
  await demo.lintas.storage.transact('demo', async (scope) => {
    const { subjectId } = await createSubject(scope)
    await addReference(scope, subjectId, {
      ...{ referenceId: SID, ciphertext: new Uint8Array([1]), keyId: 'k', modelIds: [], quality: 1, createdBy: 'x' },
    })
    const sealed = keyring.seal('evidence', new Uint8Array(PORTRAIT), evidenceAad('demo', subjectId, SID, 'sealed'))
    await keepEvidence(scope, subjectId, { sid: SID, class: 'sealed', ...sealed, keepMs: 86_400_000 })
  })
}, 60_000)
afterAll(async () => {
  await demo.close()
  await rm(folder, { recursive: true, force: true })
})

it('the officer sees whose face waits, byte for byte, nothing keeps it, and that they looked is noted', async () => {
  const url = `/demo/officer/enrolments/${SID}/portrait`
  expect((await demo.app.inject({ url, headers: HEADERS })).statusCode).toBe(401)
  const login = await demo.app.inject({ method: 'POST', url: '/demo/officer/login', headers: HEADERS })
  const headers = { ...HEADERS, cookie: String(login.headers['set-cookie']).split(';')[0] ?? '' }
  const seen = await demo.app.inject({ url, headers })
  expect([seen.statusCode, seen.headers['content-type'], seen.headers['cache-control']]).toEqual([200, 'image/jpeg', 'no-store'])
  expect(new Uint8Array(seen.rawPayload)).toEqual(PORTRAIT)
  const acts = await demo.lintas.storage.snapshot('demo', (scope) =>
    listActs(scope, { from: new Date(0), until: new Date('2100-01-01'), limit: 100 }),
  )
  expect(acts.filter(({ action }) => action === 'enrolment-seen')).toMatchObject([{ actor: 'petugas-demo-1', details: `{"enrolmentId":"${SID}"}` }])
})
