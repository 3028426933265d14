import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assessQuality, measureQuality, type QualityMeasures } from '../../src/quality/index.js'
import type { Raster } from '../../src/numeric/index.js'
import { faceAt, hashNoise, rasterOf } from './scene.js'

const SIZE = 320
const FACE = faceAt(160, 120, 60)

function measuresOf(raster: Raster, face = FACE): QualityMeasures {
  const measures = measureQuality({ raster, faces: [face], face })
  if (measures === undefined) throw new Error('nothing was measured')
  return measures
}

/** Stripes of `period` pixels, black to white. */
const stripes = (period: number): Raster => rasterOf(SIZE, SIZE, (x, y) => 128 + 100 * Math.sin((2 * Math.PI * (x + y)) / period))

describe('exposure', () => {
  it('tells the share of clipped and drowned pixels exactly on flat pictures', () => {
    expect(measuresOf(rasterOf(SIZE, SIZE, () => 255))).toMatchObject({ overExposure: 1, underExposure: 0 })
    expect(measuresOf(rasterOf(SIZE, SIZE, () => 0))).toMatchObject({ overExposure: 0, underExposure: 1, luminance: 0 })
    expect(measuresOf(rasterOf(SIZE, SIZE, () => 128)).luminance).toBeCloseTo(128 / 255, 5)
  })

  it('is about one half when one half is clipped', () => {
    const measures = measuresOf(rasterOf(SIZE, SIZE, (x) => (x < 160 ? 255 : 128)))
    expect(measures.overExposure).toBeGreaterThan(0.45)
    expect(measures.overExposure).toBeLessThan(0.55)
  })

  it('does not count the lower face, where a black beard may be, as dark', () => {
    const bearded = measuresOf(rasterOf(SIZE, SIZE, (x, y) => (y > 152 ? 10 : 100 + ((x + y) % 50))))
    expect(bearded).toMatchObject({ underExposure: 0, visibility: 1 })
    expect(assessQuality(bearded).reasons).not.toContain('too-dark')
    expect(assessQuality(bearded).reasons).not.toContain('covered')
  })

  it('tells black over the eyes of a lit face from a dark picture', () => {
    const face = (x: number, y: number): number => 100 + ((x + y) % 50)
    const sunglasses = measuresOf(rasterOf(SIZE, SIZE, (x, y) => (y > 105 && y < 135 ? 5 : face(x, y))))
    expect(sunglasses.visibility).toBeLessThan(0.5)
    expect(assessQuality(sunglasses).reasons[0]).toBe('covered')
    const dark = measuresOf(rasterOf(SIZE, SIZE, (x, y) => face(x, y) / 6))
    expect(dark.visibility).toBeUndefined()
    expect(assessQuality(dark).reasons[0]).toBe('too-dark')
    expect(assessQuality(dark).reasons).not.toContain('covered')
  })

  it('does not look at what lies outside the inner face: hair, headdress, background', () => {
    const face = (x: number, y: number): boolean => Math.abs(x - 160) < 62 && y > 98 && y < 225
    const white = measuresOf(rasterOf(SIZE, SIZE, (x, y) => (face(x, y) ? 100 + (x % 50) : 255)))
    const black = measuresOf(rasterOf(SIZE, SIZE, (x, y) => (face(x, y) ? 100 + (x % 50) : 0)))
    expect(white).toEqual(black)
    expect(white).toMatchObject({ overExposure: 0, underExposure: 0 })
  })
})

describe('light', () => {
  it('is even on a flat picture and uneven when the halves have nothing in common', () => {
    expect(measuresOf(rasterOf(SIZE, SIZE, () => 99)).illuminationUniformity).toBeCloseTo(1, 6)
    expect(measuresOf(rasterOf(SIZE, SIZE, (x) => (x < 160 ? 60 : 200))).illuminationUniformity).toBeLessThan(0.05)
  })

  it('has no spread on a flat picture and one bit on two equal levels', () => {
    expect(measuresOf(rasterOf(SIZE, SIZE, () => 99)).dynamicRange).toBe(0)
    const two = measuresOf(rasterOf(SIZE, SIZE, (x) => (x < 160 ? 60 : 200))).dynamicRange
    expect(two).toBeGreaterThan(0.95)
    expect(two).toBeLessThan(1.3)
  })
})

