import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { framesOf, sessionOf } from '../../../../test/attacks/index.js'
import { decodeSeries, encodeSeries, SERIES_LANDMARKS, type StepSeries } from '../../src/evidence/index.js'
import {
  assessContinuity,
  assessInjection,
  assessPassive,
  assessShape,
  motionSampleOf,
  NEW_MOTION,
  watchMotion,
  type Action,
  type LayerEvidence,
  type MotionSample,
} from '../../src/liveness/index.js'
import { createNodeAnalyser } from '../../src/node/analyser.js'
import { eyeOpenings, interEyeDistance, mouthOpening } from '../../src/quality/index.js'
import { bent, HEAD, PRINT } from '../liveness/shape/head.js'
import { AT_REST, challengeOf, filmOf, frameOf, jitterOf, landmarksOf } from './person.js'

const models = fileURLToPath(new URL('../../../../models', import.meta.url))

/** As the server gets them: step by step, each with the moments since the one before. */
function sent(samples: readonly MotionSample[], steps = 3): readonly MotionSample[] {
  const size = Math.ceil(samples.length / steps)
  return Array.from({ length: steps }, (_, n) => samples.slice(n * size, (n + 1) * size)).flatMap((part) => {
    const step: StepSeries = { action: 'blink', revealedMs: 0, samples: part, frames: [frameOf(0)] }
    return decodeSeries(encodeSeries(step)).samples
  })
}

const FACTS = { label: 'OBS Virtual Camera', width: 640, height: 480, frameRate: 30 }

/** What the layers decide. Measures may differ by rounding; what is decided, and why, may not. */
function judged(samples: readonly MotionSample[]) {
  const layers: readonly LayerEvidence[] = [
    assessShape(samples),
    assessContinuity(samples),
    assessPassive(samples),
    assessInjection(samples),
    assessInjection(samples, FACTS),
  ]
  return layers.map(({ layer, outcome, reasons }) => ({ layer, outcome, reasons }))
}

/** Which frame tells what. */
function told(samples: readonly MotionSample[]): readonly string[] {
  let state = NEW_MOTION
  return samples.flatMap((sample, at) => {
    const watched = watchMotion(state, sample)
    state = watched.state
    const { performed } = watched.sees
    return performed ? [`${performed.action} in frame ${at}`] : []
  })
}

const SESSIONS: readonly (readonly Action[])[] = [
  ['turn-left', 'open-mouth', 'look-up'],
  ['blink', 'turn-right', 'look-down'],
  ['move-closer', 'turn-left', 'move-back'],
]

describe.each([3, 8, 15, 30])('a person at %i frames a second, decoded', (fps) => {
  it.each(SESSIONS)('does %s, %s, %s as before', (...actions) => {
    const samples = filmOf(actions, fps)
    const decoded = sent(samples)
    const end = challengeOf(actions, decoded)
    expect(end.phase).toBe(fps === 3 && actions.includes('blink') ? challengeOf(actions, samples).phase : 'passed')
    expect('done' in end && end.done.map(({ action }) => action)).toEqual(actions.slice(0, 'done' in end ? end.done.length : 0))
    expect(told(decoded)).toEqual(told(samples))
    expect(judged(decoded)).toEqual(judged(samples))
  })
})

describe('what the layers find, decoded', () => {
  const changed = (change: (sample: MotionSample, at: number) => Partial<MotionSample>, samples = filmOf(['turn-left', 'turn-right'], 15)) =>
    samples.map((sample, at) => ({ ...sample, ...change(sample, at) }))
  const gone = ({ timestampMs, width, height }: MotionSample): MotionSample => ({ timestampMs, width, height, faceCount: 0 })
  const turning = filmOf(['turn-left', 'turn-right'], 15)

  it.each<[string, readonly MotionSample[], string]>([
    ['a head that turned', turning, 'bona-fide'],
    ['a print that was turned', filmOf(['turn-left', 'turn-right', 'look-up'], 15, 2, PRINT), 'shape'],
    ['a bent print', filmOf(['turn-left', 'turn-right'], 15, 3, bent(8)), 'shape'],
    ['a head that kept still', filmOf(['blink', 'open-mouth'], 15), 'shape-still'],
    ['pictures that stood still', changed((_, at) => (at > 30 && at < 50 ? { frameHash: turning[30]!.frameHash! } : {})), 'continuity-frozen'],
    ['pictures that came again', changed((_, at) => ({ frameHash: turning[at % 45]!.frameHash! })), 'continuity-looped'],
    ['a leap', changed(({ pose }, at) => (at === 20 && pose ? { pose: { ...pose, yaw: pose.yaw + 80 } } : {})), 'continuity-jump'],
    ['a face that was lost', turning.map((sample, at) => (at > 20 && at < 40 ? gone(sample) : sample)), 'continuity-face-lost'],
    ['two people', changed((_, at) => (at > 20 && at < 40 ? { faceCount: 2 } : {})), 'continuity-several-faces'],
    ['another size', changed((_, at) => (at > 20 ? { width: 480, height: 640 } : {})), 'continuity-size'],
    ['a clock that fell', changed(({ timestampMs }, at) => (at === 20 ? { timestampMs: timestampMs - 500 } : {})), 'continuity-clock'],
    ['a clock without jitter', changed((_, at) => ({ timestampMs: 7000 + (at * 1000) / 30 })), 'injection-no-jitter'],
    ['a picture without noise', changed(() => ({ noise: 0.01 })), 'injection-no-noise'],
    ['a picture with hardly any noise', changed(() => ({ noise: 0.021 })), 'bona-fide'],
    ['a dark room', changed(() => ({ luminance: 0.09 })), 'passive-too-dark'],
    ['what the net takes for a print', changed(({ padLogOdds }) => (padLogOdds === undefined ? {} : { padLogOdds: -7 })), 'passive-attack'],
  ])('is the same of %s', (_what, samples, expected) => {
    const found = judged(samples)
    expect(JSON.stringify(found)).toContain(expected)
    expect(judged(sent(samples))).toEqual(found)
  })

  it('keeps the jitter of a clock, and makes none up', () => {
    const apart = (samples: readonly MotionSample[]) => Number(assessInjection(samples).evidence['stepRangeMs'])
    for (const jitterMs of [0, 0.015, 0.03, 1]) {
      const samples = changed((_, at) => ({ timestampMs: 7000 + (at * 1000) / 30 + (jitterMs / 2) * (at % 2) }))
      expect(Math.abs(apart(sent(samples)) - apart(samples))).toBeLessThan(0.002)
    }
  })
})

