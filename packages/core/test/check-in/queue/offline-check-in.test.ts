import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  createServerCheckIn,
  openOfflineQueue,
  openQueueStore,
  PACKS_TOKEN,
  type DeferredMessage,
  type FrameFeed,
  type OfflineQueue,
  type QueueNews,
  type ServerOutcome,
} from '../../../src/check-in/index.js'
import type { QueueSurroundings } from '../../../src/check-in/queue/ports.js'
import { LintasError } from '../../../src/errors/index.js'
import type { Action } from '../../../src/liveness/index.js'
import { verifyBegin, type DeviceKeys } from '../../../src/receipt/index.js'
import { FakeRelay, keysInMemory, problem, RELAY, type Intercept } from '../server/fake-relay.js'
import { withEvidence } from '../server/scene.js'
import { ACTED, analysisOf } from '../computed-person.js'
import { analyserOf, Stage, type Scene } from '../staged.js'
import { FakeServer } from './fake-server.js'
import { SUBJECT } from './fixtures.js'

const ACTIONS: readonly Action[] = ['turn-left', 'open-mouth', 'turn-right']
/** What the computed person can do. */
const CAN = Object.keys(ACTED) as readonly Action[]

/** A phone, an agency's relay, and a server behind it; the network can be cut at any of their messages. */
class Phone {
  readonly server = new FakeServer()
  /** Whether a message goes through, by its path. */
  cut: Intercept = () => undefined
  readonly keys: DeviceKeys = keysInMemory()
  readonly asked: string[] = []
  packs = 0
  /** Sessions of the server's own; each has one relay. */
  relay = new FakeRelay({ actions: ACTIONS })
  readonly admitted: string[] = []
  nowMs = Date.parse('2026-11-24T01:00:00.000Z')
  readonly timers: { readonly ms: number; readonly then: () => void }[] = []
  returns = (): void => undefined
  readonly surroundings: QueueSurroundings = {
    now: () => this.nowMs,
    random: () => 0,
    later: (ms, then) => {
      const timer = { ms, then }
      this.timers.push(timer)
      return () => void this.timers.splice(this.timers.indexOf(timer), this.timers.includes(timer) ? 1 : 0)
    },
    onReturn: (then) => {
      this.returns = then
      return () => (this.returns = () => undefined)
    },
  }

  queue(subject = SUBJECT): OfflineQueue {
    const { keys: deviceKeys, surroundings, fetch } = this
    return openOfflineQueue({ relay: RELAY, subject, deviceKeys, surroundings, fetch, store: openQueueStore() })
  }

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const path = String(input instanceof Request ? input.url : input).replace(RELAY, '')
    this.asked.push(path)
    const kind = path.replace(/sessions\/[\w-]+\//, '')
    const fate = this.cut(kind, this.asked.filter((one) => one.endsWith(kind)).length)
    if (fate === 'no-answer') throw new TypeError('network')
    if (fate !== undefined && fate !== 'answer-lost') return fate
    const answer = await this.#answer(path, input, init)
    if (fate === 'answer-lost') throw new TypeError('network')
    return answer
  }

  async #answer(path: string, input: string | URL | Request, init: RequestInit | undefined): Promise<Response> {
    const type = new Headers(init?.headers).get('content-type')
    if (path === 'packs') return this.#pack(JSON.parse(init?.body as string) as { proof: string })
    if (path === 'deferred') return this.#said(this.server.ports.deferred(JSON.parse(init?.body as string) as DeferredMessage, undefined))
    if (type === 'application/vnd.lintas.evidence+sealed')
      return this.#said(this.server.ports.evidence('check-ins', init?.body as Uint8Array<ArrayBuffer>, true, undefined))
    const answer = await this.relay.fetch(input, init)
    if (path === 'check-ins' && !this.admitted.includes(this.relay.sid)) this.admitted.push(this.relay.sid)
    return answer
  }

  /** A pack is told once a day. */
  async #pack({ proof }: { proof: string }): Promise<Response> {
    await verifyBegin(proof, { token: PACKS_TOKEN, method: 'POST', url: `${RELAY}packs` })
    this.packs += 1
    return this.packs > 1 ? problem(409, 'pack-issued') : Response.json(await this.server.issue(CAN))
  }

  async #said(answer: Promise<unknown>): Promise<Response> {
    try {
      return Response.json(await answer)
    } catch (error) {
      if (!(error instanceof LintasError)) throw error
      return problem(Number(error.details['status'] ?? 500), String(error.details['code'] ?? error.code))
    }
  }

  /** Somebody does what is asked. */
  async checkIn(offline: OfflineQueue | undefined, scene: Scene = {}): Promise<ServerOutcome> {
    this.relay = new FakeRelay({ actions: ACTIONS })
    const stage = new Stage({ seconds: 110, ...scene })
    const analyser = analyserOf((options) => withEvidence(analysisOf(stage.shot, options), options))
    const parts = { analyser, relay: RELAY, deviceKeys: this.keys, agreementLimits: { m: 0.6 }, fetch: this.fetch }
    const session = createServerCheckIn({ ...parts, ...(offline && { offline }) })
    // Signing takes real time, of which computed frames take none.
    const feed: FrameFeed = (take, signal) =>
      stage.feed(async (picture, timestampMs) => {
        await take(picture, timestampMs)
        await new Promise((resolve) => setTimeout(resolve, 2))
      }, signal)
    return session.run(feed, { onPrompt: stage.prompt })
  }
}

