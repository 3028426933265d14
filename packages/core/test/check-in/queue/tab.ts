import type { QueueStore } from '../../../src/check-in/index.js'
import { leaseLock } from '../../../src/check-in/queue/locks.js'
import type { QueueSurroundings, SendPorts } from '../../../src/check-in/queue/ports.js'
import { createQueue, type Queue } from '../../../src/check-in/queue/queue.js'
import { queueStoreOn } from '../../../src/check-in/queue/store.js'
import { openDatabase, type Database } from '../../../src/reference/database.js'
import { noNetwork, type FakeServer } from './fake-server.js'
import { NOW, SUBJECT } from './fixtures.js'

/** The page ended here; nothing after it runs. */
export class Crash extends Error {}

/** What becomes of a message on its way. */
export type Weather = () => 'through' | 'answer-lost' | Error

/** The device's clock, which all its tabs read. */
export class Clock {
  ms = NOW
}

/** A page with the queue open. It may be ended at any operation of store or network, before it or just after. */
export class Tab {
  readonly store: QueueStore
  readonly queue: Queue
  /** Operations until the page ends. */
  left = Infinity
  steps = 0

  constructor(server: FakeServer, clock: Clock, options: { readonly weather?: Weather; readonly limit?: number; readonly subject?: string } = {}) {
    const { weather = () => 'through', limit = 4, subject = SUBJECT } = options
    this.store = queueStoreOn(this.#mortal(openDatabase('lintas-queue', 5000)), limit)
    const surroundings: QueueSurroundings = {
      ...{ now: () => clock.ms, random: () => 0.5 },
      ...{ later: () => () => undefined, onReturn: () => () => undefined },
    }
    const { deferred, evidence } = server.ports
    const send: SendPorts = {
      deferred: (...message) => this.#sent(weather, () => deferred(...message)),
      evidence: (...message) => this.#sent(weather, () => evidence(...message)),
    }
    this.queue = createQueue({ store: this.store, send, subject, surroundings, lock: leaseLock(this.store, surroundings.now) })
  }

  #mortal(database: Database): Database {
    return {
      run: async (mode, work) => {
        this.#step()
        const result = await database.run(mode, work)
        this.#step()
        return result
      },
    }
  }

  async #sent(weather: Weather, answer: () => Promise<unknown>): Promise<unknown> {
    this.#step()
    const fate = weather()
    if (fate instanceof Error) throw fate
    const answered = await answer()
    this.#step()
    if (fate === 'answer-lost') throw noNetwork()
    return answered
  }

  #step(): void {
    this.steps += 1
    this.left -= 1
    if (this.left < 0) throw new Crash('the page ended')
  }
}
