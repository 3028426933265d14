import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { QUALITY_REQUIREMENTS, assessQuality, qualityScore, type QualityMeasures, type QualityReason } from '../../src/quality/index.js'

const GOOD: QualityMeasures = {
  interEyeDistance: 80,
  overExposure: 0,
  underExposure: 0.01,
  luminance: 0.5,
  dynamicRange: 7,
  illuminationUniformity: 0.8,
  sharpness: 0.5,
  pose: { yaw: 0, pitch: 0, roll: 0 },
  eyeOpening: 0.28,
  mouthOpening: 0.01,
  margin: 1,
  relativeSize: 0.17,
  faceCount: 1,
}

const FAULTS: readonly (readonly [QualityReason, Partial<QualityMeasures>])[] = [
  ['several-faces', { faceCount: 2 }],
  ['covered', { visibility: 0.2 }],
  ['too-far', { interEyeDistance: 12 }],
  ['too-near', { margin: -0.4, relativeSize: 0.45 }],
  ['off-centre', { margin: -0.4 }],
  ['too-dark', { underExposure: 0.6 }],
  ['too-bright', { overExposure: 0.6 }],
  ['uneven-light', { illuminationUniformity: 0.05 }],
  ['low-contrast', { dynamicRange: 2 }],
  ['tilted', { pose: { yaw: 0, pitch: 0, roll: -45 } }],
  ['turned', { pose: { yaw: -50, pitch: 0, roll: 0 } }],
  ['looking-up-down', { pose: { yaw: 0, pitch: 40, roll: 0 } }],
  ['eyes-closed', { eyeOpening: 0.02 }],
  ['mouth-open', { mouthOpening: 0.9 }],
  ['blurred', { sharpness: 0.1 }],
]

describe('the quality assessment', () => {
  it('accepts a good frame in both presets', () => {
    expect(assessQuality(GOOD)).toMatchObject({ acceptable: true, reasons: [] })
    expect(assessQuality(GOOD, 'strict')).toMatchObject({ acceptable: true, reasons: [] })
  })

  it('says no face when there is none, without a score', () => {
    expect(assessQuality(undefined)).toEqual({ acceptable: false, reasons: ['no-face'] })
  })

  it.each(FAULTS)('says %s, and nothing else', (reason, fault) => {
    for (const preset of ['usual', 'strict'] as const) {
      expect(assessQuality({ ...GOOD, ...fault }, preset)).toMatchObject({ acceptable: false, reasons: [reason] })
    }
  })

  it('calls black in a lit face covered, not dark', () => {
    expect(assessQuality({ ...GOOD, underExposure: 0.4, visibility: 0.6 }).reasons).toEqual(['covered'])
    expect(assessQuality({ ...GOOD, underExposure: 0.19, visibility: 0.81 }).reasons).toEqual([])
  })

  it('puts the more important reason first, whatever comes together', () => {
    const order = FAULTS.map(([reason]) => reason)
    fc.assert(
      fc.property(fc.subarray([...FAULTS], { minLength: 2 }), (faults) => {
        const measures = faults.reduce<QualityMeasures>((all, [, fault]) => ({ ...all, ...fault }), GOOD)
        const places = assessQuality(measures).reasons.map((reason) => order.indexOf(reason))
        expect(places).toEqual([...places].sort((one, other) => one - other))
      }),
    )
  })

  it('never accepts a measure that is not a number', () => {
    for (const name of Object.keys(GOOD) as (keyof QualityMeasures)[]) {
      if (['luminance', 'relativeSize'].includes(name)) continue
      const broken = { ...GOOD, [name]: name === 'pose' ? { yaw: NaN, pitch: 0, roll: 0 } : NaN }
      expect(assessQuality(broken).acceptable, name).toBe(false)
    }
  })

  it('is stricter for an enrolment in every limit', () => {
    const { usual, strict } = QUALITY_REQUIREMENTS
    for (const name of ['interEyeDistance', 'margin', 'illuminationUniformity', 'dynamicRange', 'sharpness', 'eyeOpening'] as const) {
      expect(strict[name], name).toBeGreaterThan(usual[name])
    }
    for (const name of ['overExposure', 'underExposure', 'yaw', 'pitch', 'roll', 'mouthOpening'] as const)
      expect(strict[name], name).toBeLessThan(usual[name])
  })
})

describe('the quality score', () => {
  it('lies between 0 and 1 and falls with every fault', () => {
    const best = qualityScore(GOOD)
    expect(best).toBeGreaterThan(0.5)
    expect(best).toBeLessThanOrEqual(1)
    for (const fault of [
      { sharpness: 0.2 },
      { interEyeDistance: 30 },
      { pose: { yaw: 30, pitch: 0, roll: 0 } },
      { overExposure: 0.3 },
      { eyeOpening: 0.1 },
    ]) {
      expect(qualityScore({ ...GOOD, ...fault })).toBeLessThan(best)
    }
    expect(qualityScore({ ...GOOD, sharpness: NaN })).toBe(0)
  })
})
