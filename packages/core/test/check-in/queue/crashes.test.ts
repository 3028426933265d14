import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LintasError } from '../../../src/errors/index.js'
import { FakeServer, noNetwork } from './fake-server.js'
import { makeCheckIn, SUBJECT } from './fixtures.js'
import { Clock, Crash, Tab, type Weather } from './tab.js'

const MINUTES = 60_000
const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory())
})
afterEach(() => {
  vi.unstubAllGlobals()
})

/** Work of a page that may end in the middle of it. */
async function mortal(work: () => Promise<unknown>): Promise<'lived' | 'died'> {
  try {
    await work()
    return 'lived'
  } catch (error) {
    // The store tells of its faults with a code; the page's end is under it.
    if (error instanceof Crash || (error instanceof LintasError && error.cause instanceof Crash)) return 'died'
    throw error
  }
}

/** Two check-ins without a network and a bundle that was cut off, then the network is back: which of them the page saw kept. */
async function aMorning(tab: Tab, server: FakeServer, kept: string[]): Promise<void> {
  await tab.store.keepPack(SUBJECT, await server.issue())
  kept.push((await makeCheckIn(tab.store)).sid)
  await tab.store.add({ sid: 'session-of-the-server', subject: SUBJECT, sinceMs: 0, request: BUNDLE }, bytesOf('session-of-the-server'))
  kept.push('session-of-the-server')
  kept.push((await makeCheckIn(tab.store)).sid)
  await tab.queue.flush()
}
const BUNDLE = { kind: 'bundle', path: 'check-ins' } as const

/** A new page, later; sends until nothing is left to send. */
async function later(server: FakeServer, clock: Clock): Promise<Tab> {
  const tab = new Tab(server, clock)
  for (let count = 0; count < 20; count += 1) {
    clock.ms += 10 * MINUTES
    if ((await tab.queue.flush({ urgent: true })).state === 'empty') return tab
  }
  throw new Error('something waits for ever')
}

describe('a page that ends', () => {
  it('loses nothing that was kept, and records nothing twice, wherever it ends', async () => {
    const steps = await stepsOfAMorning()
    expect(steps).toBeGreaterThan(50)
    for (let left = 0; left <= steps; left += 1) {
      vi.stubGlobal('indexedDB', new IDBFactory())
      const server = new FakeServer()
      const clock = new Clock()
      const tab = new Tab(server, clock)
      tab.left = left
      const kept: string[] = []
      expect(await mortal(() => aMorning(tab, server, kept))).toBe(left < steps ? 'died' : 'lived')
      const next = await later(server, clock)
      const where = `ended after ${left} operations`
      expect(
        kept.map((sid) => server.recorded.get(sid)),
        where,
      ).toEqual(kept.map(() => 1))
      // One that the page did not live to see kept may have been kept all the same; it is recorded once, too.
      expect(
        [...server.recorded.values()].every((count) => count === 1),
        where,
      ).toBe(true)
      const entries = await next.queue.entries()
      expect(
        entries.map(({ state }) => state),
        where,
      ).toEqual(entries.map(() => 'done'))
      expect(entries.map(({ sid }) => sid).sort(), where).toEqual([...server.recorded.keys()].sort())
    }
  })
})

async function stepsOfAMorning(): Promise<number> {
  vi.stubGlobal('indexedDB', new IDBFactory())
  const server = new FakeServer()
  const tab = new Tab(server, new Clock())
  await aMorning(tab, server, [])
  return tab.steps
}

/** What happens, in any order. */
type Happening =
  | { readonly kind: 'check-in' | 'pack' | 'bundle' | 'both-send' }
  | { readonly kind: 'send' | 'reload'; readonly tab: 0 | 1 }
  | { readonly kind: 'crash'; readonly tab: 0 | 1; readonly after: number }
  | { readonly kind: 'clock'; readonly byMs: number }

const HAPPENING: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<Happening>({ kind: 'check-in' }, { kind: 'bundle' }, { kind: 'pack' }) },
  { weight: 2, arbitrary: fc.constant<Happening>({ kind: 'both-send' }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('send', 'reload'), tab: fc.constantFrom(0, 1) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('crash'), tab: fc.constantFrom(0, 1), after: fc.nat(25) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('clock'), byMs: fc.integer({ min: -8 * 60 * MINUTES, max: 8 * 60 * MINUTES }) }) },
)

const FATES = ['through', 'through', 'no-answer', 'answer-lost', 'busy', 'portal'] as const

