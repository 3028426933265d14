import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openPlan } from '../../src/sessions/open-plan.js'

const secret = (byte: number): Uint8Array => new Uint8Array(32).fill(byte)
const sids = fc.stringMatching(/^[\w-]{22}$/)
const steps = fc.integer({ min: 3, max: 5 })
const shape = fc
  .integer({ min: 1, max: 12 })
  .chain((frames) => fc.record({ frames: fc.constant(frames), shows: fc.integer({ min: 0, max: frames - 1 }) }))

/** What is opened of all steps of a session whose steps have these shapes. */
const plans = (key: Uint8Array, sid: string, of: number, shapes: readonly { frames: number; shows: number }[], purpose: 'check-in' | 'enrolment') =>
  shapes.map((one, index) => openPlan(key, sid, { nth: index + 1, of, ...one, purpose }))

const session = fc.tuple(sids, steps, fc.boolean()).chain(([sid, of, dark]) =>
  fc.record({
    sid: fc.constant(sid),
    of: fc.constant(of),
    shapes: fc.array(shape, { minLength: of + (dark ? 1 : 0), maxLength: of + (dark ? 1 : 0) }),
  }),
)

describe('what the server opens', () => {
  it('is indices of frames that there are, ascending, once each, `shows` among them', () => {
    fc.assert(
      fc.property(session, fc.constantFrom('check-in' as const, 'enrolment' as const), ({ sid, of, shapes }, purpose) => {
        plans(secret(1), sid, of, shapes, purpose).forEach((open, index) => {
          const { frames, shows } = shapes[index]!
          expect(open).toContain(shows)
          expect(open).toEqual([...new Set(open)].sort((left, right) => left - right))
          expect(open.every((frame) => Number.isInteger(frame) && frame >= 0 && frame < frames)).toBe(true)
        })
      }),
    )
  })

  it('is `shows` of each step, two more in all, and at most one of each further step, where the steps have three frames or more', () => {
    const long = fc
      .integer({ min: 3, max: 12 })
      .chain((frames) => fc.record({ frames: fc.constant(frames), shows: fc.integer({ min: 0, max: frames - 1 }) }))
    fc.assert(
      fc.property(sids, steps, fc.boolean(), fc.infiniteStream(long), (sid, of, dark, stream) => {
        const shapes = Array.from({ length: of + (dark ? 1 : 0) }, () => stream.next().value as { frames: number; shows: number })
        const opened = plans(secret(1), sid, of, shapes, 'check-in')
        expect(opened.flat().length).toBeGreaterThanOrEqual(shapes.length + 2)
        expect(opened.flat().length).toBeLessThanOrEqual(shapes.length + 2 + (shapes.length - 1))
        expect(opened.every((open) => open.length <= 3)).toBe(true)
        // Whoever knows the plan's words finds a step whose closing frame is opened, or is `shows` itself.
        expect(opened.some((open, index) => open.includes(shapes[index]!.frames - 1))).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('never leaves out what a short step has: two more, or all frames of the drawn steps', () => {
    fc.assert(
      fc.property(session, ({ sid, of, shapes }) => {
        const extra = plans(secret(1), sid, of, shapes, 'check-in').flat().length - shapes.length
        if (shapes.every(({ frames }) => frames >= 3)) expect(extra).toBeGreaterThanOrEqual(2)
      }),
    )
  })

  it('of three steps is five to seven frames, fewer than six in the middle', () => {
    const shapes = [1, 2, 3].map(() => ({ frames: 12, shows: 5 }))
    const counts = Array.from({ length: 2_000 }, (_, round) => plans(secret(1), `a-session/${round}`, 3, shapes, 'check-in').flat().length)
    expect([Math.min(...counts), Math.max(...counts)]).toEqual([5, 7])
    expect(counts.reduce((sum, count) => sum + count, 0) / counts.length).toBeLessThan(5.8)
  })

  it('never says that the last steps are safe: whatever was opened before, each opens more in a quarter of cases and more', () => {
    const shapes = [1, 2, 3, 4].map(() => ({ frames: 12, shows: 5 }))
    const seen = new Map<string, { all: number; more: number; closing: number }>()
    for (let round = 0; round < 12_000; round += 1) {
      // Three steps, and one for darkness.
      const opened = plans(secret(1), `a-session/${round}`, 3, shapes, 'check-in')
      opened.forEach((open, nth) => {
        // What the browser knows before it commits to this step: how many frames of each were opened, and whether the closing one was.
        const before = opened.slice(0, nth).map((known) => `${known.length}${known.includes(11) ? 'c' : ''}`)
        const found = seen.get(before.join()) ?? { all: 0, more: 0, closing: 0 }
        const [more, closing] = [found.more + Number(open.length > 1), found.closing + Number(open.includes(11))]
        seen.set(before.join(), { all: found.all + 1, more, closing })
      })
    }
    const common = [...seen.values()].filter(({ all }) => all >= 200)
    expect(common.length).toBeGreaterThan(20)
    for (const { all, more, closing } of common) {
      expect(more / all).toBeGreaterThan(0.25 - 1 / Math.sqrt(all))
      expect(closing / all).toBeGreaterThan(0.15 - 1 / Math.sqrt(all))
    }
  })

  it('of an enrolment is `shows` and the closing frame of each step', () => {
    fc.assert(
      fc.property(session, ({ sid, of, shapes }) => {
        plans(secret(1), sid, of, shapes, 'enrolment').forEach((open, index) => {
          const { frames, shows } = shapes[index]!
          expect(open).toHaveLength(Math.min(2, frames))
          expect(open).toContain(frames - 1)
          expect(open).toContain(shows)
        })
      }),
    )
  })

  it('is the same in every instance, and depends on secret and session alone', () => {
    fc.assert(
      fc.property(session, ({ sid, of, shapes }) => {
        expect(plans(secret(1), sid, of, shapes, 'check-in')).toEqual(plans(secret(1), sid, of, shapes, 'check-in'))
      }),
    )
  })

  it('cannot be told without the secret: every choice comes about as often as every other', () => {
    const counts = new Map<string, number>()
    const rounds = 3_000
    const shapes = [1, 2, 3].map(() => ({ frames: 8, shows: 4 }))
    let same = 0
    for (let round = 0; round < rounds; round += 1) {
      const sid = `session-number-${String(round).padStart(8, '0')}`
      const opened = plans(secret(1), sid, 3, shapes, 'check-in')
      if (JSON.stringify(opened) === JSON.stringify(plans(secret(2), sid, 3, shapes, 'check-in'))) same += 1
      opened.forEach((open, step) => {
        if (open.includes(7)) counts.set(String(step), (counts.get(String(step)) ?? 0) + 1)
      })
      const any = opened.flat().filter((frame) => frame !== 4 && frame !== 7)
      for (const frame of any) counts.set(`any ${frame}`, (counts.get(`any ${frame}`) ?? 0) + 1)
    }
    // With another secret it is the same by chance only: 3 closing steps × 3 steps × 7 frames and more, less where both fall together.
    expect(same / rounds).toBeLessThan(0.06)
    for (const step of [0, 1, 2]) expect(counts.get(String(step))! / rounds).toBeGreaterThan(0.28)
    for (const frame of [0, 1, 2, 3, 5, 6]) expect(counts.get(`any ${frame}`)! / rounds).toBeGreaterThan(0.11)
  })
})
