import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LintasError } from '../../../src/errors/index.js'
import { leftOf, pauseAfter, type Pause } from '../../../src/check-in/queue/back-off.js'
import { queueLock } from '../../../src/check-in/queue/locks.js'
import { queueStoreOn } from '../../../src/check-in/queue/store.js'
import { openQueueStore, sidOf } from '../../../src/check-in/index.js'
import { FakeServer, noNetwork, refusal } from './fake-server.js'
import { CLAIMS, makeCheckIn, NOW, openSession, packOf, stepOf, SUBJECT } from './fixtures.js'
import { Clock, Tab } from './tab.js'

const BUNDLE = { kind: 'bundle', path: 'check-ins' } as const
const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)
const bundleOf = (sid: string, subject = SUBJECT) => [{ sid, subject, sinceMs: NOW, request: BUNDLE }, bytesOf(sid)] as const

/** Everything that is in the database. */
async function everything(): Promise<readonly unknown[]> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open('lintas-queue')
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error!)
  })
  const request = database.transaction('references').objectStore('references').getAll() as IDBRequest<unknown[]>
  const all = await new Promise<unknown[]>((resolve) => (request.onsuccess = () => resolve(request.result)))
  database.close()
  return all
}

/** All bytes and texts in a value, as one text. */
function textOf(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1')
  if (value instanceof ArrayBuffer) return Buffer.from(value).toString('latin1')
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.values(value).map(textOf).join('\n')
}

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory())
})
afterEach(() => {
  vi.unstubAllGlobals()
})

describe("a pack's nonces", () => {
  it('are taken in order and never again, whatever is told anew', async () => {
    const store = openQueueStore()
    const pack = await packOf()
    await store.keepPack(SUBJECT, pack)
    expect((await store.pack(SUBJECT))?.left).toEqual(pack.nonces)
    expect((await store.takeNonce(SUBJECT))?.nonce).toBe(pack.nonces[0])
    await store.keepPack(SUBJECT, pack)
    expect((await openQueueStore().takeNonce(SUBJECT))?.nonce).toBe(pack.nonces[1])
    await store.keepPack(SUBJECT, pack)
    expect(await store.takeNonce(SUBJECT)).toBeUndefined()
    expect(await store.takeNonce('subject-2')).toBeUndefined()
    await store.keepPack(SUBJECT, await packOf(pack.key, ['bmV3LW5vbmNlLTAwMDAwMQ']))
    expect((await store.takeNonce(SUBJECT))?.nonce).toBe('bmV3LW5vbmNlLTAwMDAwMQ')
  })

  it('go to one of two tabs that come at once', async () => {
    const [one, other] = [openQueueStore(), openQueueStore()]
    await one.keepPack(SUBJECT, await packOf())
    const taken = await Promise.all([one.takeNonce(SUBJECT), other.takeNonce(SUBJECT), one.takeNonce(SUBJECT)])
    expect(new Set(taken.map((found) => found?.nonce)).size).toBe(3)
    expect(taken.filter((found) => found === undefined)).toHaveLength(1)
  })

  it('are spent before anything is asked: a page that is reloaded gets another first action, at the price of one', async () => {
    const store = openQueueStore()
    const pack = await packOf()
    await store.keepPack(SUBJECT, pack)
    const abandoned = await openSession(store)
    await abandoned.begin()
    const session = await openSession(openQueueStore())
    await session.begin()
    expect([abandoned.sid, session.sid]).toEqual(await Promise.all(pack.nonces.map(sidOf)))
    await expect(openSession(openQueueStore())).rejects.toMatchObject({ code: 'queue-pack' })
  })
})

