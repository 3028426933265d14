import { describe, expect, it } from 'vitest'
import type { Recorded, RecordedStep } from '../../src/verification/recorded.js'
import { mostSamples, timeFaults } from '../../src/verification/timing.js'

/** Three steps of `stepMs` each, `fps` samples a second; a candidate every `everyMs`, twelve at most, the third of them shows the action. */
function recordedOf({ fps = 10, everyMs = 400, stepMs = 4000 } = {}, change: (step: RecordedStep) => RecordedStep = (same) => same): Recorded {
  const steps = [0, 1, 2].map((at): RecordedStep => {
    const from = at * stepMs
    const samples = times(from, from + stepMs - 100, 1000 / fps).map((timestampMs) => ({ timestampMs, width: 640, height: 480, faceCount: 1 }))
    const last = samples.at(-1)?.timestampMs ?? NaN
    const marks = times(last, from + 200, -everyMs)
      .slice(0, 12)
      .reverse()
    const region = { x: 200, y: 100, width: 224, height: 224 }
    const frames = marks.map((mark) => ({ timestampMs: nearest(samples, mark), region, width: 224, height: 224 }))
    const claims = {
      sid: 's',
      n: at + 1,
      nonce: 'n',
      frames: frames.map((_, nth) => `${at}/${nth}`),
      series: 'x',
      shows: Math.min(2, frames.length - 2),
    }
    const [openedAt, takenAt] = [new Date(from), new Date(from + stepMs)]
    const series = { action: 'blink', revealedMs: from + 50, doneMs: last, samples, frames } as const
    return change({ n: at + 1, action: 'blink', openedAt, takenAt, claims, open: [2], series })
  })
  return { steps, samples: steps.flatMap(({ series }) => series.samples), opened: [], manifest: undefined as unknown as Recorded['manifest'] }
}

function times(from: number, to: number, by: number): readonly number[] {
  return Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, nth) => from + nth * by)
}

const nearest = (samples: readonly { timestampMs: number }[], to: number): number =>
  samples.map(({ timestampMs }) => timestampMs).reduce((best, time) => (Math.abs(time - to) < Math.abs(best - to) ? time : best), Infinity)

/** The picture that closed the first step, and its landmarks, are those of the `nth` candidate of another: of the second 400 ms later, 800 ms, and so on. */
function closedAgainAt(nth: number, another = 1, shape: Parameters<typeof recordedOf>[0] = {}): Recorded {
  const { steps, ...rest } = recordedOf(shape)
  const [first, other] = [steps[0], steps[another]]
  if (first === undefined || other === undefined) throw new TypeError('three steps')
  const landmarks = Float32Array.of(0.5, 0.25, 0)
  const seenAt = (step: RecordedStep, moment: number | undefined, frames: readonly string[]): RecordedStep => {
    const samples = step.series.samples.map((sample) => (sample.timestampMs === moment ? { ...sample, landmarks } : sample))
    return { ...step, claims: { ...step.claims, frames }, series: { ...step.series, samples } }
  }
  const closing = first.claims.frames.at(-1) ?? ''
  const again = other.claims.frames.map((hash, at) => (at === nth ? closing : hash))
  const before = seenAt(first, first.series.frames.at(-1)?.timestampMs, first.claims.frames)
  const after = seenAt(other, other.series.frames[nth]?.timestampMs, again)
  return { ...rest, steps: steps.map((step, at) => (at === 0 ? before : at === another ? after : step)) }
}

describe('committed times', () => {
  it('are true of phones fast and slow', () => {
    for (const fps of [3, 10, 30, 60]) expect(timeFaults(recordedOf({ fps, everyMs: Math.max(330, 1000 / fps) }))).toEqual([])
  })

  it('may have the frame that closed a step once more just after the next reveal, where the camera is slower than the line; later it has come again', () => {
    expect(timeFaults(closedAgainAt(0))).toEqual([])
    // 600 ms later, and another step between: what was asked for before may be asked for again there.
    expect(timeFaults(closedAgainAt(0, 2, { stepMs: 300 }))).toContain('a picture that came in two steps')
    expect(timeFaults(closedAgainAt(1))).toEqual(['a moment that came in two steps', 'a picture that came in two steps'])
  })

  it('are not of more samples than a camera gives, and the layers see no more of them', () => {
    const dense = recordedOf({ fps: 400 })
    expect(timeFaults(dense)).toEqual(['4683 samples, more than a camera gives'])
    expect(mostSamples(dense.steps)).toBe((12 + 15) * 70)
  })
})