function weatherOf(fates: readonly (typeof FATES)[number][]): Weather {
  let next = 0
  return () => {
    const fate = fates[(next += 1) % fates.length] ?? 'through'
    if (fate === 'no-answer') return noNetwork()
    if (fate === 'busy') return new LintasError('server-busy', 'busy', { details: { status: 503, retryAfterMs: 20_000 } })
    if (fate === 'portal') return new LintasError('server-reply', 'a page of somebody else', { details: { status: 404 } })
    return fate
  }
}

/** Two tabs of one device and what has been kept. */
class Device {
  readonly server = new FakeServer()
  readonly clock = new Clock()
  readonly kept: string[] = []
  readonly #weather: Weather
  readonly #tabs: [Tab, Tab]
  #count = 0

  constructor(weather: Weather) {
    this.#weather = weather
    this.#tabs = [this.#open(), this.#open()]
  }

  async happens(happening: Happening): Promise<void> {
    const { kind } = happening
    if (kind === 'clock') this.clock.ms += happening.byMs
    else if (kind === 'reload') this.#tabs[happening.tab] = this.#open()
    else if (kind === 'crash') this.#tabs[happening.tab].left = happening.after
    else if (kind === 'send') await this.#in(happening.tab, (tab) => tab.queue.flush())
    else if (kind === 'both-send')
      await Promise.all([this.#in(0, (tab) => tab.queue.flush()), this.#in(1, (tab) => tab.queue.flush({ urgent: true }))])
    else await this.#in(0, (tab) => this.#makes(tab, kind))
  }

  async #makes(tab: Tab, kind: 'check-in' | 'pack' | 'bundle'): Promise<void> {
    if (kind === 'pack') return tab.store.keepPack(SUBJECT, await this.server.issue())
    try {
      if (kind === 'check-in') this.kept.push((await makeCheckIn(tab.store)).sid)
      else {
        const sid = `session-of-the-server-${(this.#count += 1)}`
        await tab.store.add({ sid, subject: SUBJECT, sinceMs: this.clock.ms, request: BUNDLE }, bytesOf(sid))
        this.kept.push(sid)
      }
    } catch (error) {
      if (!(error instanceof LintasError) || !['queue-full', 'queue-pack'].includes(error.code)) throw error
    }
  }

  async #in(at: 0 | 1, work: (tab: Tab) => Promise<unknown>): Promise<void> {
    if ((await mortal(() => work(this.#tabs[at]))) === 'died') this.#tabs[at] = this.#open()
  }

  #open(): Tab {
    return new Tab(this.server, this.clock, { weather: this.#weather })
  }
}

describe('whatever happens to two tabs, their network and their clock', () => {
  it('every check-in is recorded once, and told', async () => {
    let recorded = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(HAPPENING, { minLength: 4, maxLength: 20 }),
        fc.array(fc.constantFrom(...FATES), { minLength: 1, maxLength: 12 }),
        async (happenings, fates) => {
          vi.stubGlobal('indexedDB', new IDBFactory())
          const device = new Device(weatherOf(fates))
          for (const happening of happenings) await device.happens(happening)
          const tab = await later(device.server, device.clock)
          const { recorded: counts } = device.server
          expect(device.kept.map((sid) => counts.get(sid))).toEqual(device.kept.map(() => 1))
          expect([...counts.values()].every((count) => count === 1)).toBe(true)
          const told = (await tab.queue.entries()).map(({ sid, state }) => [sid, state])
          // Answers that nobody has looked at are kept, the last sixteen of them.
          expect(told).toHaveLength(Math.min(16, counts.size))
          expect(told.every(([, state]) => state === 'done')).toBe(true)
          recorded += counts.size
        },
      ),
      { numRuns: 150, seed: 12 },
    )
    expect(recorded).toBeGreaterThan(150)
  })

  it('refusals of the server stay until they were seen', async () => {
    const server = new FakeServer()
    const clock = new Clock()
    const tab = new Tab(server, clock)
    await tab.store.add({ sid: 'session-that-is-over', subject: SUBJECT, sinceMs: clock.ms, request: BUNDLE }, bytesOf('session-that-is-over'))
    server.over.add('session-that-is-over')
    expect(await tab.queue.flush()).toEqual({ state: 'empty', settled: 1 })
    const next = await later(server, clock)
    expect(await next.queue.entries()).toMatchObject([{ sid: 'session-that-is-over', state: 'failed', code: 'session-expired' }])
    await next.queue.acknowledge('session-that-is-over')
    expect(await next.queue.entries()).toEqual([])
  })
})