describe('a check-in that waits', () => {
  it('is on the device as nobody but the server can read it', async () => {
    const { store, queue } = new Tab(new FakeServer(), new Clock())
    await store.keepPack(SUBJECT, await packOf())
    const session = await openSession(store)
    let action = await session.begin()
    for (let more: typeof action | undefined = action; more !== undefined; more = await session.commit(stepOf(action))) action = more
    await session.finish({ ...CLAIMS, camera: { label: 'Kamera depan' } }, NOW)
    await store.add(bundleOf('session-of-the-server')[0], bytesOf('evidence in the open'))
    const all = textOf(await everything())
    expect(all).toContain(session.sid)
    for (const readable of ['jpeg', 'Kamera depan', 'lintas-evidence', 'evidence in the open']) expect(all).not.toContain(readable)
    expect(await queue.entries()).toMatchObject([{ kind: 'deferred' }, { kind: 'bundle' }])
  })

  it('is sent in order, but a session of the server comes first: it has ten minutes', async () => {
    const server = new FakeServer()
    const tab = new Tab(server, new Clock())
    await tab.store.keepPack(SUBJECT, await server.issue())
    const first = await makeCheckIn(tab.store)
    const second = await makeCheckIn(tab.store)
    await tab.store.add(...bundleOf('session-of-the-server'))
    expect(await tab.queue.flush()).toEqual({ state: 'empty', settled: 3 })
    expect([...server.recorded.keys()]).toEqual(['session-of-the-server', first.sid, second.sid])
    // What the server derives is what was asked for.
    expect(server.actions.get(first.sid)).toEqual(first.actions)
  })

  it('goes with a step that was not done, and one more in the dark', async () => {
    const server = new FakeServer()
    const { store, queue } = new Tab(server, new Clock())
    await store.keepPack(SUBJECT, await server.issue())
    const session = await openSession(store, 'no-turn')
    const asked = [await session.begin()]
    for (
      let next = await session.commit(stepOf(asked[0]!, false));
      next !== undefined;
      next = await session.commit(stepOf(next, true, asked.length === 3))
    )
      asked.push(next)
    await session.finish({ ...CLAIMS, route: 'no-turn' }, NOW)
    expect(asked).toHaveLength(7)
    await queue.flush()
    expect(server.actions.get(session.sid)).toEqual(asked)
  })

  it("waits on while somebody else is logged in: the relay would take it for that one's", async () => {
    const server = new FakeServer()
    const clock = new Clock()
    const tab = new Tab(server, clock)
    await tab.store.add(...bundleOf('of-somebody-else', 'subject-2'))
    expect(await tab.queue.flush()).toEqual({ state: 'empty', settled: 0 })
    expect(await tab.queue.entries()).toEqual([])
    expect(await new Tab(server, clock, { subject: 'subject-2' }).queue.flush()).toEqual({ state: 'empty', settled: 1 })
  })

  it('is one of four, and a fifth is refused before a nonce is spent on it', async () => {
    const store = openQueueStore()
    await store.keepPack(SUBJECT, await packOf())
    for (const sid of ['one', 'two', 'three', 'four']) await store.add(...bundleOf(sid))
    await expect(store.add(...bundleOf('five'))).rejects.toMatchObject({ code: 'queue-full', details: { limit: 4 } })
    await expect(store.takeNonce(SUBJECT)).rejects.toMatchObject({ code: 'queue-full' })
    expect((await store.pack(SUBJECT))?.left).toHaveLength(2)
    await store.add(...bundleOf('four'))
    expect((await store.list()).map(({ sid }) => sid)).toEqual(['one', 'two', 'three', 'four'])
    await store.settle('one', { kind: 'failed', code: 'session-expired' })
    await store.add(...bundleOf('five'))
  })

  it('has an age that a clock set back makes none of', async () => {
    const clock = new Clock()
    const tab = new Tab(new FakeServer(), clock)
    await tab.store.add(...bundleOf('session-of-the-server'))
    clock.ms += 90_000
    expect(await tab.queue.entries()).toEqual([
      { sid: 'session-of-the-server', since: '2026-11-24T01:00:00.000Z', ageMs: 90_000, kind: 'bundle', state: 'waiting' },
    ])
    clock.ms -= 6 * 3_600_000
    expect(await tab.queue.entries()).toMatchObject([{ ageMs: 0 }])
  })

  it('is told as lost where it cannot be read again, to whoever asks', async () => {
    const server = new FakeServer()
    const tab = new Tab(server, new Clock())
    await tab.store.add(...bundleOf('parts-are-gone-here'))
    await tab.store.add(...bundleOf('record-is-gone-here'))
    const database = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open('lintas-queue')
      request.onsuccess = () => resolve(request.result)
    })
    const writing = database.transaction('references', 'readwrite')
    writing.objectStore('references').put('noise', 'parts:parts-are-gone-here')
    writing.objectStore('references').put('noise', 'record:record-is-gone-here')
    await new Promise((resolve) => (writing.oncomplete = resolve))
    database.close()
    await tab.queue.flush()
    expect((await tab.queue.entries()).map(({ sid, ...rest }) => [sid, 'code' in rest && rest.code])).toEqual([
      ['record-is-gone-here', 'queue-damaged'],
      ['parts-are-gone-here', 'queue-damaged'],
    ])
    await tab.queue.acknowledge('record-is-gone-here')
    await tab.queue.acknowledge('parts-are-gone-here')
    expect(await tab.queue.entries()).toEqual([])
    expect(server.recorded.size).toBe(0)
  })

  it('is never acknowledged away while it waits', async () => {
    const tab = new Tab(new FakeServer(), new Clock())
    await tab.store.add(...bundleOf('session-of-the-server'))
    await tab.queue.acknowledge('session-of-the-server')
    expect(await tab.queue.entries()).toHaveLength(1)
  })

  it('tells that there is no room, in its own words', async () => {
    const full = queueStoreOn({ run: () => Promise.reject(new LintasError('store-quota', 'no room for references')) }, 4)
    const fault: unknown = await full.add(...bundleOf('any')).catch((error: unknown) => error)
    expect(fault).toMatchObject({ code: 'store-quota' })
    expect((fault as LintasError).message).not.toContain('reference')
  })
})

