import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { openOfflineQueue, openQueueStore, type OfflineQueue, type ServerOutcome, type StepRecord } from '../../packages/core/src/check-in/index.js'
import type { QueueSurroundings } from '../../packages/core/src/check-in/queue/ports.js'
import { CommittedSession } from '../../packages/core/src/check-in/server/committed-session.js'
import { evidenceOf } from '../../packages/core/src/check-in/server/evidence-of.js'
import { Relay } from '../../packages/core/src/check-in/server/relay.js'
import { mayGoOn, openAny, submitted, type AnySession, type OpeningParts } from '../../packages/core/src/check-in/server/with-offline.js'
import { LintasError } from '../../packages/core/src/errors/index.js'
import type { Action } from '../../packages/core/src/liveness/index.js'
import { CLAIMS, stepOf } from '../../packages/core/test/check-in/queue/fixtures.js'
import { keysInMemory } from '../../packages/core/test/check-in/server/fake-relay.js'
import { jpeg, makeSubject, startBench, type Bench, type Tenant } from '../../packages/server/test/api/bench.js'
import { lintasRelay } from '../../packages/server/src/relay/index.js'
import * as store from '../../packages/server/src/storage/index.js'

const ORIGIN = 'https://absen.example.go.id'
const RELAY = `${ORIGIN}/lintas-api/`

let bench: Bench
let tenant: Tenant
let relays: FastifyInstance
beforeAll(async () => {
  bench = await startBench({ deferred: 'admit' })
  tenant = await bench.tenant('opd-1')
  relays = Fastify()
  const subjectOf = (request: { readonly headers: Readonly<Record<string, unknown>> }) => Promise.resolve(request.headers['x-test-login'] as string)
  await relays.register(lintasRelay, { prefix: '/lintas-api', server: bench.app, apiKey: tenant.keys.agency, origin: ORIGIN, subjectOf })
})
afterAll(async () => {
  await relays.close()
  await bench.close()
})
beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory())
  // What the browser waits between two attempts takes a hundredth of the time.
  const { setTimeout: real } = globalThis
  vi.stubGlobal('setTimeout', (then: () => void, ms = 0) => real(then, ms >= 200 && ms <= 4500 ? ms / 100 : ms))
})
afterEach(() => {
  vi.unstubAllGlobals()
})

/** What is cut: the message before it arrives, or its answer; once, or from then on until the network is back. */
type Cut = { readonly at: string; readonly how: 'message' | 'answer'; readonly lasts: 'once' | 'on' }

/** A phone whose network is cut, and somebody with it who does what is asked and tries again when told to. */
class Phone {
  readonly subjectId: string
  readonly keys = keysInMemory()
  readonly asked: string[] = []
  #cut: Cut | undefined
  #isDown = false

  constructor(subjectId: string, cut: Cut | undefined) {
    this.subjectId = subjectId
    this.#cut = cut
  }

  /** The network is back, and stays. */
  back(): void {
    this.#cut = undefined
    this.#isDown = false
  }

  queue(): OfflineQueue {
    const surroundings: QueueSurroundings = {
      now: () => bench.clock.now,
      random: () => 0,
      later: () => () => undefined,
      onReturn: () => () => undefined,
    }
    const { subjectId: subject, keys: deviceKeys, fetch } = this
    return openOfflineQueue({ relay: RELAY, subject, deviceKeys, fetch, surroundings, store: openQueueStore() })
  }

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input)
    const headers = Object.fromEntries(new Headers(init?.headers))
    const sealed = headers['content-type']?.endsWith('+sealed') === true ? '+sealed' : ''
    const kind = url.slice(RELAY.length).replace(/sessions\/[\w-]+\//u, '') + sealed
    this.asked.push(kind)
    const cut = this.#cut?.at === kind ? this.#cut : undefined
    if (this.#isDown || cut?.how === 'message') throw this.#broken(cut)
    const { body } = init ?? {}
    // Nobody does an action in no time.
    bench.clock.now += 1_000
    const payload = typeof body === 'string' ? body : Buffer.from(body as Uint8Array)
    const path = url.slice(ORIGIN.length)
    const told = await relays.inject({ method: 'POST', url: path, headers: { ...headers, origin: ORIGIN, 'x-test-login': this.subjectId }, payload })
    if (cut !== undefined) throw this.#broken(cut)
    return new Response(told.rawPayload as Uint8Array<ArrayBuffer>, { status: told.statusCode, headers: told.headers as Record<string, string> })
  }

  #broken(cut: Cut | undefined): TypeError {
    if (cut?.lasts === 'on') this.#isDown = true
    if (cut !== undefined) this.#cut = undefined
    return new TypeError('network')
  }

  /** One attempt with the client's own code, less the camera. A fault is told to the person. */
  async attempt(offline: OfflineQueue): Promise<ServerOutcome['outcome'] | 'fault'> {
    try {
      const relay = new Relay(RELAY, this.fetch)
      const parts: OpeningParts = { relay, key: await this.keys.get(), purpose: 'check-in', route: 'standard', offline }
      const session = await openAny(parts, undefined)
      return await this.#attend(session, parts).catch(async (error: unknown): Promise<ServerOutcome['outcome']> => {
        if (await mayGoOn(error, session, parts)) return 'again'
        throw error
      })
    } catch (error) {
      if (error instanceof LintasError) return 'fault'
      throw error
    }
  }

  async #attend(session: AnySession, parts: OpeningParts): Promise<ServerOutcome['outcome']> {
    for (let action: Action | undefined = await session.begin(undefined); action !== undefined;)
      action = await session.commit(done(action), undefined)
    if (session instanceof CommittedSession) return (await submitted(await evidenceOf(session, CLAIMS, parts.key), session, parts, undefined)).outcome
    await session.finish(CLAIMS, bench.clock.now)
    return 'waiting'
  }
}

