import type { QueueSurroundings } from './ports.js'
import type { Flushed, Queue } from './queue.js'
import type { QueueEntry } from './types.js'

/** What a page is told after every attempt to send. */
export interface QueueNews {
  readonly entries: readonly QueueEntry[]
  readonly flushed?: Flushed
  /** The store or something unforeseen failed; what waits goes on waiting. */
  readonly error?: unknown
}

/** When nothing else is known, milliseconds: another try. */
const USUAL_MS = 300_000

/** Phones of an office see the network at the same moment, milliseconds. */
const SPREAD_MS = 2000

/** Sends when the page starts, when the network or the page comes back, and when a wait is over. */
export class QueueWatch {
  readonly #queue: Queue
  readonly #surroundings: QueueSurroundings
  readonly #before: () => Promise<void>
  readonly #listeners = new Set<(news: QueueNews) => void>()
  readonly #stop = new AbortController()
  readonly #stopEvents: () => void
  #callOff: () => void = () => undefined
  #going = false
  /** What came up while an attempt was under way. */
  #again: 'urgent' | 'usual' | undefined

  /** @param before what else is done when the network may be there; what it rejects with is of no account. */
  constructor(queue: Queue, surroundings: QueueSurroundings, before: () => Promise<void>) {
    this.#queue = queue
    this.#surroundings = surroundings
    this.#before = before
    this.#stopEvents = surroundings.onReturn(() => {
      this.#schedule(surroundings.random() * SPREAD_MS, true)
    })
    this.#schedule(0, true)
  }

  /** Tells `listener` from now on; returns what ends that. */
  add(listener: (news: QueueNews) => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /** Something was put into the queue, or acknowledged. */
  poke(): void {
    this.#schedule(0, false)
  }

  stop(): void {
    this.#stop.abort()
    this.#callOff()
    this.#stopEvents()
    this.#listeners.clear()
  }

  #schedule(ms: number, urgent: boolean): void {
    if (this.#isStopped()) return
    if (this.#going) {
      this.#again = urgent ? 'urgent' : (this.#again ?? 'usual')
      return
    }
    this.#callOff()
    this.#callOff = this.#surroundings.later(ms, () => void this.#run(urgent))
  }

  async #run(urgent: boolean): Promise<void> {
    if (this.#going || this.#isStopped()) return
    this.#going = true
    let waitMs = USUAL_MS
    try {
      if (urgent) await this.#before().catch(() => undefined)
      const flushed = await this.#queue.flush({ signal: this.#stop.signal, urgent })
      waitMs = flushed.state === 'login' ? USUAL_MS : (flushed.retryInMs ?? USUAL_MS)
      await this.#tell({ flushed })
    } catch (error) {
      if (!this.#isStopped()) await this.#tell({ error })
    } finally {
      this.#going = false
    }
    const again = this.#again
    this.#again = undefined
    this.#schedule(again === undefined ? waitMs : 0, again === 'urgent')
  }

  #isStopped(): boolean {
    return this.#stop.signal.aborted
  }

  async #tell(news: Omit<QueueNews, 'entries'>): Promise<void> {
    const entries = await this.#queue.entries().catch(() => [])
    // What a listener throws is the page's, and stops nothing here.
    for (const listener of this.#listeners) queueMicrotask(() => listener({ entries, ...news }))
  }
}