describe('what the relay says', () => {
  const told = async (error: Error): Promise<readonly unknown[]> => {
    vi.stubGlobal('indexedDB', new IDBFactory())
    const tab = new Tab(new FakeServer(), new Clock(), { weather: () => error })
    await tab.store.add(...bundleOf('session-of-the-server'))
    const { state, fault } = await tab.queue.flush()
    const [entry] = await tab.queue.entries()
    return [state, fault, entry?.state, entry !== undefined && 'code' in entry ? entry.code : undefined]
  }

  it.each([
    ['a refusal of the server', refusal(410, 'session-expired'), ['empty', undefined, 'failed', 'session-expired']],
    ['evidence that it cannot read', refusal(422, 'evidence-malformed'), ['empty', undefined, 'failed', 'evidence-malformed']],
    ['another key', refusal(401, 'receipt-signature'), ['empty', undefined, 'failed', 'receipt-signature']],
    ['nothing', noNetwork(), ['later', 'server-network', 'waiting', undefined]],
    ['that it took too long', refusal(408, 'timeout'), ['later', 'server-session', 'waiting', undefined]],
    ['that nobody is logged in', new LintasError('server-login', 'x', { details: { status: 401 } }), ['login', 'server-login', 'waiting', undefined]],
    ['a page of a portal', new LintasError('server-reply', 'x', { details: { status: 404 } }), ['later', 'server-reply', 'waiting', undefined]],
    ['that it fails', new LintasError('server-reply', 'x', { details: { status: 500 } }), ['later', 'server-reply', 'waiting', undefined]],
    [
      'that there were too many',
      new LintasError('attempts-limited', 'x', { details: { status: 429 } }),
      ['later', 'attempts-limited', 'waiting', undefined],
    ],
  ])('%s', async (_what, error, expected) => {
    expect(await told(error)).toEqual(expected)
  })

  it('in words that are not of the protocol', async () => {
    const server = new FakeServer()
    const tab = new Tab(server, new Clock())
    await tab.store.keepPack(SUBJECT, await server.issue())
    const { sid } = await makeCheckIn(tab.store)
    const answers = [null, {}, { sid, open: [[0], [0]] }, { sid, open: [[0], [0], [2]] }, { sid: 'another-session-0001', open: [[0], [0], [0]] }]
    for (const answer of answers) {
      const { ports } = new FakeServer()
      const odd = new Tab({ ports: { ...ports, deferred: () => Promise.resolve(answer) } } as unknown as FakeServer, new Clock())
      expect(await odd.queue.flush({ urgent: true })).toMatchObject({ state: 'later', fault: 'server-reply' })
    }
    expect(await tab.queue.flush({ urgent: true })).toEqual({ state: 'empty', settled: 1 })
  })
})