describe('sharpness', () => {
  it('falls as the same stripes get coarser', () => {
    const values = [5, 10, 20, 40, 80].map((period) => measuresOf(stripes(period)).sharpness)
    expect([...values].sort((one, other) => other - one)).toEqual(values)
  })

  it('is 0 where there is no edge', () => {
    expect(measuresOf(rasterOf(SIZE, SIZE, () => 99)).sharpness).toBe(0)
  })

  it('does not take noise for detail', () => {
    const noise = hashNoise(7)
    const coarse = (x: number, y: number): number => 128 + 60 * Math.sin((2 * Math.PI * (x + y)) / 60)
    const clean = measuresOf(rasterOf(SIZE, SIZE, coarse)).sharpness
    const noisy = measuresOf(rasterOf(SIZE, SIZE, (x, y) => coarse(x, y) + 8 * (noise(x, y) + noise(y + SIZE, x) - 1))).sharpness
    expect(noisy).toBeLessThan(clean + 0.1)
  })

  it('is that of the worse direction: motion blurs along one', () => {
    const across = rasterOf(SIZE, SIZE, (x, y) => 128 + 60 * Math.sin((2 * Math.PI * x) / 12) + 60 * Math.sin((2 * Math.PI * y) / 12))
    const moved = rasterOf(SIZE, SIZE, (x, y) => 128 + 60 * Math.sin((2 * Math.PI * x) / 80) + 60 * Math.sin((2 * Math.PI * y) / 12))
    expect(measuresOf(moved).sharpness).toBeLessThan(measuresOf(across).sharpness / 2)
  })

  it('does not grow when the same picture is blurred', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
        const noise = hashNoise(seed)
        const blobs = (x: number, y: number): number => 40 + 170 * noise(Math.floor(x / 16), Math.floor(y / 16))
        const box = (x: number, y: number): number =>
          [-6, -3, 0, 3, 6].reduce((sum, dx) => sum + [-6, 0, 6].reduce((s, dy) => s + blobs(x + dx, y + dy), 0), 0) / 15
        expect(measuresOf(rasterOf(SIZE, SIZE, box)).sharpness).toBeLessThan(measuresOf(rasterOf(SIZE, SIZE, blobs)).sharpness)
      }),
      { numRuns: 8 },
    )
  })

  it('means the same near and far: twice the picture, twice the face, the same value', () => {
    const small = measuresOf(stripes(20)).sharpness
    const large = measuresOf(
      rasterOf(2 * SIZE, 2 * SIZE, (x, y) => 128 + 100 * Math.sin((2 * Math.PI * (x + y)) / 40)),
      faceAt(320, 240, 120),
    ).sharpness
    expect(large).toBeCloseTo(small, 1)
  })

  it('does not depend on brightness or contrast', () => {
    const faint = measuresOf(rasterOf(SIZE, SIZE, (x, y) => 60 + 40 * Math.sin((2 * Math.PI * (x + y)) / 20))).sharpness
    expect(faint).toBeCloseTo(measuresOf(stripes(20)).sharpness, 1)
  })
})

