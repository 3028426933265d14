import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assessPassive, passiveCounts, PASSIVE_LIMITS, roomOf } from '../../../src/liveness/passive/index.js'
import type { MotionSample } from '../../../src/liveness/sample.js'

const SIZE = { width: 640, height: 480 }
const ROOMY = { x: 240, y: 150, width: 160, height: 180 }
const TIGHT = { x: 120, y: 20, width: 400, height: 440 }

function frame(padLogOdds: number | undefined, at: number, extra: Partial<MotionSample> = {}): MotionSample {
  const face = { faceCount: 1, box: ROOMY, pose: { yaw: 0, pitch: 0, roll: 0 }, luminance: 0.5 }
  return { timestampMs: at * 200, ...SIZE, ...face, ...(padLogOdds !== undefined && { padLogOdds }), ...extra }
}

const frames = (logOdds: readonly number[], extra: Partial<MotionSample> = {}): readonly MotionSample[] =>
  logOdds.map((one, at) => frame(one, at, extra))
const five = (logOdds: number): readonly number[] => Array.from({ length: 5 }, () => logOdds)

describe('the passive layer', () => {
  it.each([
    [PASSIVE_LIMITS.bonaFide, 'bona-fide', []],
    [PASSIVE_LIMITS.bonaFide - 1e-9, 'undetermined', ['passive-unsure']],
    [PASSIVE_LIMITS.attack + 1e-9, 'undetermined', ['passive-unsure']],
    [PASSIVE_LIMITS.attack, 'attack', ['passive-attack']],
  ] as const)('at log-odds of %d over five frames says %s', (logOdds, outcome, reasons) => {
    expect(assessPassive(frames(five(logOdds)))).toMatchObject({ layer: 'passive', outcome, reasons, score: logOdds, weight: 1 })
  })

  it('looks at the middle frame: two lucky ones of five change nothing', () => {
    expect(assessPassive(frames([-9, 8, -8, 9, -7]))).toMatchObject({ outcome: 'attack', score: -7 })
    expect(assessPassive(frames([3, -12, 2, -11, 4]))).toMatchObject({ outcome: 'bona-fide', score: 2 })
  })

  it('is undetermined on fewer than five frames, without a frame and without a score', () => {
    for (const samples of [[], frames([5, 5, 5, 5]), frames([-9]), Array.from({ length: 9 }, (_, at) => frame(undefined, at))]) {
      const { outcome, reasons } = assessPassive(samples)
      expect([outcome, reasons]).toEqual(['undetermined', ['passive-too-few']])
    }
    expect(assessPassive([])).not.toHaveProperty('score')
  })

  it('counts pictures of one moment once', () => {
    const burst = five(5).map((one, at) => frame(one, 0, { timestampMs: at * 16 }))
    expect(assessPassive(burst)).toMatchObject({ outcome: 'undetermined', evidence: { frames: 1 } })
  })

  it.each([
    ['several faces', { faceCount: 2 }, ['passive-too-few']],
    ['no face', { faceCount: 0 }, ['passive-too-few']],
    ['a head turned away', { pose: { yaw: 40, pitch: 0, roll: 0 } }, ['passive-too-few']],
    ['a dark face', { luminance: 0.05 }, ['passive-too-dark', 'passive-too-few']],
    ['a face without room', { box: TIGHT }, ['passive-no-room', 'passive-too-few']],
    ['a pose that is no number', { pose: { yaw: NaN, pitch: 0, roll: 0 } }, ['passive-too-few']],
    ['light that is no number', { luminance: NaN }, ['passive-too-dark', 'passive-too-few']],
    ['a box that is no number', { box: { ...ROOMY, x: NaN } }, ['passive-no-room', 'passive-too-few']],
  ] as const)('never admits by frames with %s', (_what, extra, reasons) => {
    expect(assessPassive(frames(five(9), extra))).toMatchObject({ outcome: 'undetermined', reasons })
  })

  it('says the same without the scores of frames that do not count', () => {
    const away = fc.constantFrom({}, { faceCount: 2 }, { pose: { yaw: 40, pitch: 0, roll: 0 } }, { luminance: 0.05 }, { box: TIGHT })
    const series = fc.array(fc.tuple(fc.double({ min: -9, max: 9, noNaN: true }), away), { maxLength: 14 })
    fc.assert(
      fc.property(series, (looks) => {
        const all = looks.map(([logOdds, extra], at) => frame(logOdds, at, extra))
        const sparing = all.map((sample) => (passiveCounts(sample) ? sample : { ...sample, padLogOdds: undefined }))
        const said = ({ outcome, reasons, score }: ReturnType<typeof assessPassive>): unknown => ({ outcome, reasons, score })
        expect(said(assessPassive(sparing as readonly MotionSample[]))).toEqual(said(assessPassive(all)))
      }),
    )
    expect(passiveCounts(frame(1, 0, { pose: { yaw: 40, pitch: 0, roll: 0 } }))).toBe(false)
  })

  it('refuses by frames without room only when they are very sure, and by dark ones never', () => {
    expect(assessPassive(frames(five(PASSIVE_LIMITS.attackWithoutRoom), { box: TIGHT })).outcome).toBe('attack')
    expect(assessPassive(frames(five(PASSIVE_LIMITS.attack), { box: TIGHT })).outcome).toBe('undetermined')
    expect(assessPassive(frames(five(-15), { luminance: 0.05 })).outcome).toBe('undetermined')
  })

  it.each([NaN, Infinity, -Infinity])('takes no score of %s for one', (logOdds) => {
    expect(assessPassive(frames([...five(5).slice(1), logOdds])).outcome).toBe('undetermined')
    expect(assessPassive(frames([logOdds, ...five(5)])).outcome).toBe('bona-fide')
    expect(assessPassive(frames(five(5)).map((sample) => ({ ...sample, timestampMs: logOdds }))).outcome).toBe('undetermined')
  })

  it('lower log-odds never turn a refusal into an admission', () => {
    const logOdds = fc.double({ min: -15, max: 15, noNaN: true })
    fc.assert(
      fc.property(fc.array(logOdds, { maxLength: 9 }), fc.nat(), fc.double({ min: 0, max: 20, noNaN: true }), (all, place, less) => {
        const lower = all.map((one, at) => (at === place % Math.max(all.length, 1) ? one - less : one))
        if (assessPassive(frames(all)).outcome !== 'bona-fide') expect(assessPassive(frames(lower)).outcome).not.toBe('bona-fide')
      }),
    )
  })
})

describe('room', () => {
  it('is 1 where the face × 2.7 fits and falls as it does not', () => {
    expect(roomOf({ x: 250, y: 180, width: 100, height: 120 }, 640, 480)).toBe(1)
    expect(roomOf({ x: 0, y: 0, width: 640, height: 480 }, 640, 480)).toBeCloseTo(1 / 2.7 ** 2, 9)
    expect(roomOf({ x: 9000, y: 0, width: 10, height: 10 }, 640, 480)).toBe(0)
    expect(roomOf({ x: 0, y: 0, width: 0, height: 10 }, 640, 480)).toBeNaN()
  })
})
