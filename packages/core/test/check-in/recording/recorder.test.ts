import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LivenessAttempt } from '../../../src/check-in/index.js'
import { thinned, type Candidate } from '../../../src/check-in/recording/candidates.js'
import { EvidenceRecorder, type StepRecord } from '../../../src/check-in/recording/index.js'
import { showsBest } from '../../../src/check-in/recording/shows.js'
import { NEW_MOTION, watchMotion, type Action, type ChallengeState, type DoneStep, type MotionState } from '../../../src/liveness/index.js'
import type { EvidenceFrame } from '../../../src/worker/index.js'
import { bump, sampleAt, type Script } from '../../liveness/motion/person.js'

const REGION = { x: 0, y: 0, width: 10, height: 10 }
const frameAt = (timestampMs: number): EvidenceFrame => ({
  timestampMs,
  region: REGION,
  width: 10,
  height: 10,
  jpeg: new Uint8Array([timestampMs & 255]),
})
const candidateAt = (timestampMs: number, strength = 0, legible = true): Candidate => ({ frame: frameAt(timestampMs), strength, legible })
const doneStep = (action: Action, fromMs: number, doneMs: number): DoneStep => ({ action, revealedMs: 1000, fromMs, doneMs })

interface Recorded {
  readonly record: StepRecord
  /** When evidence was asked for, milliseconds. */
  readonly asked: readonly number[]
}

/** A step whose action is revealed after one second and that closes after `endS`; it is done when `watchMotion` says so. */
function recorded(action: Action, script: Script, { endS = 5, fps = 10 }: { endS?: number; fps?: number } = {}): Recorded {
  const recorder = new EvidenceRecorder()
  const asked: number[] = []
  let motion: MotionState = NEW_MOTION
  let done: DoneStep | undefined
  for (let index = 0; index <= endS * fps; index += 1) {
    const seconds = index / fps
    const closes = index === endS * fps
    const wanted = recorder.wants(closes)
    const sample = sampleAt(seconds, script(seconds))
    const watched = watchMotion(motion, sample)
    motion = watched.state
    const { performed } = watched.sees
    if (performed?.action === action && done === undefined) done = { ...doneStep(action, performed.fromMs, sample.timestampMs) }
    if (wanted) asked.push(sample.timestampMs)
    const challenge = { phase: 'waiting', needed: 3, done: done ? [done] : [], beganMs: 0, lastMs: 0, lastFaceMs: 0 } as ChallengeState
    recorder.see({ sample, watched, evidence: wanted ? frameAt(sample.timestampMs) : undefined, challenge, closes })
    if (sample.timestampMs === 1000) recorder.revealed(action, 1000)
  }
  return { record: recorder.take()!, asked }
}

const turn: Script = (seconds) => ({ yaw: 25 * bump(seconds, 2, 3.2) })

