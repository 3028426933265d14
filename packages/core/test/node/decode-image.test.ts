import { readFileSync } from 'node:fs'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { decodeImage } from '../../src/node.js'

const portrait = readFileSync(new URL('../../../../test/fixtures/portraits/biden.jpg', import.meta.url))
/** Red above, blue below; 4 × 2 pixels. */
const picture = (): Sharp =>
  sharp(Buffer.from([...Array<number[]>(4).fill([255, 0, 0]), ...Array<number[]>(4).fill([0, 0, 255])].flat()), {
    raw: { width: 4, height: 2, channels: 3 },
  })

describe('decodeImage', () => {
  it('turns a picture upright by its EXIF orientation', async () => {
    // 6: the first row is the right edge.
    const turned = await decodeImage(await picture().withMetadata({ orientation: 6 }).png().toBuffer())
    expect([turned.width, turned.height]).toEqual([2, 4])
    expect([...turned.data.subarray(0, 8)]).toEqual([0, 0, 255, 255, 255, 0, 0, 255])
  })

  it('gives four channels of sRGB for grey, CMYK and 16 bits', async () => {
    for (const bytes of [
      await sharp(portrait).greyscale().jpeg().toBuffer(),
      await sharp(portrait).toColourspace('cmyk').jpeg().toBuffer(),
      await sharp(portrait).toColourspace('rgb16').png().toBuffer(),
    ]) {
      const { width, height, data } = await decodeImage(bytes)
      expect(data).toHaveLength(width * height * 4)
      expect(data[3]).toBe(255)
    }
  })

  it('reads black where a picture is wholly transparent, as a canvas does', async () => {
    const hidden = await sharp(Buffer.from([250, 10, 60, 0, 250, 10, 60, 255]), { raw: { width: 2, height: 1, channels: 4 } })
      .png()
      .toBuffer()
    expect([...(await decodeImage(hidden)).data]).toEqual([0, 0, 0, 0, 250, 10, 60, 255])
  })

  it.each([
    ['no bytes', Buffer.alloc(0), 'still-empty'],
    ['no picture', Buffer.from('not a picture'), 'still-undecodable'],
    ['a picture cut off', portrait.subarray(0, 3000), 'still-undecodable'],
    ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'), 'still-undecodable'],
  ])('refuses %s', async (_what, bytes, code) => {
    await expect(decodeImage(bytes)).rejects.toMatchObject({ code })
  })

  it('refuses too many pixels before it decodes them', async () => {
    const large = await sharp({ create: { width: 3000, height: 2000, channels: 3, background: 'red' } })
      .png()
      .toBuffer()
    await expect(decodeImage(large, { maxPixels: 5_999_999 })).rejects.toMatchObject({ code: 'still-too-large', details: { pixels: 6_000_000 } })
    expect(await decodeImage(large, { maxPixels: 6_000_000 })).toMatchObject({ width: 3000, height: 2000 })
  })
})
