import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { verifyDecision } from '@lintas/core/receipt'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readConfig } from '../../src/config/index.js'
import { createLintasServer, type LintasServer } from '../../src/server.js'
import * as store from '../../src/storage/index.js'
import { openKeyring } from '../../src/vault/index.js'
import type { Findings as ServerFindings } from '../../src/verification/index.js'
import { OfflineAttempt } from '../offline/offline-attempt.js'
import { ADMITTED, Attempt, inject, makeDevice, makeSubject, makeTenant, refusal, type Bench, type Tenant } from './bench.js'

// A server as it is shipped: nothing is configured but a folder, and no policy is a test's own. Only the verification is made up, and the clock is real.
const folder = mkdtempSync(join(tmpdir(), 'lintas-defaults-'))
const config = readConfig({ LINTAS_DATA: folder })
let server: LintasServer
let bench: Bench
let tenant: Tenant
let subjectId = ''
beforeAll(async () => {
  const verify = () => Promise.resolve(ADMITTED as ServerFindings)
  const verifier = { verify, ready: Promise.resolve(), close: () => Promise.resolve(), stats: () => ({ busy: 0, queued: 0, died: 0 }) }
  server = await createLintasServer(config, { log: false, verifier })
  const { app, storage } = server
  bench = {
    ...{ app, storage, keyring: await openKeyring(config.keys), clock: { now: 0 } },
    ask: async (method, url, ask = {}) => {
      // A step takes its time: 0.3 s at least.
      if (url.includes('/steps/')) await setTimeout(350)
      return await inject(app, method, url, ask)
    },
    keyOf: async ({ id }, actor, role = 'officer') => (await storage.transact(id, (scope) => store.issueApiKey(scope, role, 'test', actor))).token,
  } as Bench
  tenant = await makeTenant(storage, 'opd-1', 'agency')
  subjectId = await makeSubject(bench, tenant)
}, 60_000)
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

const records = () => bench.storage.snapshot(tenant.id, (scope) => store.listRecords(scope, { limit: 100 }))
const officer = async (method: string, url: string, json?: object) =>
  await bench.ask(method, url, { key: tenant.keys.officer, ...(json === undefined ? {} : { json }) })

it('a new device is admitted three times, flagged, and then refused until an officer binds it', async () => {
  const device = await makeDevice()
  const use = async () => {
    const one = await new Attempt(bench, tenant, device).run(subjectId)
    const { body } = await one.submit(await one.bundle())
    const { body: found } = await officer('GET', `/v1/sessions/${one.sid}/findings`)
    return [body, (found['findings'] as { flags: string[] }).flags]
  }
  for (let count = 1; count <= 3; count += 1) {
    expect(await use()).toEqual([{ outcome: 'admitted', next: 'done' }, ['device-provisional']])
    expect(await records()).toHaveLength(count)
  }
  const [refused, flags] = await use()
  expect([refused, flags]).toEqual([{ outcome: 'refused', next: 'assisted' }, expect.arrayContaining(['device-unbound'])])
  expect((await officer('POST', `/v1/devices/${device.thumbprint}/bind`)).status).toBe(200)
  expect(await use()).toEqual([{ outcome: 'admitted', next: 'done' }, []])
  expect(await records()).toHaveLength(4)
  expect((await officer('GET', '/v1/reviews?state=waiting')).body['reviews']).toEqual([])
}, 60_000)

it('a check-in without a network is a review that an officer accepts, and is recorded once, with its interval', async () => {
  const who = await makeSubject(bench, tenant)
  const before = (await records()).length
  const one = new OfflineAttempt(bench, tenant, await makeDevice(), who)
  const pack = await one.pack()
  await one.make(pack, pack.nonces[0]!)
  const told = await one.submit(await one.bundle((await one.defer()).body['open'] as number[][]))
  expect(told.body).toEqual({ outcome: 'review', next: 'wait' })
  expect(await records()).toHaveLength(before)
  expect((await officer('GET', '/v1/reviews?state=waiting')).body).toMatchObject({
    reviews: [{ sid: one.sid, subjectId: who, assurance: 'deferred' }],
  })
  const accept = () => officer('POST', `/v1/reviews/${one.sid}/accept`, {})
  const accepted = await Promise.all([accept(), accept(), accept()])
  expect(new Set(accepted.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
  expect(accepted[0].body).toMatchObject({ state: 'accepted' })
  expect(refusal(await officer('POST', `/v1/reviews/${one.sid}/reject`, { reason: 'r' }))).toEqual([409, 'review-settled'])
  const own = (await records()).slice(before).map(({ record }) => record)
  expect(own).toMatchObject([{ subjectId: who, assurance: 'deferred', notBefore: pack.issuedAt, sid: one.sid }])
  const jwks = (await bench.ask('GET', '/v1/keys')).body as { keys: object[] }
  const trust = { jwks, issuer: 'lintas', audience: tenant.id, sid: one.sid, sub: who, purpose: 'check-in' as const }
  const { claims } = await verifyDecision(String((await one.decision()).body['decision']), trust)
  expect(claims).toMatchObject({ outcome: 'admitted', assurance: 'deferred', settled: 'officer' })
  expect(await bench.storage.snapshot(tenant.id, (scope) => store.verifyLedger(scope))).toMatchObject({ intact: true })
}, 60_000)