describe('what is recorded of a step', () => {
  it('is asked for from the reveal on, no more often than every 150 ms but where the action may be completed', () => {
    const { asked, record } = recorded('turn-left', turn, { fps: 30 })
    expect(asked[0]).toBeGreaterThan(1000)
    const gaps = asked.slice(1).map((time, index) => time - asked[index]!)
    // One frame follows the one that first looked like the turn, and the closing one is asked for in any case.
    expect(gaps.filter((gap) => gap < 149).length).toBeLessThanOrEqual(2)
    expect(Math.max(...gaps)).toBeLessThan(200)
    expect(record.series.doneMs).toBeGreaterThan(2000)
  })

  it.each([3, 5, 10, 30])('holds at %s frames a second a frame that shows the turn, and ends with the closing one', (fps) => {
    const { record } = recorded('turn-left', turn, { fps })
    const { frames, samples, doneMs = NaN } = record.series
    const shown = frames[record.shows!]!
    const yaw = samples.find(({ timestampMs }) => timestampMs === shown.timestampMs)?.pose?.yaw
    expect(yaw).toBeGreaterThan(12)
    expect(Math.abs(shown.timestampMs - doneMs)).toBeLessThanOrEqual(700)
    expect(frames.at(-1)?.timestampMs).toBe(5000)
    expect(frames.length).toBeLessThanOrEqual(12)
    // Three a second where there are as many.
    const gaps = frames.slice(1).map(({ timestampMs }, index) => timestampMs - frames[index]!.timestampMs)
    expect(Math.max(...gaps)).toBeLessThanOrEqual(fps === 3 ? 400 : 650)
    expect(record.jpegs).toEqual(frames.map(({ timestampMs }) => new Uint8Array([timestampMs & 255])))
  })

  it('shows closed eyes, however short, and asks for every frame until then', () => {
    const blink: Script = (seconds) => ({ eyes: seconds >= 3.1 && seconds <= 3.25 ? 0.02 : 0.3 })
    const { record, asked } = recorded('blink', blink, { fps: 20 })
    const shown = record.series.frames[record.shows!]!.timestampMs
    expect(shown).toBeGreaterThanOrEqual(3100)
    expect(shown).toBeLessThanOrEqual(3250)
    expect(asked.filter((time) => time > 1000 && time <= 3300)).toHaveLength(46)
  })

  it('keeps closed eyes that come after a long wait in few frames', () => {
    const blink: Script = (seconds) => ({ eyes: seconds >= 13.1 && seconds <= 13.25 ? 0.02 : 0.3 })
    const { record } = recorded('blink', blink, { fps: 30, endS: 15 })
    const { frames } = record.series
    expect(frames).toHaveLength(12)
    expect(frames[record.shows!]!.timestampMs / 1000).toBeCloseTo(13.17, 0)
    const gaps = frames.slice(1).map(({ timestampMs }, index) => timestampMs - frames[index]!.timestampMs)
    expect(Math.max(...gaps)).toBeLessThan(3000)
  })

  it('shows nothing of a step that was not done', () => {
    const { record } = recorded('turn-left', (seconds) => ({ pitch: 20 * bump(seconds, 2, 3) }))
    expect(record).not.toHaveProperty('shows')
    expect(record.series).not.toHaveProperty('doneMs')
    expect(record.series.frames.at(-1)?.timestampMs).toBe(5000)
  })

  it('is taken once, with samples from the end of the step before', () => {
    const { record } = recorded('turn-left', turn)
    expect(record.series.samples[0]?.timestampMs).toBe(0)
    expect(record.series.samples).toHaveLength(51)
    expect(new EvidenceRecorder().take()).toBeUndefined()
  })

  it('fails where the analyser gives no picture of the closing frame', () => {
    const recorder = new EvidenceRecorder()
    const sample = sampleAt(1, {})
    const watched = watchMotion(NEW_MOTION, sample)
    recorder.revealed('turn-left', 900)
    expect(() => {
      recorder.see({ sample, watched, evidence: undefined, challenge: { phase: 'idle' }, closes: true })
    }).toThrow(expect.objectContaining({ code: 'worker-protocol' }) as Error)
  })
})

describe('an attempt that nobody records', () => {
  it('asks for no evidence', () => {
    const attempt = new LivenessAttempt({ route: 'standard', steps: 3, draw: () => 'turn-left', space: 'm' })
    expect(attempt.ask()).toEqual({ embed: 'never', liveness: 'stream' })
  })
})

describe('which candidate shows an action', () => {
  it('is a clear one, near its end, of a head that is not turned too far', () => {
    const step = doneStep('turn-left', 1500, 2000)
    const all = [candidateAt(1900, 0.9), candidateAt(2000, 1.1), candidateAt(2200, 1.6), candidateAt(2350, 1.9), candidateAt(2600, 2.5, false)]
    expect(showsBest(all, step)?.frame.timestampMs).toBe(2200)
    expect(showsBest(all.slice(0, 2), step)?.frame.timestampMs).toBe(2000)
    expect(showsBest([candidateAt(2600, 2.5, false)], step)?.frame.timestampMs).toBe(2600)
  })

  it('is the nearest where none shows it, and none of none', () => {
    const step = doneStep('open-mouth', 1500, 2000)
    expect(showsBest([candidateAt(1000), candidateAt(1950), candidateAt(4000)], step)?.frame.timestampMs).toBe(1950)
    expect(showsBest([], step)).toBeUndefined()
  })

  it('of a blink is the most closed between its beginning and its end', () => {
    const all = [candidateAt(1400, -0.01), candidateAt(1600, -0.1), candidateAt(1700, -0.04), candidateAt(2100, -0.02)]
    expect(showsBest(all, doneStep('blink', 1500, 2000))?.frame.timestampMs).toBe(1700)
  })
})

describe('thinning', () => {
  it('keeps the first, the last and what is to be kept, in order, and spreads the rest', () => {
    const times = fc.uniqueArray(fc.integer({ min: 0, max: 20_000 }), { minLength: 13, maxLength: 60 })
    fc.assert(
      fc.property(times, fc.nat(), (found, pick) => {
        const all = [...found].sort((one, other) => one - other).map((time) => candidateAt(time))
        const kept = all[pick % all.length]!
        const left = thinned(all, 12, new Set([kept]))
        expect(left).toHaveLength(12)
        expect(left).toContain(kept)
        expect([left[0], left.at(-1)]).toEqual([all[0], all.at(-1)])
        expect(left).toEqual(all.filter((candidate) => left.includes(candidate)))
      }),
    )
    const even = thinned(
      Array.from({ length: 36 }, (_, index) => candidateAt(index * 100)),
      12,
      new Set(),
    )
    const gaps = even.slice(1).map(({ frame }, index) => frame.timestampMs - even[index]!.frame.timestampMs)
    expect(Math.max(...gaps)).toBeLessThanOrEqual(600)
  })
})
