import { publicJwks } from '@lintas/core/receipt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseOffices } from '../../src/place/index.js'
import { openPlan } from '../../src/sessions/index.js'
import * as store from '../../src/storage/index.js'
import { openKeyring, rotateTemplates, type Keyring } from '../../src/vault/index.js'
import { OfflineAttempt } from '../offline/offline-attempt.js'
import { ADMITTED, Attempt, expectStatus, makeDevice, makeSubject, refusal, startBench, type Bench, type Tenant } from './bench.js'

const OLD = { k1: Buffer.alloc(32, 7).toString('base64') }
const NEW = { k2: Buffer.alloc(32, 8).toString('base64') }
const ringOf = (current: string, keys: object): Promise<Keyring> => openKeyring({ kind: 'text', text: JSON.stringify({ current, keys }) })
const offices = parseOffices(JSON.stringify({ 'opd-1': { hall: { name: 'Hall', code: true } } }))

/** One deployment before its keys change, with both, and when the old one is gone. */
const servers: Bench[] = []
let [running, tenant]: [number, Tenant] = [0, undefined as unknown as Tenant]
/** Whichever of them runs. */
let bench: Bench
const BEFORE = 0
const BOTH = 1
const GONE = 2

beforeAll(async () => {
  const first = await startBench({}, { offices, keyring: await ringOf('k1', OLD) })
  servers.push(first)
  const { storage, serverKey } = first
  const same = { storage, offices, signing: () => ({ key: serverKey, jwks: publicJwks([serverKey]) }) }
  for (const ring of [await ringOf('k2', { ...OLD, ...NEW }), await ringOf('k2', NEW)]) servers.push(await startBench({}, { ...same, keyring: ring }))
  for (const server of servers) server.verdict = ADMITTED
  bench = { ...first, ask: (...asked) => servers[running]!.ask(...asked) }
  tenant = await bench.tenant('opd-1')
})
afterAll(() => Promise.all(servers.map((server) => server.close())))

async function begun(): Promise<{ one: Attempt; subjectId: string; proof: object }> {
  running = BEFORE
  const subjectId = await makeSubject(bench, tenant)
  const one = new Attempt(bench, tenant, await makeDevice())
  expectStatus(await one.issue(subjectId), 201)
  const proof = await one.proof()
  expectStatus(await one.begin(proof), 200)
  return { one, subjectId, proof }
}
const secretBefore = async () => (await ringOf('k1', OLD)).secret('opening')

