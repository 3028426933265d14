import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coarseDistance, fineDistance, repeatsOf } from '../../../src/liveness/continuity/index.js'
import { PackedHashes } from '../../../src/liveness/continuity/packed-hashes.js'
import type { MotionSample } from '../../../src/liveness/sample.js'
import { plainRepeats } from './plain-repeats.js'

const hash = fc.bigInt({ min: 0n, max: (1n << 320n) - 1n })

describe('packed hashes', () => {
  it('are as far apart as big integers are', () => {
    fc.assert(
      fc.property(hash, hash, fc.nat(64), fc.nat(256), (one, other, mostCoarse, mostFine) => {
        const packed = new PackedHashes([other, one])
        const [coarse, fine] = [coarseDistance(one, other), fineDistance(one, other)]
        expect([packed.coarse(1, 0), packed.fine(1, 0)]).toEqual([coarse, fine])
        expect(packed.isAlike(0, 1, mostCoarse, mostFine)).toBe(coarse <= mostCoarse && fine <= mostFine)
      }),
    )
  })

  it('are as alike as big integers where few bits are turned', () => {
    fc.assert(
      fc.property(hash, fc.uniqueArray(fc.nat(319), { maxLength: 8 }), (one, turned) => {
        const other = turned.reduce((bits, at) => bits ^ (1n << BigInt(at)), one)
        expect(new PackedHashes([one, other]).isAlike(0, 1, 1, 4)).toBe(coarseDistance(one, other) <= 1 && fineDistance(one, other) <= 4)
      }),
    )
  })
})

/** Films of up to eight pictures in any order, with steps of any length, sometimes with broken times. */
const film = fc
  .record({
    pictures: fc.array(hash, { minLength: 1, maxLength: 8 }),
    frames: fc.array(
      fc.record({ picture: fc.nat(7), stepMs: fc.oneof(fc.integer({ min: 1, max: 400 }), fc.double({ min: 20, max: 60, noNaN: true })) }),
      {
        maxLength: 120,
      },
    ),
    broken: fc.option(fc.record({ at: fc.nat(119), timestampMs: fc.constantFrom(0, -500, NaN, Infinity) })),
  })
  .map(({ pictures, frames, broken }): readonly MotionSample[] => {
    let timestampMs = 0
    return frames.map(({ picture, stepMs }, index) => {
      timestampMs += stepMs
      const frameHash = pictures[picture % pictures.length] ?? 0n
      return { timestampMs: broken?.at === index ? broken.timestampMs : timestampMs, width: 1, height: 1, faceCount: 1, frameHash }
    })
  })

describe('what comes again', () => {
  it('costs little where a series was forged to cost much: two pictures in turn, 14,000 times', () => {
    const samples = Array.from({ length: 14_000 }, (_, index): MotionSample => {
      return { timestampMs: index * 100, width: 1, height: 1, faceCount: 1, frameHash: index % 2 === 0 ? 0n : (1n << 320n) - 1n }
    })
    const began = performance.now()
    const { repeated, telling } = repeatsOf(samples)
    expect(performance.now() - began).toBeLessThan(2_000)
    expect(telling).toBe(13_998)
    expect(repeated).toBeGreaterThan(1_000)
  })

  it('is what a plain comparison of big integers finds', () => {
    fc.assert(
      fc.property(film, (samples) => {
        expect(repeatsOf(samples)).toEqual(plainRepeats(samples))
      }),
    )
  })
})
