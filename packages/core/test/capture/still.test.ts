import { describe, expect, it } from 'vitest'
import { decodeStill, pictureOf, type Still } from '../../src/capture/index.js'
import { FakeVideo } from './fake-media.js'

const raster = (width: number, height: number, bytes = width * height * 4) => ({ width, height, data: new Uint8ClampedArray(bytes) })

describe('decodeStill in Node', () => {
  it('hands pixels through', async () => {
    const picture = raster(3, 2)
    expect(await decodeStill(picture)).toBe(picture)
  })

  it.each([
    ['too few bytes', raster(3, 2, 23), 'still-undecodable'],
    ['half a pixel', raster(1.5, 2, 12), 'still-undecodable'],
    ['no number', raster(NaN, 2, 0), 'still-undecodable'],
    ['no pixels', raster(0, 2), 'still-empty'],
    ['too many pixels', raster(101, 1), 'still-too-large'],
    ['an empty file', new Blob([]), 'still-empty'],
    ['a file where nothing decodes', new Blob(['x']), 'still-undecodable'],
    ['a video without a frame', new FakeVideo().element, 'still-empty'],
  ])('%s', async (_name, still, code) => {
    await expect(decodeStill(still, { maxPixels: 100 })).rejects.toMatchObject({ code })
  })

  it.each([undefined, null, 'picture.jpg', {}])('refuses %j with a TypeError', async (still) => {
    await expect(decodeStill(still as Still)).rejects.toThrow(TypeError)
  })

  it('refuses wrong options by name', async () => {
    await expect(decodeStill(raster(1, 1), { maxPixels: 0 })).rejects.toThrow('maxPixels')
  })
})

describe('pictureOf pixels', () => {
  it('is them', () => {
    const pixels = raster(3, 2)
    const picture = pictureOf(pixels)
    expect([picture.width, picture.height, picture.drawable]).toEqual([3, 2, undefined])
    expect(picture.raster()).toBe(pixels)
  })

  it('says so where a drawable cannot be read', () => {
    const bitmap = { width: 2, height: 2, close: () => undefined } as ImageBitmap
    expect(() => pictureOf(bitmap).raster()).toThrow(expect.objectContaining({ code: 'still-undecodable' }))
  })
})
