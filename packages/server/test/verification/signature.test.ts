import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeSignatures, encodeSignatures, pointsApart, type FrameSignature } from '../../src/verification/signature.js'
import { replayFaults, unreadable } from '../../src/verification/replayed.js'

const signature: fc.Arbitrary<FrameSignature> = fc.record({
  faceHash: fc.bigInt({ min: 0n, max: (1n << 320n) - 1n }),
  points: fc.int16Array({ minLength: 956, maxLength: 956 }),
  vector: fc.int8Array({ minLength: 512, maxLength: 512 }),
})

describe('what is kept of a session', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.array(signature, { maxLength: 6 }), (signatures) => {
        expect(decodeSignatures(encodeSignatures(signatures))).toEqual(signatures)
      }),
      { numRuns: 30 },
    )
  })

  it('is undefined for any other bytes, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const read = decodeSignatures(bytes)
        expect(read === undefined || read.length === 0).toBe(true)
      }),
    )
    const whole = encodeSignatures([{ faceHash: 5n, points: new Int16Array(956), vector: new Int8Array(512) }])
    expect(decodeSignatures(whole.subarray(1))).toBeUndefined()
    expect(decodeSignatures(whole.subarray(0, -1))).toBeUndefined()
    expect(decodeSignatures(new Uint8Array([...whole, 0]))).toBeUndefined()
    expect(decodeSignatures(whole.with(0, 2))).toBeUndefined()
    expect(unreadable([whole, whole.with(0, 2)])).toBe(1)
  })

  it('knows a frame again by hash and points together, and by neither alone', () => {
    const own: FrameSignature = { faceHash: 0n, points: new Int16Array(956), vector: new Int8Array(512) }
    const moved = new Int16Array(956).fill(640)
    const kept = encodeSignatures([own])
    expect(pointsApart(own.points, moved)).toBeCloseTo((10 * Math.SQRT2) / 112, 5)
    const another = { ...own, faceHash: (1n << 120n) - 1n }
    expect(replayFaults([own, own], [encodeSignatures([]), kept])).toEqual([expect.stringContaining('session 2')])
    expect(replayFaults([another, another], [kept])).toEqual([])
    expect(replayFaults([{ ...own, points: moved }, another], [kept])).toEqual([])
    expect(replayFaults([own, own], [])).toEqual([])
  })

  it('takes two frames of one earlier session: one may be a person who keeps still at the same desk', () => {
    const [first, second] = [0n, (1n << 200n) - 1n].map((faceHash) => ({ faceHash, points: new Int16Array(956), vector: new Int8Array(512) }))
    if (first === undefined || second === undefined) throw new TypeError('two signatures')
    const days = [encodeSignatures([first]), encodeSignatures([second])]
    expect(replayFaults([first, second], days)).toEqual([])
    expect(replayFaults([first, second], [encodeSignatures([first, second])])).toHaveLength(1)
  })
})