describe('a session that is under way when the deployment’s key changes', () => {
  for (const at of [0, 1, 2, 3])
    it(`after ${at} steps goes on, and is admitted`, async () => {
      const { one } = await begun()
      for (let count = 0; count < at; count += 1) expectStatus(await one.step(), 200)
      running = BOTH
      for (let count = at; count < 3; count += 1) expectStatus(await one.step(), 200)
      const secret = await secretBefore()
      const planned = [1, 2, 3].flatMap((nth) =>
        openPlan(secret, one.sid, { nth, of: 3, frames: 8, shows: 4, purpose: 'check-in' }).map((index) => ({ step: nth, index })),
      )
      expect(one.opened.map(({ step, index }) => ({ step, index }))).toEqual(planned)
      expect((await one.submit(await one.bundle())).body).toMatchObject({ outcome: 'admitted' })
    })

  it('gives the answers of before to whoever asks again', async () => {
    const { one, proof } = await begun()
    const first = one.next
    running = BOTH
    expect((await one.begin(proof)).body['step']).toEqual(first)
    running = BEFORE
    for (const n of [1, 2, 3]) {
      bench.clock.now += 1_000
      running = BEFORE
      const { message } = await one.message()
      const told = await one.send(n, message)
      expectStatus(told, 200)
      running = BOTH
      expect((await one.send(n, message)).text).toBe(told.text)
      one.next = told.body['next'] as typeof one.next
    }
  })

  it('is over where that key is gone: told as such, and the next one goes', async () => {
    const { one, subjectId, proof } = await begun()
    bench.clock.now += 1_000
    const { message } = await one.message()
    running = GONE
    expect(refusal(await one.begin(proof))).toEqual([410, 'session-expired'])
    expect(refusal(await one.send(1, message))).toEqual([410, 'session-expired'])
    const again = new Attempt(bench, tenant, one.device)
    await again.issue(subjectId)
    expect((await again.begin()).status).toBe(200)
    expect((await again.step()).status).toBe(200)
  })

  it('with all steps taken is decided even then, once what is kept was put under the new key', async () => {
    const { one } = await begun()
    for (let count = 0; count < 2; count += 1) expectStatus(await one.step(), 200)
    bench.clock.now += 1_000
    const { message } = await one.message()
    const last = await one.send(3, message)
    running = GONE
    expect((await one.send(3, message)).text).toBe(last.text)
    const whole = await begun()
    for (let count = 0; count < 3; count += 1) expectStatus(await whole.one.step(), 200)
    expect((await rotateTemplates(bench.storage, tenant.id, await ringOf('k2', { ...OLD, ...NEW }))).failed).toEqual([])
    running = GONE
    expect((await whole.one.submit(await whole.one.bundle())).body).toMatchObject({ outcome: 'admitted' })
  })

  it('consumes nothing where its reference is still under a key that is gone, and is decided when that is given back', async () => {
    const { one } = await begun()
    running = BOTH
    for (let count = 0; count < 3; count += 1) expectStatus(await one.step(), 200)
    const evidence = await one.bundle()
    running = GONE
    expect(refusal(await one.submit(evidence))).toEqual([503, 'key-missing'])
    running = BOTH
    expect((await one.submit(evidence)).body).toMatchObject({ outcome: 'admitted' })
  })

  it('that a later begin ended says so under the new key, too', async () => {
    const { one, subjectId } = await begun()
    running = BOTH
    const next = new Attempt(bench, tenant, one.device)
    await next.issue(subjectId)
    expectStatus(await next.begin(), 200)
    expect(refusal(await one.step())).toEqual([410, 'session-expired'])
  })
})

describe('what was told under the key of before', () => {
  it('a code that an office’s screen shows is taken as long as the ring holds the key', async () => {
    running = BEFORE
    const subjectId = await makeSubject(bench, tenant)
    const { code } = (await bench.ask('GET', '/v1/offices/hall/code', { key: tenant.keys.agency })).body
    const issue = () =>
      bench.ask('POST', '/v1/sessions', { key: tenant.keys.agency, json: { subjectId, purpose: 'check-in', place: { office: 'hall', code } } })
    running = BOTH
    expect((await issue()).status).toBe(201)
    running = GONE
    expect(refusal(await issue())).toEqual([422, 'place-code'])
    expect(await bench.storage.snapshot(tenant.id, (scope) => store.limitState(scope, subjectId))).toMatchObject({ begins: [bench.clock.now] })
  })

  it('a pack is told again and is good as long as the ring holds the key; after that no other is told for the day', async () => {
    running = BEFORE
    const subjectId = await makeSubject(bench, tenant)
    const one = new OfflineAttempt(bench, tenant, await makeDevice(), subjectId)
    const pack = await one.pack()
    running = BOTH
    expect((await one.pack()).nonces).toEqual(pack.nonces)
    await one.make(pack, pack.nonces[0]!)
    const told = await one.defer()
    expect(told.status).toBe(200)
    const body = await one.bundle(told.body['open'] as number[][])
    expect((await one.submit(body)).body).toMatchObject({ outcome: 'review' })
    running = GONE
    expect(refusal(await one.askPack())).toEqual([409, 'pack-issued'])
    const second = await new OfflineAttempt(bench, tenant, one.device, subjectId).make(pack, pack.nonces[1]!)
    expect(refusal(await second.defer())).toEqual([422, 'evidence-malformed'])
  })
})