describe('a wait', () => {
  it('doubles from a second to five minutes, half of it by chance', () => {
    let pause: Pause | undefined
    const longest: number[] = []
    for (let count = 0; count < 12; count += 1) {
      const [low, high] = [pauseAfter(pause, NOW, () => 0, undefined), pauseAfter(pause, NOW, () => 0.999999, undefined)]
      expect(leftOf(low, NOW, false)).toBe(Math.min(300_000, 1000 * 2 ** count) / 2)
      longest.push(Math.round(leftOf(high, NOW, false) / 1000))
      pause = high
    }
    expect(longest).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300])
  })

  it('that the server asked for holds against every event of the page, one of its own does not', () => {
    const asked = pauseAfter(undefined, NOW, () => 0, 60_000)
    expect([leftOf(asked, NOW, true), leftOf(asked, NOW, false)]).toEqual([60_000, 60_000])
    expect(
      leftOf(
        pauseAfter(undefined, NOW, () => 0, undefined),
        NOW,
        true,
      ),
    ).toBe(0)
    expect(
      leftOf(
        pauseAfter(undefined, NOW, () => 0, 1e9),
        NOW,
        true,
      ),
    ).toBe(3_600_000)
  })

  it('is over where the clock was set back', () => {
    expect(
      leftOf(
        pauseAfter(undefined, NOW, () => 0, 60_000),
        NOW - 3_600_000,
        false,
      ),
    ).toBe(0)
    expect(leftOf('noise', NOW, false)).toBe(0)
  })

  it('keeps the queue from asking, and the next page too', async () => {
    const server = new FakeServer()
    const clock = new Clock()
    let asked = 0
    const weather = () => ((asked += 1), new LintasError('server-busy', 'busy', { details: { status: 503, retryAfterMs: 60_000 } }))
    const tab = new Tab(server, clock, { weather })
    await tab.store.add(...bundleOf('session-of-the-server'))
    expect(await tab.queue.flush()).toEqual({ state: 'later', settled: 0, retryInMs: 60_000, fault: 'server-busy' })
    clock.ms += 59_000
    expect(await new Tab(server, clock, { weather }).queue.flush({ urgent: true })).toEqual({ state: 'later', settled: 0, retryInMs: 1000 })
    expect(asked).toBe(1)
    clock.ms += 1000
    expect(await new Tab(server, clock).queue.flush()).toEqual({ state: 'empty', settled: 1 })
  })
})

describe('two tabs', () => {
  it('send one after the other by Web Locks', async () => {
    const store = openQueueStore()
    let isHeld = false
    const request = async (_name: string, _options: object, work: (lock: object | null) => Promise<unknown>): Promise<unknown> => {
      if (isHeld) return work(null)
      isHeld = true
      return work({}).finally(() => (isHeld = false))
    }
    vi.stubGlobal('navigator', { locks: { request } })
    const [one, other] = [queueLock(store, () => NOW), queueLock(store, () => NOW)]
    let end = (): void => undefined
    const working = one.run(() => new Promise<string>((resolve) => (end = () => resolve('sent'))))
    expect(await other.run(() => Promise.resolve('sent'))).toBeUndefined()
    end()
    expect(await working).toBe('sent')
    expect(await other.run(() => Promise.resolve('sent'))).toBe('sent')
  })

  it('send one after the other by a lease, which a tab that died lets go', async () => {
    const store = openQueueStore()
    let nowMs = NOW
    const lock = queueLock(store, () => nowMs)
    const other = queueLock(openQueueStore(), () => nowMs)
    void lock.run(() => new Promise(() => undefined)).catch(() => undefined)
    await store.note('nothing', () => undefined)
    await store.note('nothing', () => undefined)
    expect(await other.run(() => Promise.resolve('sent'))).toBeUndefined()
    nowMs += 120_001
    expect(await other.run(() => Promise.resolve('sent'))).toBe('sent')
    expect(await other.run(() => Promise.resolve('again'))).toBe('again')
  })

  it('are not kept apart for hours by a clock that was set back', async () => {
    const store = openQueueStore()
    await store.note('lease', () => ({ holder: 'a tab that is gone', untilMs: NOW + 3_600_000 }))
    expect(await queueLock(store, () => NOW).run(() => Promise.resolve('sent'))).toBe('sent')
  })
})
