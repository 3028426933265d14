import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assessShape, perspectiveOf, reliefOf, SHAPE_LIMITS } from '../../../src/liveness/shape/index.js'
import type { MotionSample } from '../../../src/liveness/sample.js'
import { hashNoise } from '../../quality/scene.js'
import { bent, HEAD, PRINT, sampleOfSight, sightOf, type Held, type Solid } from './head.js'

const noise = hashNoise(23)
/** A turn to `most` in `count` frames; landmarks jitter by a third of a pixel. The pose is what an engine would say of a head. */
function turn(solid: Solid, most: number, axis: 'yaw' | 'pitch' = 'yaw', count = 12, held: Held = {}): readonly MotionSample[] {
  return Array.from({ length: count }, (_, index) => {
    const angle = (most * Math.max(0, index - 2)) / (count - 3)
    const way = { ...held, [axis]: angle }
    const landmarks = sightOf(solid, way, (at) => 0.7 * (noise(at, index) - 0.5))
    return sampleOfSight(landmarks, index * 100, { yaw: 0, pitch: 0, roll: 0, [axis]: angle })
  })
}

describe('the shape layer', () => {
  it.each([25, -25, 35, -45])('finds a head in a turn of %i°', (most) => {
    const found = assessShape(turn(HEAD, most))
    expect(found).toMatchObject({ layer: 'shape', outcome: 'bona-fide', reasons: [], weight: 1, threshold: SHAPE_LIMITS.head })
    expect(found.score).toBeGreaterThan(SHAPE_LIMITS.head)
  })

  it.each(['yaw', 'pitch'] as const)('finds a print that is turned far (%s) flat, whatever the engine says of its pose', (axis) => {
    const found = assessShape(turn(PRINT, 50, axis))
    expect(found).toMatchObject({ outcome: 'attack', reasons: ['shape-flat'] })
    expect(found.score).toBeLessThan(0.03)
    const blind = turn(PRINT, 50, axis).map((sample) => ({ ...sample, pose: { yaw: 1, pitch: 1, roll: 0 } }))
    expect(assessShape(blind).outcome).toBe('attack')
  })

  it('never admits a print, however it is held', () => {
    const angle = fc.double({ min: -55, max: 55, noNaN: true })
    const place = fc.double({ min: -10, max: 10, noNaN: true })
    fc.assert(
      fc.property(angle, angle, angle, place, place, fc.double({ min: 35, max: 90, noNaN: true }), (yaw, pitch, roll, x, y, distance) => {
        const samples = turn(PRINT, yaw, 'yaw', 10, { pitch: pitch / 2, roll, x, y, distance })
        expect(assessShape(samples).outcome).not.toBe('bona-fide')
      }),
      { numRuns: 60 },
    )
  })

  it('never admits one that is bent a little, either', () => {
    for (const radius of [40, 20, 14]) expect(assessShape(turn(bent(radius), 30)).outcome).not.toBe('bona-fide')
  })

  it('does not depend on the head’s place, tilt and distance', () => {
    const place = fc.double({ min: -8, max: 8, noNaN: true })
    fc.assert(
      fc.property(
        place,
        place,
        fc.double({ min: -20, max: 20, noNaN: true }),
        fc.double({ min: 40, max: 90, noNaN: true }),
        (x, y, roll, distance) => {
          expect(assessShape(turn(HEAD, 30, 'yaw', 10, { x, y, roll, distance })).outcome).toBe('bona-fide')
        },
      ),
      { numRuns: 40 },
    )
  })

  it.each([
    ['a head that keeps still', turn(HEAD, 0)],
    ['a head that nods by 4°', turn(HEAD, 4, 'pitch')],
    ['a print that keeps still', turn(PRINT, 0)],
    ['a print that is shifted', turn(PRINT, 0).map((sample, at) => ({ ...sample, landmarks: sightOf(PRINT, { x: at }) }))],
  ])('cannot tell %s', (_what, samples) => {
    expect(assessShape(samples)).toMatchObject({ outcome: 'undetermined', reasons: ['shape-still'] })
  })

  it.each([
    ['no frames', []],
    ['one frame', turn(HEAD, 30).slice(0, 1)],
    ['four frames', turn(HEAD, 30).slice(-4)],
    ['frames without a face', turn(HEAD, 30).map(({ timestampMs, width, height }) => ({ timestampMs, width, height, faceCount: 0 }))],
    ['frames with several faces', turn(HEAD, 30).map((sample) => ({ ...sample, faceCount: 2 }))],
    ['landmarks that are no numbers', turn(HEAD, 30).map((sample) => ({ ...sample, landmarks: new Float32Array(478 * 3).fill(NaN) }))],
    ['landmarks in one place', turn(HEAD, 30).map((sample) => ({ ...sample, landmarks: new Float32Array(478 * 3) }))],
    ['too few landmarks', turn(HEAD, 30).map((sample) => ({ ...sample, landmarks: new Float32Array(30) }))],
    ['poses that are no numbers', turn(HEAD, 30).map((sample) => ({ ...sample, pose: { yaw: NaN, pitch: 0, roll: 0 } }))],
    ['eyes without a distance', turn(HEAD, 30).map((sample) => ({ ...sample, interEyeDistance: 0 }))],
  ])('is undetermined on %s', (_what, samples) => {
    const { outcome, reasons, score } = assessShape(samples)
    expect([outcome, reasons, score]).toEqual(['undetermined', ['shape-too-few'], undefined])
  })

  it('leaves out single frames that are unsound, and does not fall for one that is wild', () => {
    const unsound = turn(HEAD, 30).map((sample, at) => (at === 4 ? { ...sample, landmarks: new Float32Array(478 * 3).fill(Infinity) } : sample))
    expect(assessShape(unsound).outcome).toBe('bona-fide')
    const wild = turn(PRINT, 50).map((sample, at) => (at === 6 ? { ...sample, landmarks: sightOf(HEAD, { yaw: 50 }) } : sample))
    expect(assessShape(wild).outcome).not.toBe('bona-fide')
  })
})

