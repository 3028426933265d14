import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EvidenceRecorder, type SeenFrame } from '@lintas/core/check-in'
import { densityOf, sparseFaults } from '../../src/verification/density.js'
import type { RecordedStep } from '../../src/verification/recorded.js'

const REVEALED = 500
const region = { x: 0, y: 0, width: 10, height: 10 }

/** What core's recorder keeps of a step of frames at these times; the action is done at the one before the last, the last closes it. */
function kept(times: readonly number[], faces: readonly number[], rising: readonly boolean[], action: 'blink' | 'turn-left'): RecordedStep {
  const recorder = new EvidenceRecorder()
  recorder.see(frameOf(REVEALED, 1, false, undefined, false))
  recorder.revealed(action, REVEALED)
  times.forEach((timestampMs, at) => {
    const closes = at === times.length - 1
    const faceCount = closes ? 1 : (faces[at] ?? 1)
    const wanted = recorder.wants(closes) && faceCount === 1
    recorder.see(
      frameOf(
        timestampMs,
        faceCount,
        closes,
        wanted ? { timestampMs, region, width: 10, height: 10, jpeg: new Uint8Array(1) } : undefined,
        rising[at] ?? false,
      ),
    )
  })
  const record = recorder.take()
  if (record === undefined) throw new Error('the step has no end')
  const claims = { sid: 's', n: 1, nonce: 'n', frames: record.series.frames.map((_, at) => String(at)), series: 'x', shows: record.shows ?? 0 }
  return { n: 1, action, openedAt: new Date(0), takenAt: new Date(1), claims, open: [], series: record.series }

  function frameOf(timestampMs: number, faceCount: number, closes: boolean, evidence: SeenFrame['evidence'], isRising: boolean): SeenFrame {
    const done = closes ? [{ action, revealedMs: REVEALED, fromMs: timestampMs - 1, doneMs: timestampMs }] : []
    const sample = { timestampMs, width: 640, height: 480, faceCount }
    return {
      ...{ sample, evidence, closes },
      watched: { state: { rising: isRising ? action : undefined } } as unknown as SeenFrame['watched'],
      challenge: { phase: 'waiting', done } as unknown as SeenFrame['challenge'],
    }
  }
}

/** The step with only these of its candidates. */
function only(step: RecordedStep, keep: (at: number, count: number) => boolean): RecordedStep {
  const { frames } = step.series
  const left = frames.filter((_, at) => keep(at, frames.length))
  return { ...step, series: { ...step.series, frames: left }, claims: { ...step.claims, frames: left.map((_, at) => String(at)) } }
}

const steady = (fps: number, seconds: number): readonly number[] =>
  Array.from({ length: Math.floor(fps * seconds) }, (_, at) => REVEALED + ((at + 1) * 1000) / fps)

describe('how much there is to choose from', () => {
  it('is enough wherever core’s recorder kept it: any rate, any jitter, faces that come and go, steps of up to 25 seconds', () => {
    const step = fc.record({
      // A rate, frames of 0.6 to 1.6 times its time, and now and then one that takes half a second.
      usualMs: fc.integer({ min: 25, max: 400 }),
      jitter: fc.array(
        fc.oneof({ weight: 15, arbitrary: fc.double({ min: 0.6, max: 1.6, noNaN: true }) }, { weight: 1, arbitrary: fc.constant(-1) }),
        {
          minLength: 4,
          maxLength: 250,
        },
      ),
      faces: fc.array(fc.constantFrom(1, 1, 1, 1, 0, 2), { maxLength: 250 }),
      rising: fc.array(fc.boolean(), { maxLength: 250 }),
      action: fc.constantFrom('blink' as const, 'turn-left' as const),
    })
    fc.assert(
      fc.property(step, ({ usualMs, jitter, faces, rising, action }) => {
        let time = REVEALED
        const times = jitter.map((factor) => (time += factor < 0 ? 500 : usualMs * factor)).filter((at) => at < REVEALED + 25_000)
        expect(sparseFaults(kept(times, faces, rising, action))).toEqual([])
      }),
      { numRuns: 3_000 },
    )
  })

  it.each([3, 5, 7, 8, 10, 15, 24, 30, 60])('is enough at a steady %s frames a second', (fps) => {
    for (const seconds of [1.5, 3, 8, 20]) expect(sparseFaults(kept(steady(fps, seconds), [], [], 'turn-left'))).toEqual([])
  })

  it('is not where only what shows the action and the closing frame were kept', () => {
    for (const fps of [5, 10, 30]) {
      const two = only(kept(steady(fps, 3), [], [], 'turn-left'), (at, count) => at === 3 || at === count - 1)
      expect(densityOf(two).pictures).toBe(2)
      expect(sparseFaults(two)[0]).toMatch(/^step 1: 2 pictures where \d+ or more could be kept$/u)
    }
  })

  it('is not where a stretch has none, nor where one picture stands for many', () => {
    const whole = kept(steady(10, 6), [], [], 'turn-left')
    const times = whole.series.samples.map(({ timestampMs }) => timestampMs).filter((time) => time > REVEALED)
    // Twelve again, all of them in the last third.
    const late = times.slice(-12)
    const frames = late.map((timestampMs) => ({ timestampMs, region, width: 10, height: 10 }))
    const stretch = { ...whole, series: { ...whole.series, frames } }
    expect(sparseFaults(stretch)).toEqual(['step 1: 17 moments without a candidate'])
    const same = { ...whole, claims: { ...whole.claims, frames: whole.claims.frames.map(() => 'one') } }
    expect(sparseFaults(same)).toEqual(['step 1: 1 pictures where 6 or more could be kept'])
  })

  it('is not asked of a step that was not done, and where nobody was there nothing could be kept', () => {
    const whole = kept(steady(10, 3), [], [], 'turn-left')
    const { shows: _shows, ...claims } = only(whole, (at) => at === 0).claims
    expect(sparseFaults({ ...only(whole, (at) => at === 0), claims })).toEqual([])
    expect(densityOf(kept(steady(10, 3), Array<number>(30).fill(0), [], 'turn-left')).chances).toBe(1)
  })
})
