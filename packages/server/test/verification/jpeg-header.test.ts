import fc from 'fast-check'
import sharp, { type JpegOptions, type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { VerificationError } from '../../src/verification/errors.js'
import { jpegSize } from '../../src/verification/jpeg-header.js'

const picture = (width: number, height: number): Sharp => sharp({ create: { width, height, channels: 3, background: '#a0705a' } })
const jpegOf = async (width: number, height: number, options: JpegOptions = {}): Promise<Uint8Array> =>
  new Uint8Array(await picture(width, height).jpeg(options).toBuffer())
const codeOf = (run: () => unknown): unknown => {
  try {
    return run()
  } catch (error) {
    return error instanceof VerificationError ? error.code : error
  }
}

describe('the header of a JPEG', () => {
  it.each([
    [1, 1],
    [448, 300],
    [31, 448],
  ])('tells %i × %i', async (width, height) => {
    expect(jpegSize(await jpegOf(width, height))).toEqual({ width, height })
    expect(jpegSize(await jpegOf(width, height, { chromaSubsampling: '4:4:4', quality: 40 }))).toEqual({ width, height })
  })

  it('refuses what is not a baseline JPEG', async () => {
    const png = new Uint8Array(await picture(20, 20).png().toBuffer())
    expect(codeOf(() => jpegSize(png))).toBe('evidence-malformed')
    const progressive = await jpegOf(64, 64, { progressive: true })
    expect(codeOf(() => jpegSize(progressive))).toBe('evidence-malformed')
  })

  it('refuses one cut off before its picture, and two in one', async () => {
    const whole = await jpegOf(64, 64)
    expect(codeOf(() => jpegSize(whole.subarray(0, 60)))).toBe('evidence-malformed')
    const frame = whole.findIndex((byte, at) => byte === 0xff && whole[at + 1] === 0xc0)
    const length = (whole[frame + 2] ?? 0) * 256 + (whole[frame + 3] ?? 0) + 2
    const twice = new Uint8Array([...whole.subarray(0, frame), ...whole.subarray(frame, frame + length), ...whole.subarray(frame)])
    expect(codeOf(() => jpegSize(twice))).toBe('evidence-malformed')
  })

  it('is total: any bytes have a size or are malformed', async () => {
    const whole = await jpegOf(48, 48)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const told = codeOf(() => jpegSize(bytes))
        expect(told === 'evidence-malformed' || typeof told === 'object').toBe(true)
      }),
    )
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (place, value) => {
        const told = codeOf(() => jpegSize(whole.map((byte, at) => (at === place ? value : byte))))
        expect(told === 'evidence-malformed' || (typeof told === 'object' && !(told instanceof Error))).toBe(true)
      }),
    )
  })
})