describe('relief', () => {
  it('of a plane is nothing, exactly, and grows with a head’s turn', () => {
    expect(reliefOf(sightOf(PRINT, {}), sightOf(PRINT, { yaw: 40, pitch: 10 }), 60)?.nose).toBeLessThan(1e-4)
    const noses = [5, 10, 20, 30, 40].map((yaw) => reliefOf(sightOf(HEAD, {}), sightOf(HEAD, { yaw }), 60)?.nose ?? NaN)
    expect([...noses].sort((a, b) => a - b)).toEqual(noses)
    expect(noses[0]).toBeGreaterThan(0)
  })
})

describe('perspective', () => {
  const approach = (solid: Solid): readonly MotionSample[] =>
    Array.from({ length: 12 }, (_, at) => sampleOfSight(sightOf(solid, { distance: 60 - 2.3 * at }), at * 100, { yaw: 0, pitch: 0, roll: 0 }))

  it('of a plane does not change as it comes closer; that of a head does', () => {
    expect(perspectiveOf(approach(PRINT))?.change).toBeCloseTo(0, 3)
    expect(perspectiveOf(approach(HEAD))?.change).toBeLessThan(-0.03)
    expect(perspectiveOf(approach(HEAD))?.growth).toBeGreaterThan(1.4)
  })

  it('is not known when nobody came closer, or of frames that are turned or unsound', () => {
    expect(perspectiveOf([])).toBeUndefined()
    expect(perspectiveOf(turn(HEAD, 0))).toBeUndefined()
    expect(perspectiveOf(approach(HEAD).map((sample) => ({ ...sample, pose: { yaw: 30, pitch: 0, roll: 0 } })))).toBeUndefined()
    expect(perspectiveOf(approach(HEAD).map((sample) => ({ ...sample, landmarks: new Float32Array(478 * 3).fill(NaN) })))).toBeUndefined()
  })

  it('is told, and decides nothing', () => {
    const { outcome, evidence } = assessShape(approach(HEAD))
    expect(outcome).not.toBe('attack')
    expect(evidence).toHaveProperty('perspectiveChange')
  })
})