describe('geometry', () => {
  it('is measured in pixels and inter-eye distances, whatever the tilt', () => {
    fc.assert(
      fc.property(fc.double({ min: 30, max: 60, noNaN: true }), fc.double({ min: -40, max: 40, noNaN: true }), (eyes, roll) => {
        const measures = measuresOf(
          rasterOf(SIZE, SIZE, () => 99),
          faceAt(160, 120, eyes, roll),
        )
        expect(measures.interEyeDistance).toBeCloseTo(eyes, 2)
        expect(measures.eyeOpening).toBeCloseTo(0.32, 2)
        expect(measures.mouthOpening).toBeCloseTo(0.02, 2)
        expect(measures.relativeSize).toBeCloseTo(eyes / SIZE, 4)
      }),
    )
  })

  it('tells the room around the face, negative when it is cut off', () => {
    expect(measuresOf(rasterOf(SIZE, SIZE, () => 99)).margin).toBeCloseTo(90 / 60, 4)
    expect(
      measuresOf(
        rasterOf(SIZE, SIZE, () => 99),
        faceAt(30, 120, 60),
      ).margin,
    ).toBeCloseTo(-0.5, 4)
  })

  it('counts faces of a like size, not those far behind', () => {
    const raster = rasterOf(SIZE, SIZE, () => 99)
    const count = (other: number): number | undefined => measureQuality({ raster, faces: [FACE, faceAt(40, 40, other)], face: FACE })?.faceCount
    expect([count(60), count(25), count(15)]).toEqual([2, 2, 1])
  })
})

describe('a mirrored picture', () => {
  it('has the same quality', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 4, max: 20 }), (seed, cell) => {
        const noise = hashNoise(seed)
        const paint = (x: number, y: number): number => 255 * noise(Math.floor(x / cell), Math.floor(y / cell))
        const one = measuresOf(rasterOf(SIZE, SIZE, paint))
        const other = measuresOf(rasterOf(SIZE, SIZE, (x, y) => paint(SIZE - 1 - x, y)))
        for (const name of ['overExposure', 'underExposure', 'luminance', 'illuminationUniformity', 'sharpness', 'visibility'] as const) {
          expect(Math.abs((one[name] ?? -1) - (other[name] ?? -1)), name).toBeLessThan(0.02)
        }
        expect(Math.abs(one.dynamicRange - other.dynamicRange)).toBeLessThan(0.05)
      }),
      { numRuns: 12 },
    )
  })
})

describe('what cannot be measured', () => {
  it.each([NaN, Infinity])('landmarks of %s are no face', (value) => {
    const landmarks = FACE.landmarks.slice()
    landmarks[300] = value
    const face = { ...FACE, landmarks }
    expect(measureQuality({ raster: rasterOf(SIZE, SIZE, () => 99), faces: [face], face })).toBeUndefined()
  })

  it('a face wholly outside the picture, or in one point, is none', () => {
    const raster = rasterOf(SIZE, SIZE, () => 99)
    const outside = faceAt(1000, 1000, 60)
    expect(measureQuality({ raster, faces: [outside], face: outside })).toBeUndefined()
    const point = { ...FACE, landmarks: FACE.landmarks.map(() => 5) }
    expect(measureQuality({ raster, faces: [point], face: point })).toBeUndefined()
    const landmarks = FACE.landmarks.slice()
    // Irises apart, and both eyes' corners in one place: the patch could not be laid.
    for (const corner of [33, 133, 362, 263]) landmarks.set([50, 50, 0], corner * 3)
    const cross = { ...FACE, landmarks }
    expect(measureQuality({ raster, faces: [cross], face: cross })).toBeUndefined()
  })

  it('all other measures are finite numbers, whatever the picture', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 20, max: 80, noNaN: true }), (seed, eyes) => {
        const measures = measuresOf(
          rasterOf(64, 64, (x, y) => (Math.imul(x * 73 + y * 179 + 1, seed | 1) >>> 8) & 255),
          faceAt(32, 24, eyes),
        )
        const { pose: _pose, ...numbers } = measures
        for (const [name, value] of Object.entries(numbers)) expect(Number.isFinite(value), name).toBe(true)
        for (const name of ['overExposure', 'underExposure', 'luminance', 'illuminationUniformity', 'sharpness'] as const) {
          expect(measures[name], name).toBeGreaterThanOrEqual(0)
          expect(measures[name], name).toBeLessThanOrEqual(1 + 1e-9)
        }
      }),
      { numRuns: 40 },
    )
  })
})
