import type { OfflineQueue, QueueEntry, QueueNews } from '@lintas/core'
import type { ReactiveControllerHost } from 'lit'
import { describe, expect, it } from 'vitest'
import type { LintasEventMap } from '../src/events.js'
import type { Ports } from '../src/ports.js'
import type { RelayedOutcome } from '../src/state.js'
import { WaitingQueue, type QueuePlace } from '../src/waiting-queue.js'
import { FakePorts, settled } from './fakes.js'

const common = { since: '2026-11-24T01:00:00.000Z', ageMs: 0, kind: 'deferred' } as const
const waits = (sid: string): QueueEntry => ({ sid, ...common, state: 'waiting' })
const done = (sid: string): QueueEntry => ({ sid, ...common, state: 'done', outcome: { outcome: 'admitted', next: 'done' } })
const failed = (sid: string): QueueEntry => ({ sid, ...common, state: 'failed', code: 'pack-expired' })

class Host extends EventTarget implements ReactiveControllerHost {
  readonly updateComplete = Promise.resolve(true)
  readonly events: Event[] = []
  addController(): void {}
  removeController(): void {}
  requestUpdate(): void {}
  override dispatchEvent(event: Event): boolean {
    this.events.push(event)
    return true
  }
}

/** An element with a queue that the test holds in its hand. */
function rig() {
  const host = new Host()
  const acknowledged: string[] = []
  const opened: { readonly relay: string; readonly subject: string; stopped: boolean; tell: (entries: readonly QueueEntry[]) => void }[] = []
  const openOfflineQueue = ({ relay, subject }: { relay: string | URL; subject: string }): OfflineQueue => {
    const record = { relay: String(relay), subject, stopped: false, tell: (_entries: readonly QueueEntry[]): void => undefined }
    opened.push(record)
    const watch = (listener: (news: QueueNews) => void): (() => void) => {
      record.tell = (entries) => listener({ entries })
      return () => (record.stopped = true)
    }
    const acknowledge = (sid: string): Promise<void> => (acknowledged.push(sid), Promise.resolve())
    return { watch, acknowledge } as unknown as OfflineQueue
  }
  const ports: Ports = Object.assign(new FakePorts(), { openOfflineQueue })
  const setting: { place: QueuePlace | undefined } = { place: { ports, relay: '/r/', subject: 's-1' } }
  const decided: RelayedOutcome[] = []
  const queue = new WaitingQueue(
    host,
    () => setting.place,
    (outcome) => decided.push(outcome),
  )
  queue.hostConnected()
  const told = (name: keyof LintasEventMap): readonly Event[] => host.events.filter(({ type }) => type === name)
  return { queue, opened, acknowledged, setting, ports, decided, told }
}

describe('what waits on a device', () => {
  it('is watched for whoever is logged in, and for nobody else', () => {
    const { queue, opened, setting, ports } = rig()
    queue.hostUpdated()
    expect(opened.map(({ subject }) => subject)).toEqual(['s-1'])
    setting.place = { ports, relay: '/r/', subject: 's-2' }
    queue.hostUpdated()
    expect(opened.map(({ subject, stopped }) => [subject, stopped])).toEqual([
      ['s-1', true],
      ['s-2', false],
    ])
    // What the first one's queue still says is not the second one's.
    opened[0]!.tell([waits('a')])
    expect(queue.entries).toEqual([])
    setting.place = undefined
    queue.hostUpdated()
    expect([queue.queue, opened[1]!.stopped]).toEqual([undefined, true])
  })

  it('is told when it changes, and what became of each once', async () => {
    const { queue, opened, acknowledged, decided, told } = rig()
    const [{ tell }] = opened as [(typeof opened)[0]]
    tell([waits('a'), waits('b')])
    tell([waits('a'), waits('b')])
    expect([queue.entries.length, told('lintas-queue').length]).toEqual([2, 1])
    tell([done('a'), waits('b')])
    tell([done('a'), waits('b')])
    await settled()
    expect(told('lintas-decided')).toEqual([expect.objectContaining({ outcome: 'admitted', sid: 'a', assurance: 'deferred' })])
    expect([acknowledged, decided.map(({ sid }) => sid), queue.entries.map(({ sid }) => sid)]).toEqual([['a'], ['a'], ['b']])
    tell([])
    expect([queue.entries.length, told('lintas-queue').length]).toEqual([0, 3])
  })

  it('and was not taken, stays until the person has seen it', async () => {
    const { queue, opened, acknowledged, told } = rig()
    opened[0]!.tell([failed('a'), waits('b')])
    expect([queue.entries.length, acknowledged, told('lintas-decided')]).toEqual([2, [], []])
    await queue.acknowledge()
    expect(acknowledged).toEqual(['a'])
  })

  it('ends with the element, and is none where it cannot be opened', () => {
    const { queue, opened, setting, ports } = rig()
    queue.hostDisconnected()
    expect(opened[0]!.stopped).toBe(true)
    const broken = Object.assign(new FakePorts(), {
      openOfflineQueue: () => {
        throw new TypeError('no such relay')
      },
    })
    setting.place = { ports: broken, relay: '/r/', subject: 's-1' }
    expect(queue.queue).toBe(undefined)
    setting.place = { ports: new FakePorts(), relay: '/r/', subject: 's-1' }
    expect(queue.queue).toBe(undefined)
    setting.place = { ports, relay: '/r/', subject: 's-1' }
    expect(queue.queue).toBeDefined()
  })
})
