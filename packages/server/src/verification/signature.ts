import { fivePointTransform } from '@lintas/core/alignment'
import { LANDMARK_COUNT } from '@lintas/core/detection'
import { invert, transform } from '@lintas/core/numeric'
import { personVector } from './person.js'
import type { SeenFrame } from './types.js'

/** Points are told on the aligned face of 112 pixels, in steps of 1/64 pixel. */
const SIDE = 112
const STEPS = 64
const HASH_BYTES = 40
const VECTOR = 512
const FRAME_BYTES = HASH_BYTES + LANDMARK_COUNT * 4 + VECTOR
const VERSION = 1
/** As many as a session opens at most. */
const MOST_FRAMES = 14

/** What of an opened frame is kept to know it again: nothing a picture could be made of, and biometric data all the same. */
export interface FrameSignature {
  /** `frameHash` of the aligned face, 320 bits. */
  readonly faceHash: bigint
  /** 478 × (x, y) on the aligned face, 1/64 pixel of 112. */
  readonly points: Int16Array
  /** The frame's embedding, scaled to ±127. */
  readonly vector: Int8Array
}

/** Undefined where the frame shows nobody. */
export function signatureOf(frame: SeenFrame): FrameSignature | undefined {
  const { landmarks, faceHash } = frame.look
  const vector = personVector(frame)
  if (landmarks === undefined || faceHash === undefined || vector?.length !== VECTOR) return undefined
  return { faceHash, points: alignedPoints(landmarks), vector: Int8Array.from(vector, (value) => Math.round(value * 127)) }
}

/** The landmarks after the similarity that aligns the face. */
export function alignedPoints(landmarks: Float32Array): Int16Array {
  const toFace = invert(fivePointTransform(landmarks, SIDE))
  const points = new Int16Array(LANDMARK_COUNT * 2)
  for (let index = 0; index < LANDMARK_COUNT; index += 1) {
    const { x, y } = transform(toFace, { x: landmarks[index * 3] ?? NaN, y: landmarks[index * 3 + 1] ?? NaN })
    points[index * 2] = clamped(x * STEPS)
    points[index * 2 + 1] = clamped(y * STEPS)
  }
  return points
}

function clamped(value: number): number {
  return Math.max(-32768, Math.min(32767, Math.round(value)))
}

/** RMS distance of two faces' points after alignment, in shares of the aligned face's side. */
export function pointsApart(one: Int16Array, other: Int16Array): number {
  let sum = 0
  for (let at = 0; at < one.length; at += 1) sum += ((one[at] ?? NaN) - (other[at] ?? NaN)) ** 2
  return Math.sqrt((2 * sum) / one.length) / (STEPS * SIDE)
}

/** One byte of version, one of the count, then the frames: hash big-endian, points little-endian, vector. */
export function encodeSignatures(signatures: readonly FrameSignature[]): Uint8Array<ArrayBuffer> {
  const kept = signatures.slice(0, MOST_FRAMES)
  const bytes = new Uint8Array(2 + kept.length * FRAME_BYTES)
  const view = new DataView(bytes.buffer)
  bytes.set([VERSION, kept.length])
  kept.forEach(({ faceHash, points, vector }, nth) => {
    const start = 2 + nth * FRAME_BYTES
    for (let at = 0, rest = faceHash; at < HASH_BYTES; at += 1, rest >>= 8n) bytes[start + HASH_BYTES - 1 - at] = Number(rest & 0xffn)
    points.forEach((value, at) => {
      view.setInt16(start + HASH_BYTES + at * 2, value, true)
    })
    bytes.set(new Uint8Array(vector.buffer, vector.byteOffset, vector.length), start + FRAME_BYTES - VECTOR)
  })
  return bytes
}

/** Total: undefined for bytes that are of no version this one knows. */
export function decodeSignatures(bytes: Uint8Array): readonly FrameSignature[] | undefined {
  const count = bytes[1] ?? 0
  if (bytes[0] !== VERSION || count > MOST_FRAMES || bytes.length !== 2 + count * FRAME_BYTES) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: count }, (_, nth) => {
    const start = 2 + nth * FRAME_BYTES
    let faceHash = 0n
    for (let at = 0; at < HASH_BYTES; at += 1) faceHash = (faceHash << 8n) | BigInt(bytes[start + at] ?? 0)
    return {
      faceHash,
      points: Int16Array.from({ length: LANDMARK_COUNT * 2 }, (_value, at) => view.getInt16(start + HASH_BYTES + at * 2, true)),
      vector: Int8Array.from(bytes.subarray(start + FRAME_BYTES - VECTOR, start + FRAME_BYTES), (value) => (value << 24) >> 24),
    }
  })
}