const NOWHERE: Intercept = () => 'no-answer'

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory())
  // What the relay waits between two attempts takes a twentieth of the time.
  const { setTimeout: real } = globalThis
  vi.stubGlobal('setTimeout', (then: () => void, ms = 0) => real(then, ms >= 200 && ms <= 4500 ? ms / 20 : ms))
})
afterEach(() => {
  vi.unstubAllGlobals()
})

describe('a check-in without a network', () => {
  it('waits, and is recorded once when the network is back', async () => {
    const phone = new Phone()
    const queue = phone.queue()
    expect(await queue.refresh()).toBe('fresh')
    expect(await queue.refresh()).toBe('kept')
    phone.cut = NOWHERE
    const outcome = await phone.checkIn(queue)
    expect(outcome).toMatchObject({ outcome: 'waiting', next: 'wait', assurance: 'deferred', since: '2026-11-24T01:00:00.000Z' })
    expect(await queue.flush()).toMatchObject({ state: 'later', fault: 'server-network' })
    phone.cut = () => undefined
    const next = phone.queue()
    expect(await next.flush({ urgent: true })).toEqual({ state: 'empty', settled: 1 })
    expect([...phone.server.recorded]).toEqual([[outcome.sid, 1]])
    expect(await next.entries()).toMatchObject([{ sid: outcome.sid, kind: 'deferred', state: 'done', outcome: { outcome: 'admitted' } }])
  }, 30_000)

  it('asks no relay where the browser knows that there is none', async () => {
    const phone = new Phone()
    const queue = phone.queue()
    await queue.refresh()
    vi.stubGlobal('navigator', { onLine: false })
    const before = phone.asked.length
    expect(await phone.checkIn(queue)).toMatchObject({ outcome: 'waiting' })
    expect(phone.asked.length).toBe(before)
  })

  it('cannot be made without a pack, nor with a pack that is used', async () => {
    const phone = new Phone()
    const queue = phone.queue()
    vi.stubGlobal('navigator', { onLine: false })
    await expect(phone.checkIn(queue)).rejects.toMatchObject({ code: 'queue-pack' })
    await queue.refresh()
    await phone.checkIn(queue)
    await phone.checkIn(queue)
    await expect(phone.checkIn(queue)).rejects.toMatchObject({ code: 'queue-pack' })
    expect(await queue.left()).toBe(0)
    await queue.flush()
    expect([...phone.server.recorded.values()]).toEqual([1, 1])
  })

  it('that fails before the camera keeps nothing and has spent its nonce', async () => {
    const phone = new Phone()
    const queue = phone.queue()
    await queue.refresh()
    vi.stubGlobal('navigator', { onLine: false })
    expect(await phone.checkIn(queue, { does: () => 'blink' })).toMatchObject({ outcome: 'refused', next: 'again', assurance: 'client-asserted' })
    expect([await queue.left(), await queue.entries()]).toEqual([1, []])
  })

  it('is one of ten an hour, and after too many failures an officer helps', async () => {
    const phone = new Phone()
    const queue = phone.queue()
    await queue.refresh()
    for (let count = 0; count < 5; count += 1) await queue.seam.limits.ended('failure')
    vi.stubGlobal('navigator', { onLine: false })
    await expect(phone.checkIn(queue)).rejects.toMatchObject({ code: 'attempts-limited', details: { retryAfterMs: 60_000, code: 'delayed' } })
    for (let count = 0; count < 5; count += 1) await queue.seam.limits.ended('failure')
    expect(await phone.checkIn(queue)).toMatchObject({ outcome: 'refused', next: 'assisted' })
    expect(await queue.left()).toBe(2)
    // The same pack again says nothing of now.
    phone.packs = 0
    await queue.refresh()
    expect(await phone.checkIn(queue)).toMatchObject({ outcome: 'refused', next: 'assisted' })
  })

  it('can be made again once the server has told a new pack to who had failed too often: an officer has helped', async () => {
    const phone = new Phone()
    const queue = phone.queue()
    for (let count = 0; count < 10; count += 1) await queue.seam.limits.ended('failure')
    await queue.refresh()
    vi.stubGlobal('navigator', { onLine: false })
    expect(await phone.checkIn(queue)).toMatchObject({ outcome: 'waiting' })
  })
})