describe('the landmarks of a series', () => {
  /** All others are NaN; nothing is rounded. */
  const reduced = (samples: readonly MotionSample[]): readonly MotionSample[] =>
    samples.map((sample) => {
      if (sample.landmarks === undefined) return sample
      const told = new Set(SERIES_LANDMARKS.flatMap((index) => [3 * index, 3 * index + 1]))
      return { ...sample, landmarks: sample.landmarks.map((value, at) => (told.has(at) ? value : NaN)) }
    })

  it('are all that the layers read: without the others they find the very same', () => {
    for (const solid of [HEAD, PRINT]) {
      for (const actions of SESSIONS) {
        const samples = filmOf(actions, 15, 4, solid)
        const all = (from: readonly MotionSample[]) => [assessShape(from), assessContinuity(from), assessPassive(from), assessInjection(from, FACTS)]
        expect(all(reduced(samples))).toEqual(all(samples))
        expect(told(reduced(samples))).toEqual(told(samples))
        expect(Number.isFinite(assessShape(reduced(samples)).score)).toBe(true)
      }
    }
    // Perspective, too, which only coming closer shows.
    expect(assessShape(reduced(filmOf(['move-closer', 'move-back'], 15))).evidence).toHaveProperty('perspectiveChange')
  })

  it('are all that openings and inter-eye distance are computed from', () => {
    const landmarks = landmarksOf({ ...AT_REST, eyes: 0.2, mouth: 0.3, yaw: 10 }, jitterOf(1))
    const few = reduced([{ timestampMs: 0, width: 1, height: 1, faceCount: 1, landmarks }])[0]!.landmarks!
    expect(eyeOpenings(few)).toEqual(eyeOpenings(landmarks))
    expect([interEyeDistance(few), mouthOpening(few)]).toEqual([interEyeDistance(landmarks), mouthOpening(landmarks)])
  })

  it('are none too many: without any one of them something is no longer measured', () => {
    const samples = filmOf(['turn-left', 'move-closer'], 8)
    const measure = (from: readonly MotionSample[]) => {
      const openings = from.map(({ landmarks }) => landmarks && [eyeOpenings(landmarks), mouthOpening(landmarks)])
      return JSON.stringify([assessShape(from), assessContinuity(from).score, openings])
    }
    const whole = measure(samples)
    for (const index of SERIES_LANDMARKS) {
      const without = samples.map((sample) => ({
        ...sample,
        landmarks: sample.landmarks!.map((value, at) => (Math.floor(at / 3) === index ? NaN : value)),
      }))
      expect(measure(without), String(index)).not.toBe(whole)
    }
  })
})

describe.skipIf(!existsSync(`${models}/weights/face-landmarks.onnx`))('a puppet of a portrait through the whole line', () => {
  const samples: MotionSample[] = []
  beforeAll(async () => {
    const analyser = createNodeAnalyser({ models, spaces: ['compact-512'], threads: 2 })
    await analyser.ready
    const actions = sessionOf(['turn-left', 'open-mouth'])
    for await (const { raster, timestampMs } of framesOf('puppet', { portrait: 'obama', fps: 6, seconds: 6, actions })) {
      const analysis = await analyser.analyse(raster, { mode: 'video', embed: 'never', liveness: 'stream', timestampMs })
      samples.push(motionSampleOf(analysis, analysis.liveness))
    }
    analyser.close()
  }, 120_000)

  it('is told, judged and measured as before', () => {
    expect(told(samples).map((text) => text.split(' ')[0])).toEqual(['turn-left', 'open-mouth'])
    expect(told(sent(samples))).toEqual(told(samples))
    expect(judged(sent(samples))).toEqual(judged(samples))
    const bytes = encodeSeries({ action: 'turn-left', revealedMs: 0, samples, frames: [frameOf(0)] })
    expect(bytes.length / samples.length).toBeLessThan(220)
  })
})
