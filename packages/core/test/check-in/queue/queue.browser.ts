import { expect } from '@esm-bundle/chai'
import { openQueueStore, type QueueStore } from '../../../src/check-in/index.js'
import { queueLock } from '../../../src/check-in/queue/locks.js'
import { SURROUNDINGS, type SendPorts } from '../../../src/check-in/queue/ports.js'
import { createQueue, type Queue } from '../../../src/check-in/queue/queue.js'

/** Another database for each test: connections stay open as long as their page. */
let name = ''
const subject = 'subject-1'
const BUNDLE = new TextEncoder().encode('a bundle that nobody may read at rest')

/** A tab: the queue over the browser's own database and its own locks. */
function openTab(send: Partial<SendPorts>): { readonly store: QueueStore; readonly queue: Queue } {
  const store = openQueueStore({ name })
  const unasked = (): Promise<never> => Promise.reject(new Error('not asked for'))
  const lock = queueLock(store, SURROUNDINGS.now)
  return { store, queue: createQueue({ store, subject, lock, surroundings: SURROUNDINGS, send: { deferred: unasked, evidence: unasked, ...send } }) }
}

const keep = (store: QueueStore, sid: string): Promise<void> =>
  store.add({ sid, subject, sinceMs: Date.now(), request: { kind: 'bundle', path: 'check-ins' } }, BUNDLE)

/** Everything that is in the database, as one text. */
async function everything(): Promise<string> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(name)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error!)
  })
  const texts: string[] = []
  for (const table of database.objectStoreNames) {
    const request = database.transaction(table).objectStore(table).getAll() as IDBRequest<unknown[]>
    const rows = await new Promise<unknown[]>((resolve) => (request.onsuccess = () => resolve(request.result)))
    texts.push(...rows.map(textOf))
  }
  database.close()
  return texts.join('\n')
}

function textOf(value: unknown): string {
  if (value instanceof ArrayBuffer) return new TextDecoder('latin1').decode(value)
  if (ArrayBuffer.isView(value)) return new TextDecoder('latin1').decode(value)
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.values(value).map(textOf).join('\n')
}

describe('what waits in a browser', () => {
  beforeEach(() => {
    name = `lintas-queue-${crypto.randomUUID()}`
  })

  it('is there after the page was closed, byte for byte, and cannot be read at rest', async () => {
    await keep(openTab({}).store, 'sid-1')
    const again = openTab({})
    expect((await again.queue.entries()).map(({ sid, state }) => [sid, state])).to.deep.equal([['sid-1', 'waiting']])
    expect(await again.store.bundle('sid-1')).to.deep.equal(BUNDLE)
    const kept = await everything()
    expect(kept).to.contain('sid-1')
    expect(kept).not.to.contain('nobody may read')
  })

  it('is sent by one of two tabs that begin at once, and once', async () => {
    let sent = 0
    const evidence: SendPorts['evidence'] = async () => {
      sent += 1
      await new Promise((resolve) => setTimeout(resolve, 100))
      return { outcome: 'admitted', next: 'done' }
    }
    const tabs = [openTab({ evidence }), openTab({ evidence }), openTab({ evidence })]
    await keep(tabs[0]!.store, 'sid-2')
    const states = (await Promise.all(tabs.map(({ queue }) => queue.flush()))).map(({ state }) => state)
    expect(states.sort()).to.deep.equal(['elsewhere', 'elsewhere', 'empty'])
    expect(sent).to.equal(1)
    expect((await tabs[1]!.queue.entries()).map(({ state }) => state)).to.deep.equal(['done'])
    expect(await tabs[2]!.queue.flush()).to.deep.equal({ state: 'empty', settled: 0 })
  })

  it('waits while another page is at it, and goes on when that page is gone, without a word of it', async () => {
    const frame = document.createElement('iframe')
    document.body.append(frame)
    const theirs = frame.contentWindow!.navigator.locks
    await new Promise<void>((held) => {
      void theirs
        .request('lintas-queue', () => {
          held()
          // Never let go of: a page that hangs, and is closed then.
          return new Promise(() => undefined)
        })
        .catch(() => undefined)
    })
    let sent = 0
    const tab = openTab({
      evidence: () => {
        sent += 1
        return Promise.resolve({ outcome: 'admitted', next: 'done' })
      },
    })
    await keep(tab.store, 'sid-3')
    expect(await tab.queue.flush()).to.include({ state: 'elsewhere', settled: 0 })
    expect(sent).to.equal(0)
    frame.remove()
    // The browser takes the lock from a page that is gone in its own time.
    let flushed = await tab.queue.flush()
    for (let tries = 0; flushed.state === 'elsewhere' && tries < 50; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100))
      flushed = await tab.queue.flush()
    }
    expect(flushed).to.include({ state: 'empty', settled: 1 })
    expect(sent).to.equal(1)
  })
})
