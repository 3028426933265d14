import { describe, expect, it } from 'vitest'
import { resample } from '../../../src/alignment/index.js'
import { INJECTION_LIMITS, noiseBetween, noiseBlocks, pictureDetail } from '../../../src/liveness/injection/index.js'
import type { Raster } from '../../../src/numeric/index.js'
import { hashNoise, rasterOf } from '../../quality/scene.js'

/** Normal numbers by place, deviation 1, from uniform ones (twelve of them). */
function normal(seed: number): (x: number, y: number) => number {
  const noises = Array.from({ length: 12 }, (_, at) => hashNoise(seed * 12 + at))
  return (x, y) => noises.reduce((sum, noise) => sum + noise(x, y), -6)
}

const wall = (sigma: number, seed: number): Raster => {
  const noise = normal(seed)
  return rasterOf(320, 240, (x, y) => 120 + x / 40 + sigma * noise(x, y))
}
const between = (one: Raster, other: Raster): number | undefined => noiseBetween(noiseBlocks(one)!, noiseBlocks(other)!)

describe('noise between two frames', () => {
  it.each([0.5, 1, 2])('is the sensor’s: %d grey levels', (sigma) => {
    // Rounding to whole levels adds a twelfth of a level squared.
    const expected = Math.sqrt(sigma * sigma + 1 / 12)
    expect(between(wall(sigma, 1), wall(sigma, 2))).toBeGreaterThan(expected * 0.8)
    expect(between(wall(sigma, 1), wall(sigma, 2))).toBeLessThan(expected * 1.1)
  })

  it('is 0 between copies, also when the light changed', () => {
    expect(between(wall(1, 1), wall(1, 1))).toBe(0)
    expect(
      between(
        wall(0, 1),
        rasterOf(320, 240, (x) => Math.floor(120 + x / 40) + 5),
      ),
    ).toBeLessThan(0.3)
  })

  it('does not take motion in half of the picture for noise', () => {
    const moved = (shift: number): Raster => rasterOf(320, 240, (x, y) => (x < 160 ? 120 : 120 + 60 * Math.sin((x + shift + y) / 4)))
    expect(between(moved(0), moved(3))).toBe(0)
  })

  it('is not known where nothing is flat, all is clipped, sizes differ or the picture is small', () => {
    const busy = rasterOf(320, 240, (x, y) => 255 * hashNoise(3)(x, y))
    expect(between(busy, busy)).toBeUndefined()
    const white = rasterOf(320, 240, () => 255)
    expect(between(white, white)).toBeUndefined()
    expect(
      between(
        wall(1, 1),
        rasterOf(640, 480, () => 99),
      ),
    ).toBeUndefined()
    expect(noiseBlocks(rasterOf(100, 100, () => 99))).toBeUndefined()
  })
})

describe('the detail of a picture', () => {
  /** Waves of all sizes and directions, the finer the fainter: about what a lens draws. */
  const scene = (size: number): Raster => {
    const noise = hashNoise(5)
    const waves = Array.from({ length: 60 }, (_, at) => {
      const [frequency, angle] = [3 * noise(at, 0) ** 2 + 0.02, 6.3 * noise(at, 1)]
      return [frequency * Math.cos(angle), frequency * Math.sin(angle), 6.3 * noise(at, 2), 6 / (0.2 + frequency)] as const
    })
    return rasterOf(
      size,
      size,
      (x, y) => waves.reduce((sum, [across, down, phase, high]) => sum + high * Math.sin(across * x + down * y + phase), 128) + noise(x, y),
    )
  }
  const enlarged = (by: number): Raster => {
    const small = scene(240)
    const size = Math.round(240 * by)
    const { data } = resample(small, { a: 1 / by, b: 0, c: 0, d: 1 / by, e: 0, f: 0 }, size, size)
    return rasterOf(size, size, (x, y) => data[(y * size + x) * 3] ?? 0)
  }

  it('is fine where every pixel tells its own, and coarse where it is enlarged', () => {
    const noise = pictureDetail(rasterOf(240, 240, (x, y) => 255 * hashNoise(1)(x, y)))
    expect(noise?.softness).toBeLessThan(0.3)
    for (const by of [2, 3]) expect(pictureDetail(enlarged(by))?.softness).toBeGreaterThan(2)
  })

  it('has a period where it was enlarged by one and a half or three', () => {
    expect(pictureDetail(scene(720))?.periodicity).toBeLessThan(INJECTION_LIMITS.periodicity)
    for (const by of [1.5, 3]) expect(pictureDetail(enlarged(by))?.periodicity, `× ${by}`).toBeGreaterThan(INJECTION_LIMITS.periodicity)
  })

  it('does not exist in a flat or a small picture', () => {
    expect(pictureDetail(rasterOf(240, 240, () => 99))).toBeUndefined()
    expect(pictureDetail(rasterOf(63, 240, (x) => x))).toBeUndefined()
  })
})