describe('a network that is cut', () => {
  const lost =
    (what: string): Intercept =>
    (path) =>
      path === what ? 'answer-lost' : undefined
  const gone =
    (what: string): Intercept =>
    (path) =>
      path === what ? 'no-answer' : undefined

  it.each(
    ['session', 'begin', 'steps/1', 'steps/2', 'steps/3', 'check-ins'].flatMap((at) => [
      ['before', at, gone(at)] as const,
      ['after', at, lost(at)] as const,
    ]),
  )(
    '%s the server has seen %s: the check-in ends recorded exactly once',
    async (_when, at, cut) => {
      const phone = new Phone()
      const queue = phone.queue()
      await queue.refresh()
      phone.cut = cut
      let outcome = await phone.checkIn(queue)
      if (at !== 'session' && at !== 'check-ins') {
        expect(outcome).toMatchObject({ outcome: 'again', reason: 'network', next: 'again', assurance: 'client-asserted' })
        // Whatever came before is lost to the server's clock; the next attempt does without the network.
        phone.cut = NOWHERE
        outcome = await phone.checkIn(queue)
      }
      expect(outcome).toMatchObject({ outcome: 'waiting', assurance: at === 'check-ins' ? 'client-asserted' : 'deferred' })
      phone.cut = () => undefined
      expect(await phone.queue().flush({ urgent: true })).toEqual({ state: 'empty', settled: 1 })
      expect([...phone.server.recorded.keys(), ...phone.admitted]).toEqual([outcome.sid])
      expect([...phone.server.recorded.values()].every((count) => count === 1)).toBe(true)
    },
    30_000,
  )

  it('at the evidence, for longer than the session lasts, is told as what it is', async () => {
    const phone = new Phone()
    const queue = phone.queue()
    await queue.refresh()
    phone.cut = gone('check-ins')
    const { sid } = await phone.checkIn(queue)
    phone.cut = (path) => (path === 'check-ins' ? problem(410, 'session-expired') : undefined)
    expect(await queue.flush({ urgent: true })).toEqual({ state: 'empty', settled: 1 })
    expect(await queue.entries()).toMatchObject([{ sid, kind: 'bundle', state: 'failed', code: 'session-expired' }])
  }, 30_000)

  it('without a queue is a fault, as ever', async () => {
    const phone = new Phone()
    phone.cut = gone('steps/1')
    await expect(phone.checkIn(undefined)).rejects.toMatchObject({ code: 'server-network' })
  })

  it('leaves nothing behind where the server answers', async () => {
    const phone = new Phone()
    const queue = phone.queue()
    expect(await phone.checkIn(queue)).toMatchObject({ outcome: 'admitted', assurance: 'server-verified' })
    expect(await queue.entries()).toEqual([])
    phone.cut = (path) => (path === 'check-ins' ? problem(422, 'evidence-malformed') : undefined)
    await expect(phone.checkIn(queue)).rejects.toMatchObject({ code: 'server-session' })
    expect(await queue.entries()).toEqual([])
  })

  it('is no obstacle to a device that can keep nothing while the network is there', async () => {
    const phone = new Phone()
    const queue = phone.queue()
    vi.stubGlobal('indexedDB', undefined)
    expect(await phone.checkIn(queue)).toMatchObject({ outcome: 'admitted' })
  })
})

describe('a page that watches', () => {
  it('fetches a pack and sends when it starts, when the network returns, and when a wait is over', async () => {
    const phone = new Phone()
    const queue = phone.queue()
    const news: QueueNews[] = []
    const stop = queue.watch((told) => news.push(told))
    const next = async (): Promise<number> => {
      const timer = phone.timers.shift()!
      const before = news.length
      timer.then()
      await vi.waitFor(() => expect(news.length).toBeGreaterThan(before), { timeout: 10_000, interval: 5 })
      return timer.ms
    }
    expect(await next()).toBe(0)
    expect(await queue.left()).toBe(2)
    expect(news.at(-1)?.flushed).toEqual({ state: 'empty', settled: 0 })
    phone.cut = NOWHERE
    const { sid } = await phone.checkIn(queue)
    expect(await next()).toBe(0)
    expect(news.at(-1)).toMatchObject({ flushed: { state: 'later', fault: 'server-network', retryInMs: 500 }, entries: [{ sid, state: 'waiting' }] })
    expect(phone.timers.map(({ ms }) => ms)).toEqual([500])
    phone.nowMs += 500
    await next()
    expect(phone.timers.map(({ ms }) => ms)).toEqual([1000])
    phone.cut = () => undefined
    phone.returns()
    expect(phone.timers).toHaveLength(1)
    await next()
    expect(news.at(-1)).toMatchObject({ flushed: { state: 'empty', settled: 1 }, entries: [{ sid, state: 'done' }] })
    await queue.acknowledge(sid)
    await next()
    expect(news.at(-1)?.entries).toEqual([])
    stop()
    expect(phone.timers).toEqual([])
    phone.returns()
    expect(phone.timers).toEqual([])
  }, 30_000)

  it('asks once that what waits may stay', async () => {
    const persist = vi.fn(() => Promise.resolve(true))
    vi.stubGlobal('navigator', { storage: { persist } })
    const phone = new Phone()
    await phone.queue().refresh()
    phone.packs = 0
    await phone.queue().refresh()
    expect(persist).toHaveBeenCalledTimes(1)
  })
})
