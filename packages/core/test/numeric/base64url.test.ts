import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { floatsFromBase64Url, floatsToBase64Url, fromBase64Url, toBase64Url } from '../../src/numeric/index.js'

describe('base64url', () => {
  it('is what Node writes and reads', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64url')
        expect(toBase64Url(bytes)).toBe(text)
        expect(fromBase64Url(text)).toEqual(bytes)
      }),
    )
  })

  it('is read from nothing but what is written', () => {
    for (const text of ['A', 'AA==', 'AA=', 'AB', 'A/AA', 'A+AA', 'AA\n', ' AAA', 'AAé', 'AAAAA', 'AA\u0100A', 'AAAAB', 'AAB', '😀A']) {
      expect(fromBase64Url(text), text).toBeUndefined()
    }
    const near = fc.stringMatching(/^[\w=+/-]{0,12}$/)
    fc.assert(
      fc.property(fc.oneof(near, fc.string({ unit: 'binary' })), (text) => {
        const again = Buffer.from(text, 'base64url')
        expect(fromBase64Url(text)).toEqual(again.toString('base64url') === text ? new Uint8Array(again) : undefined)
      }),
      { numRuns: 2_000 },
    )
  })

  it('holds floats bit for bit, little-endian', () => {
    const floats = Float32Array.of(1, -0, 1.5e-40, Infinity, NaN, 3.4e38)
    expect(floatsFromBase64Url(floatsToBase64Url(floats))).toEqual(floats)
    expect(floatsToBase64Url(Float32Array.of(1))).toBe('AACAPw')
    expect(floatsFromBase64Url('AACA')).toBeUndefined()
  })
})