/** Pictures that begin as JPEGs do, of which no two are alike. */
function done(action: Action): StepRecord {
  const { jpegs, ...step } = stepOf(action)
  return { ...step, jpegs: jpegs.map((bytes, index) => jpeg(`${Buffer.from(bytes).toString()} ${index}`)) }
}

const recordsOf = async (subjectId: string): Promise<readonly store.StoredRecord[]> =>
  (await bench.storage.snapshot(tenant.id, (scope) => store.listRecords(scope, { limit: 1000 }))).filter(
    ({ record }) => record.subjectId === subjectId,
  )

/** A day at the office: the pack is fetched, the network is cut, comes back, and whoever was not taken tries again. */
async function day(
  cut: Cut | undefined,
): Promise<{ readonly phone: Phone; readonly told: readonly string[]; readonly assurance: string | undefined }> {
  const phone = new Phone(await makeSubject(bench, tenant), cut)
  const told: string[] = []
  // A network that is cut later is there when the page opens.
  await phone
    .queue()
    .refresh()
    .catch(() => undefined)
  for (let count = 0; count < 3 && !['admitted', 'waiting'].includes(told.at(-1) ?? ''); count += 1) {
    told.push(await phone.attempt(phone.queue()))
    if (told.at(-1) === 'fault') phone.back()
  }
  // A page that is opened again, before and after the network is back, sends what waits.
  for (let count = 0; count < 3; count += 1) {
    await phone.queue().flush({ urgent: true })
    if (count === 1) phone.back()
  }
  const entries = await phone.queue().entries()
  expect(entries.filter(({ state }) => state !== 'done')).toEqual([])
  const records = await recordsOf(phone.subjectId)
  expect(records.map(({ record }) => record.kind)).toEqual(['attendance'])
  const [record] = records.map(({ record: kept }) => kept)
  return { phone, told, assurance: record?.kind === 'attendance' ? record.assurance : undefined }
}

const MESSAGES = ['packs', 'session', 'begin', 'steps/1', 'steps/2', 'steps/3', 'check-ins'] as const

describe('every check-in ends recorded exactly once', () => {
  it('where nothing is cut', async () => {
    expect(await day(undefined)).toMatchObject({ told: ['admitted'], assurance: 'server-verified' })
  })

  describe.each(MESSAGES)('cut at %s', (at) => {
    it.each(['message', 'answer'] as const)('once, the %s lost: nobody notices', async (how) => {
      expect(await day({ at, how, lasts: 'once' })).toMatchObject({ told: ['admitted'], assurance: 'server-verified' })
    })

    it.each(['message', 'answer'] as const)('for long, the %s lost: the person is told what to do, and does it', async (how) => {
      const { told, assurance, phone } = await day({ at, how, lasts: 'on' })
      if (at === 'packs') expect([told, assurance]).toEqual([['fault', 'admitted'], 'server-verified'])
      else if (at === 'session') expect([told, assurance]).toEqual([['waiting'], 'deferred'])
      // What was sent before the network went is looked for first: it is the same bundle.
      else if (at === 'check-ins') expect([told, assurance]).toEqual([['waiting'], 'server-verified'])
      else expect([told, assurance]).toEqual([['again', 'waiting'], 'deferred'])
      expect(phone.asked.filter((kind) => kind === 'deferred').length > 0).toBe(assurance === 'deferred')
    })
  })

  describe.each(['deferred', 'check-ins+sealed'])('made without a network, and cut again at %s', (at) => {
    it.each([
      ['message', 'once'],
      ['answer', 'once'],
      ['message', 'on'],
      ['answer', 'on'],
    ] as const)('the %s lost, %s', async (how, lasts) => {
      const phone = new Phone(await makeSubject(bench, tenant), { at: 'session', how: 'message', lasts: 'on' })
      await phone.queue().refresh()
      expect(await phone.attempt(phone.queue())).toBe('waiting')
      const later = new Phone(phone.subjectId, { at, how, lasts })
      Object.assign(later, { keys: phone.keys })
      await later.queue().flush({ urgent: true })
      later.back()
      await later.queue().flush({ urgent: true })
      expect(await later.queue().entries()).toMatchObject([{ state: 'done', outcome: { outcome: 'admitted' } }])
      expect((await recordsOf(phone.subjectId)).map(({ record }) => record)).toMatchObject([{ assurance: 'deferred', direction: 'arrival' }])
    })
  })
})

it('two check-ins of a pack are an arrival and a departure; there is no third', async () => {
  const phone = new Phone(await makeSubject(bench, tenant), { at: 'session', how: 'message', lasts: 'on' })
  await phone.queue().refresh()
  const told = [await phone.attempt(phone.queue()), await phone.attempt(phone.queue()), await phone.attempt(phone.queue())]
  expect(told).toEqual(['waiting', 'waiting', 'fault'])
  phone.back()
  expect(await phone.queue().flush({ urgent: true })).toMatchObject({ state: 'empty', settled: 2 })
  const kept = (await recordsOf(phone.subjectId)).map(({ record }) => (record.kind === 'attendance' ? record.direction : record.kind))
  expect(kept).toEqual(['arrival', 'departure'])
})
