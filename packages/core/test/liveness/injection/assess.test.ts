import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assessInjection, INJECTION_RAISES, INJECTION_REASONS, INJECTION_WEIGHTS, labelKind } from '../../../src/liveness/injection/index.js'
import type { MotionSample } from '../../../src/liveness/sample.js'

function stream(count = 30, extra: (index: number) => Partial<MotionSample> = () => ({})): readonly MotionSample[] {
  return Array.from({ length: count }, (_, index) => ({
    ...{ timestampMs: index * 33 + ((index * 7) % 5), width: 640, height: 480, faceCount: 1, noise: 0.8 + 0.1 * (index % 3) },
    ...extra(index),
  }))
}

const CAMERA = { label: 'HD Pro Webcam C920 (046d:082d)', width: 640, height: 480, frameRate: 30, details: [{ softness: 1.9, periodicity: 4 }] }

describe('injection hints', () => {
  it('are none before a camera, and that proves nothing', () => {
    expect(assessInjection(stream(), CAMERA)).toMatchObject({ layer: 'injection', outcome: 'undetermined', score: 0, weight: 0, reasons: [] })
  })

  it.each([
    ['injection-virtual-camera', stream(), { ...CAMERA, label: 'OBS Virtual Camera' }],
    ['injection-size-differs', stream(), { ...CAMERA, width: 1920, height: 1080 }],
    ['injection-rate-differs', stream(), { ...CAMERA, frameRate: 10 }],
    ['injection-upscaled', stream(), { ...CAMERA, details: [{ softness: 3.4, periodicity: 4 }] }],
    ['injection-upscaled', stream(), { ...CAMERA, details: [{ softness: 2, periodicity: 40 }] }],
    ['injection-no-jitter', stream(30, (index) => ({ timestampMs: index * 40 })), CAMERA],
    ['injection-no-noise', stream(30, () => ({ noise: 0 })), CAMERA],
  ] as const)('%s', (reason, samples, facts) => {
    expect(assessInjection(samples, facts)).toMatchObject({ outcome: 'undetermined', reasons: [reason], score: INJECTION_WEIGHTS[reason], weight: 0 })
  })

  it('an upright phone is no contradiction', () => {
    expect(
      assessInjection(
        stream(30, () => ({ width: 480, height: 640 })),
        CAMERA,
      ).reasons,
    ).toEqual([])
  })

  it('add up to 1 at most, and no two small ones raise', () => {
    expect(Object.keys(INJECTION_WEIGHTS)).toHaveLength(INJECTION_REASONS.length)
    const all = assessInjection(
      stream(30, (index) => ({ timestampMs: index * 5, noise: 0 })),
      { ...CAMERA, label: 'ManyCam', width: 1280, details: [{ softness: 4, periodicity: 99 }] },
    )
    expect(all.reasons).toEqual(INJECTION_REASONS)
    expect(all.score).toBe(1)
    expect(INJECTION_WEIGHTS['injection-no-noise'] + INJECTION_WEIGHTS['injection-no-jitter']).toBeLessThan(INJECTION_RAISES)
  })

  it('are not guessed from what is not known', () => {
    for (const samples of [[], stream(1), stream(5), stream(40, () => ({ timestampMs: NaN, noise: NaN }))]) {
      expect(assessInjection(samples)).toMatchObject({ outcome: 'undetermined', score: 0, reasons: [] })
    }
    expect(assessInjection(stream(), { details: [{ softness: NaN, periodicity: NaN }] }).reasons).toEqual([])
  })

  it('never decide, whatever comes', () => {
    const number = fc.oneof(fc.double(), fc.constant(NaN))
    fc.assert(
      fc.property(fc.array(fc.record({ timestampMs: number, noise: number })), fc.string(), number, (parts, label, frameRate) => {
        const samples = parts.map((part) => ({ width: 640, height: 480, faceCount: 1, ...part }))
        const { outcome, weight, score } = assessInjection(samples, { label, frameRate })
        expect([outcome, weight]).toEqual(['undetermined', 0])
        expect(score).toBeGreaterThanOrEqual(0)
        expect(score).toBeLessThanOrEqual(1)
      }),
    )
  })
})

describe('a label', () => {
  it.each([
    ['OBS Virtual Camera', 'program'],
    ['OBS-Camera', 'program'],
    ['ManyCam Virtual Webcam', 'program'],
    ['Snap Camera', 'program'],
    ['XSplit VCam', 'program'],
    ['Dummy video device (0x0000)', 'program'],
    ['fake_device_0', 'program'],
    ['Camera (NVIDIA Broadcast)', 'bridge'],
    ['DroidCam Source 3', 'bridge'],
    ['Iriun Webcam', 'bridge'],
    ['Integrated Camera (5986:9102)', 'camera'],
    ['FaceTime HD Camera', 'camera'],
    ['Logitech BRIO', 'camera'],
    ['Observatory HD', 'camera'],
    ['camera2 1, facing front', 'camera'],
    ['', 'camera'],
    [undefined, 'camera'],
  ] as const)('%s is that of a %s', (label, kind) => {
    expect(labelKind(label)).toBe(kind)
  })
})
