import type { OfflineQueue, QueueEntry } from '@lintas/core'
import type { ReactiveController, ReactiveControllerHost } from 'lit'
import { LintasDecidedEvent, LintasQueueEvent } from './events.js'
import type { Ports } from './ports.js'
import type { RelayedOutcome } from './state.js'

/** Whose check-ins without a network an element keeps, and where they are sent. */
export interface QueuePlace {
  readonly ports: Ports
  readonly relay: string
  readonly subject: string
}

/** The element that a queue works for. */
export type QueueHost = ReactiveControllerHost & Pick<EventTarget, 'dispatchEvent'>

/**
 * The queue of whoever is logged in, for as long as the element is on the page: it sends what waits when the page starts and when the network or the
 * page comes back, tells what became of each, and is what the next check-in is made with.
 */
export class WaitingQueue implements ReactiveController {
  readonly #host: QueueHost
  readonly #placeOf: () => QueuePlace | undefined
  readonly #decided: (outcome: RelayedOutcome) => void
  #place: QueuePlace | undefined
  #queue: OfflineQueue | undefined
  #stop: () => void = () => undefined
  #entries: readonly QueueEntry[] = []
  readonly #told = new Set<string>()

  /** @param decided what a check-in that waited came to, before it is told by an event */
  constructor(host: QueueHost, placeOf: () => QueuePlace | undefined, decided: (outcome: RelayedOutcome) => void) {
    this.#host = host
    this.#placeOf = placeOf
    this.#decided = decided
    host.addController(this)
  }

  /** For the next check-in; undefined where none is kept. */
  get queue(): OfflineQueue | undefined {
    this.#follow()
    return this.#queue
  }

  /** Those that wait, and those that were not taken and that nobody has acknowledged; oldest first. */
  get entries(): readonly QueueEntry[] {
    return this.#entries
  }

  /** The person has seen what was not taken. */
  async acknowledge(): Promise<void> {
    const failed = this.#entries.filter(({ state }) => state === 'failed')
    for (const { sid } of failed) await this.#queue?.acknowledge(sid)
  }

  hostConnected(): void {
    this.#follow()
  }

  hostUpdated(): void {
    this.#follow()
  }

  hostDisconnected(): void {
    this.#close()
  }

  #follow(): void {
    const place = this.#placeOf()
    const before = this.#place
    if (place?.relay === before?.relay && place?.subject === before?.subject && place?.ports === before?.ports) return
    this.#close()
    this.#place = place
    if (place?.ports.openOfflineQueue === undefined) return
    const { relay, subject } = place
    try {
      const queue = place.ports.openOfflineQueue({ relay, subject })
      this.#queue = queue
      this.#stop = queue.watch(({ entries }) => {
        if (this.#queue === queue) this.#heard(queue, entries)
      })
    } catch {
      // A relay that does not work is told by the attempt.
      this.#queue = undefined
    }
  }

  #heard(queue: OfflineQueue, entries: readonly QueueEntry[]): void {
    for (const entry of entries) if (entry.state === 'done') this.#tell(queue, entry)
    this.#show(entries.filter(({ state }) => state !== 'done'))
  }

  #tell(queue: OfflineQueue, { sid, kind, outcome }: Extract<QueueEntry, { readonly state: 'done' }>): void {
    if (this.#told.has(sid)) return
    this.#told.add(sid)
    const assurance = kind === 'deferred' ? 'deferred' : 'server-verified'
    const told = { ...outcome, sid, assurance, at: new Date().toISOString() } as RelayedOutcome
    this.#decided(told)
    this.#host.dispatchEvent(new LintasDecidedEvent(told))
    // Told: whatever the store says of it, it is not told again by this element.
    queue.acknowledge(sid).catch(() => undefined)
  }

  #show(entries: readonly QueueEntry[]): void {
    const changed = identity(entries) !== identity(this.#entries)
    this.#entries = entries
    this.#host.requestUpdate()
    if (changed) this.#host.dispatchEvent(new LintasQueueEvent(entries))
  }

  #close(): void {
    this.#stop()
    this.#stop = () => undefined
    this.#place = undefined
    this.#queue = undefined
    this.#entries = []
  }
}

const identity = (entries: readonly QueueEntry[]): string => entries.map(({ sid, state }) => `${sid} ${state}`).join()
