import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { judgeLimit, LIMIT_POLICY, openQueueStore } from '../../../src/check-in/index.js'
import { createAttemptLimits } from '../../../src/check-in/queue/index.js'
import { NOW, SUBJECT } from './fixtures.js'

const HOUR = 3_600_000
const MINUTE = 60_000

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory())
})
afterEach(() => {
  vi.unstubAllGlobals()
})

const clock = { ms: NOW }
const limits = () => createAttemptLimits(openQueueStore(), SUBJECT, () => clock.ms)

describe("attempts on a device, by the server's rules", () => {
  beforeEach(() => {
    clock.ms = NOW
  })

  it('are those of the protocol: ten begins an hour, forty a day, five failures, then a delay', () => {
    expect(LIMIT_POLICY).toMatchObject({ beginsPerHour: 10, beginsPerDay: 40, freeFailures: 5 })
    expect(judgeLimit).toBeTypeOf('function')
  })

  it('are ten an hour, over reloads', async () => {
    for (let count = 0; count < 10; count += 1) {
      expect(await limits().begin(false)).toEqual({ allowed: true })
      clock.ms += MINUTE
    }
    expect(await limits().begin(false)).toEqual({ allowed: false, reason: 'too-many-begins', retryAt: NOW + HOUR })
    expect(await createAttemptLimits(openQueueStore(), 'subject-2', () => clock.ms).begin(false)).toEqual({ allowed: true })
    clock.ms = NOW + HOUR
    expect(await limits().begin(false)).toEqual({ allowed: true })
  })

  it('are forty a day', async () => {
    for (let count = 0; count < 40; count += 1) {
      expect(await limits().begin(false)).toEqual({ allowed: true })
      clock.ms += 10 * MINUTE
    }
    expect(await limits().begin(false)).toEqual({ allowed: false, reason: 'too-many-begins', retryAt: NOW + 24 * HOUR })
    clock.ms = NOW + 24 * HOUR
    expect(await limits().begin(false)).toEqual({ allowed: true })
  })

  it('wait after five failures in a row, and a success ends it', async () => {
    for (let count = 0; count < 4; count += 1) await limits().ended('failure')
    expect(await limits().begin(false)).toEqual({ allowed: true })
    await limits().ended('failure')
    expect(await limits().begin(false)).toEqual({ allowed: false, reason: 'delayed', retryAt: NOW + MINUTE })
    await limits().ended('success')
    expect(await limits().begin(false)).toEqual({ allowed: true })
  })

  it('follow the server, which lets somebody begin whom an officer has helped', async () => {
    for (let count = 0; count < 10; count += 1) await limits().ended('failure')
    expect(await limits().begin(false)).toEqual({ allowed: false, reason: 'assisted' })
    expect(await limits().begin(true)).toEqual({ allowed: true })
    expect(await limits().begin(false)).toEqual({ allowed: true })
  })

  it('are over where the server would let somebody begin, and what stands in nobody’s way stays', async () => {
    for (let count = 0; count < 3; count += 1) await limits().ended('failure')
    await limits().cleared()
    await limits().ended('failure')
    await limits().ended('failure')
    expect(await limits().begin(false)).toMatchObject({ reason: 'delayed' })
    for (let count = 0; count < 5; count += 1) await limits().ended('failure')
    expect(await limits().begin(false)).toEqual({ allowed: false, reason: 'assisted' })
    await limits().cleared()
    for (let count = 0; count < 10; count += 1) expect(await limits().begin(false)).toEqual({ allowed: true })
    expect(await limits().begin(false)).toMatchObject({ reason: 'too-many-begins' })
  })

  it('keep count of failures that the server lets pass', async () => {
    for (let count = 0; count < 4; count += 1) {
      await limits().begin(true)
      await limits().ended('failure')
    }
    await limits().ended('failure')
    expect(await limits().begin(false)).toMatchObject({ reason: 'delayed' })
  })

  it('make nobody wait longer for a clock that was set back by hours', async () => {
    for (let count = 0; count < 5; count += 1) await limits().ended('failure')
    clock.ms -= 5 * HOUR
    expect(await limits().begin(false)).toEqual({ allowed: false, reason: 'delayed', retryAt: clock.ms + MINUTE })
    clock.ms += MINUTE
    expect(await limits().begin(false)).toEqual({ allowed: true })
  })

  it('begin anew where what was kept is noise', async () => {
    await openQueueStore().note(`limits:${SUBJECT}`, () => ({ state: { begins: 'x' } }))
    expect(await limits().begin(false)).toEqual({ allowed: true })
  })
})
