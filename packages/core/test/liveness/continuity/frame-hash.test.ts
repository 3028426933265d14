import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coarseDistance, fineDistance, frameHash } from '../../../src/liveness/continuity/index.js'
import { hashNoise, rasterOf, type Paint } from '../../quality/scene.js'

/** Smooth hills of a size that both hashes see. */
const blobs = (seed: number): Paint => {
  const noise = hashNoise(seed)
  const waves = Array.from({ length: 9 }, (_, at) => [noise(at, 0) / 9 - 0.055, noise(at, 1) / 9 - 0.055, 6.3 * noise(at, 2)] as const)
  return (x, y) => 128 + waves.reduce((sum, [across, down, phase]) => sum + 14 * Math.sin(across * x + down * y + phase), 0)
}

describe('the hash of a frame', () => {
  it('says in 64 and 256 bits where an area is brighter than its left neighbour', () => {
    const rising = frameHash(rasterOf(340, 320, (x) => (x * 255) / 340))
    const falling = frameHash(rasterOf(340, 320, (x) => 255 - (x * 255) / 340))
    expect(rising).toBe((1n << 320n) - 1n)
    expect(falling).toBe(0n)
    expect([coarseDistance(rising, falling), fineDistance(rising, falling)]).toEqual([64, 256])
  })

  it('of a flat picture is 0, of whatever size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 90 }), fc.nat({ max: 255 }), (width, height, level) => {
        expect(frameHash(rasterOf(width, height, () => level))).toBe(0n)
      }),
      { numRuns: 30 },
    )
  })

  it('is the same for the same picture, brighter or twice as large', () => {
    const one = frameHash(rasterOf(170, 160, blobs(3)))
    expect(frameHash(rasterOf(170, 160, blobs(3)))).toBe(one)
    expect(coarseDistance(frameHash(rasterOf(170, 160, (x, y) => 20 + 0.8 * blobs(3)(x, y))), one)).toBeLessThanOrEqual(2)
    expect(coarseDistance(frameHash(rasterOf(340, 320, (x, y) => blobs(3)(Math.floor(x / 2), Math.floor(y / 2)))), one)).toBe(0)
  })

  it('hardly changes under noise and wholly with another picture', () => {
    const noise = hashNoise(9)
    const [one, noisy, other] = [
      frameHash(rasterOf(340, 320, blobs(3))),
      frameHash(rasterOf(340, 320, (x, y) => blobs(3)(x, y) + 8 * noise(x, y) - 4)),
      frameHash(rasterOf(340, 320, blobs(4))),
    ]
    expect(coarseDistance(one, noisy)).toBeLessThanOrEqual(1)
    expect(fineDistance(one, noisy)).toBeLessThanOrEqual(26)
    expect(coarseDistance(one, other)).toBeGreaterThan(16)
  })

  it('ignores transparency', () => {
    const raster = rasterOf(60, 60, blobs(1))
    expect(frameHash({ ...raster, data: raster.data.map((value, at) => (at % 4 === 3 ? 0 : value)) })).toBe(frameHash(raster))
  })
})

describe('distances', () => {
  it('count differing bits, symmetrically, each in its own part', () => {
    const hash = fc.bigInt({ min: 0n, max: (1n << 320n) - 1n })
    const ones = (bits: bigint): number => bits.toString(2).replaceAll('0', '').length
    fc.assert(
      fc.property(hash, hash, (one, other) => {
        expect(coarseDistance(one, other)).toBe(ones((one ^ other) >> 256n))
        expect(fineDistance(one, other)).toBe(ones((one ^ other) % (1n << 256n)))
        expect(fineDistance(other, one)).toBe(fineDistance(one, other))
      }),
    )
  })
})
