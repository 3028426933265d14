import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeSignatures, encodeSignatures, pointsApart, type FrameSignature } from '../../src/verification/signature.js'
import type { Action, MotionSample } from '@lintas/core/liveness'
import { decodeKept, encodeKept } from '../../src/verification/kept.js'
import type { RecordedStep } from '../../src/verification/recorded.js'
import { replayFaults, unreadable } from '../../src/verification/replayed.js'
import { isSamePerformance, tracesOf, type MotionTrace } from '../../src/verification/trace.js'

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
  })

  it('knows a frame again by hash and points together, and by neither alone', () => {
    const own: FrameSignature = { faceHash: 0n, points: new Int16Array(956), vector: new Int8Array(512) }
    const moved = new Int16Array(956).fill(640)
    const traces = [trace('turn-left', {}), trace('look-up', {})]
    const kept = encodeKept({ signatures: [own], traces })
    const faults = (signatures: readonly FrameSignature[], earlier = [kept]) => replayFaults({ signatures, traces }, earlier)
    expect(pointsApart(own.points, moved)).toBeCloseTo((10 * Math.SQRT2) / 112, 5)
    const another = { ...own, faceHash: (1n << 120n) - 1n }
    expect(faults([own, own])).toHaveLength(1)
    expect(faults([another, another])).toEqual([])
    expect(faults([{ ...own, points: moved }, another])).toEqual([])
    expect(faults([own, own], [])).toEqual([])
    expect(faults([own])).toEqual([])
    expect(unreadable([kept, kept.with(0, 9), kept.subarray(0, -1), new Uint8Array()])).toBe(3)
  })
})

/** A head that acts at `doneMs`; `shift` moves the frames' moments, `sway` is another way to do it. */
function trace(action: Action, { shift = 0, sway = 0, offset = 0, fps = 10 }): MotionTrace {
  const samples = Array.from({ length: 5 * fps }, (_, index): MotionSample => {
    const timestampMs = (index * 1000) / fps + shift
    const away = 18 * Math.exp(-(((timestampMs - 3300 - sway * 60) / (350 + sway * 40)) ** 2)) + sway * Math.sin(timestampMs / 300)
    const pose = { yaw: action === 'turn-left' ? away + offset : offset, pitch: action === 'look-up' ? away + offset : offset, roll: 0 }
    return { timestampMs, width: 640, height: 480, faceCount: 1, pose, mouthOpening: 0.02, interEyeDistance: 90 }
  })
  const [found] = tracesOf([
    { claims: { shows: 1 }, series: { action, doneMs: 3000, revealedMs: 1000, samples, frames: [] } } as unknown as RecordedStep,
  ])
  if (found === undefined) throw new TypeError('a trace')
  return found
}

describe('how a head moved', () => {
  it('is the same performance when it is seen again: at other moments, another rate, later, with the picture cut', () => {
    const own = trace('turn-left', {})
    for (const again of [{}, { shift: 40 }, { offset: 2 }, { shift: 300 }, { shift: -45, fps: 14 }])
      expect(isSamePerformance(trace('turn-left', again), own)).toBe(true)
  })

  it('is another when the person does it again, or does something else', () => {
    const own = trace('turn-left', {})
    for (const sway of [3, 4, 6, -4]) expect(isSamePerformance(trace('turn-left', { sway }), own)).toBe(false)
    expect(isSamePerformance(trace('look-up', {}), own)).toBe(false)
  })

  it('is nobody’s where nothing moved, and what is kept is read as it was written', () => {
    const still = { samples: [{ timestampMs: 0, width: 1, height: 1, faceCount: 0 }], doneMs: 0, action: 'blink' }
    expect(tracesOf([{ claims: { shows: 0 }, series: still } as unknown as RecordedStep])).toEqual([])
    const kept = { signatures: [], traces: [trace('turn-left', {}), trace('look-up', { sway: 2 })] }
    expect(decodeKept(encodeKept(kept))).toEqual(kept)
  })

  it('tells a session again when two courses and two frames are known, and a person who tries again by neither', () => {
    const frame: FrameSignature = { faceHash: 0n, points: new Int16Array(956), vector: new Int8Array(512) }
    const earlier = [encodeKept({ signatures: [frame, frame], traces: [trace('turn-left', {}), trace('look-up', {})] })]
    const shown = {
      signatures: [frame, frame],
      traces: [trace('turn-left', { shift: 30 }), trace('look-up', { shift: -20 }), trace('turn-left', { sway: 5 })],
    }
    expect(replayFaults(shown, earlier)).toHaveLength(1)
    expect(replayFaults({ ...shown, traces: [trace('turn-left', { sway: 4 }), trace('look-up', { sway: -4 })] }, earlier)).toEqual([])
    expect(replayFaults({ ...shown, signatures: [frame] }, earlier)).toEqual([])
  })
})
