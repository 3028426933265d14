import { describe, expect, it } from 'vitest'
import { EVIDENCE_LIMITS, packBundle, unpackBundle, type Bundle } from '../../src/evidence/index.js'
import { BUNDLE, codeOf, jpegOf } from './fixtures.js'

const pack = (change: Partial<Bundle>) => codeOf(() => packBundle({ ...BUNDLE, ...change }))
const read = (bytes: Uint8Array, parts?: { series: number; frames: number }) => codeOf(() => unpackBundle(bytes, parts))
const zeros = (length: number) => new Uint8Array(length)
const list = (count: number, length: number) => Array.from({ length: count }, () => zeros(length))

/** A bundle written by hand. */
function made(series: number, frames: number, ...parts: readonly (readonly number[])[]): Uint8Array {
  const lengthOf = ({ length }: readonly number[]) => [length >>> 24, (length >>> 16) & 255, (length >>> 8) & 255, length & 255]
  return Uint8Array.from([0x4c, 0x4e, 0x54, 0x53, 1, series, frames, ...parts.flatMap((part) => [...lengthOf(part), ...part])])
}

describe('a bundle', () => {
  it('comes back as it was, and packs to the same bytes again', () => {
    const bytes = packBundle(BUNDLE)
    expect(unpackBundle(bytes)).toEqual(BUNDLE)
    expect(unpackBundle(bytes, { series: 2, frames: 2 })).toEqual(BUNDLE)
    expect(packBundle(unpackBundle(bytes))).toEqual(bytes)
    // No frames: nobody has asked for any yet.
    expect(unpackBundle(packBundle({ ...BUNDLE, frames: [] })).frames).toEqual([])
  })

  it('is these bytes', () => {
    const bundle = { receipt: 'a.b', manifest: Uint8Array.of(7), series: [Uint8Array.of(8, 9)], frames: [jpegOf(300)] }
    expect(packBundle(bundle)).toEqual(made(1, 1, [0x61, 0x2e, 0x62], [7], [8, 9], [...jpegOf(300)]))
  })

  it('comes in parts of its own: what becomes of the bytes afterwards is nothing to them', () => {
    const bytes = Buffer.from(packBundle(BUNDLE))
    const { manifest, series, frames } = unpackBundle(bytes)
    bytes.fill(0)
    expect({ manifest, series, frames }).toEqual({ manifest: BUNDLE.manifest, series: BUNDLE.series, frames: BUNDLE.frames })
    for (const part of [manifest, ...series, ...frames]) expect(part.byteLength).toBe(part.buffer.byteLength)
  })

  it('has the largest parts that there may be, one of each', () => {
    const { receiptBytes, manifestBytes, seriesBytes, frameBytes } = EVIDENCE_LIMITS
    const bundle: Bundle = {
      ...{ receipt: 'a'.repeat(receiptBytes), manifest: zeros(manifestBytes), series: [zeros(seriesBytes)], frames: [zeros(frameBytes)] },
    }
    expect(unpackBundle(packBundle(bundle))).toEqual(bundle)
  })
})

describe('a bundle is refused', () => {
  it('with an empty part, no series, or a receipt that is not of ASCII', () => {
    const empty = zeros(0)
    expect(pack({ receipt: '' })).toBe('evidence-malformed')
    for (const receipt of ['a b', 'a\n', 'é', 'a\0', '\u{1F600}', '\x7f']) expect(pack({ receipt }), receipt).toBe('evidence-malformed')
    expect(pack({ manifest: empty })).toBe('evidence-malformed')
    expect(pack({ series: [] })).toBe('evidence-malformed')
    expect(pack({ series: [empty] })).toBe('evidence-malformed')
    expect(pack({ frames: [empty] })).toBe('evidence-malformed')
    expect(read(made(1, 0, [], [1], [1]))).toBe('evidence-malformed')
    expect(read(made(1, 0, [0x61], [1], []))).toBe('evidence-malformed')
    expect(read(made(0, 0, [0x61], [1]))).toBe('evidence-malformed')
    for (const byte of [0, 0x0a, 0x20, 0x7f, 0x80, 0xff]) expect(read(made(1, 0, [byte], [1], [1]))).toBe('evidence-malformed')
    expect(read(made(1, 0, [0x61], [1], [1]))).toBe('accepted')
  })

  it('with a part, a number of parts or a whole beyond the limits', () => {
    const { receiptBytes, manifestBytes, seriesBytes, frameBytes, steps, opened } = EVIDENCE_LIMITS
    expect(pack({ receipt: 'a'.repeat(receiptBytes + 1) })).toBe('evidence-too-large')
    expect(pack({ manifest: zeros(manifestBytes + 1) })).toBe('evidence-too-large')
    expect(pack({ series: list(1, seriesBytes + 1) })).toBe('evidence-too-large')
    expect(pack({ frames: list(1, frameBytes + 1) })).toBe('evidence-too-large')
    expect(pack({ series: list(steps, 1), frames: list(opened, 1) })).toBe('accepted')
    expect(pack({ series: list(steps + 1, 1) })).toBe('evidence-too-large')
    expect(pack({ frames: list(opened + 1, 1) })).toBe('evidence-too-large')
    expect(pack({ series: list(6, seriesBytes) })).toBe('evidence-too-large')
    // A noisy camera: all frames that the longest session opens, each as large as it may be, and six times the series of a usual step.
    expect(pack({ series: list(steps, 18_000), frames: list(opened, frameBytes) })).toBe('accepted')
    expect(read(zeros(EVIDENCE_LIMITS.bundleBytes + 1))).toBe('evidence-too-large')
    const parts = Array.from({ length: 30 }, () => [1])
    expect(read(made(steps + 1, 0, [0x61], ...parts.slice(0, steps + 2)))).toBe('evidence-malformed')
    expect(read(made(1, opened + 1, [0x61], ...parts.slice(0, opened + 3)))).toBe('evidence-malformed')
  })

  it('for a length beyond its end, however large, and never makes room for it', () => {
    const bytes = packBundle(BUNDLE)
    for (const length of [
      [0xff, 0xff, 0xff, 0xff],
      [0x7f, 0xff, 0xff, 0xff],
      [0, 0x10, 0, 0],
    ]) {
      const longer = bytes.slice()
      longer.set(length, 7)
      expect(read(longer)).toBe('evidence-too-large')
    }
    const last = made(1, 1, [0x61], [1], [1], [1])
    expect(read(last.with(-2, 2))).toBe('evidence-malformed')
  })

  it('in every beginning, with anything after its end, and of another kind', () => {
    const bytes = packBundle(BUNDLE)
    for (let length = 0; length < bytes.length; length += 1) expect(read(bytes.subarray(0, length)), String(length)).toBe('evidence-malformed')
    expect(read(Uint8Array.of(...bytes, 0))).toBe('evidence-malformed')
    for (const at of [0, 1, 2, 3, 4]) expect(read(bytes.with(at, bytes[at]! ^ 1))).toBe('evidence-malformed')
    for (const value of [undefined, null, 'LNTS', {}, [...bytes], bytes.buffer]) expect(read(value as never)).toBe('evidence-malformed')
  })

  it('with another number of parts than was asked for', () => {
    const bytes = packBundle(BUNDLE)
    for (const parts of [
      { series: 1, frames: 2 },
      { series: 2, frames: 1 },
      { series: 3, frames: 1 },
    ])
      expect(read(bytes, parts)).toBe('evidence-malformed')
  })
})
