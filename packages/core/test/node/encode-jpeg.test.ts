import { describe, expect, it } from 'vitest'
import { encodeJpeg } from '../../src/node/encode-jpeg.js'
import { decodeImage } from '../../src/node.js'
import { rasterOf } from '../quality/scene.js'

describe('an evidence frame in Node', () => {
  it('shows the region, shrunk', async () => {
    // Dark to the left of 100, bright from there on.
    const raster = rasterOf(400, 200, (x) => (x < 100 ? 20 : 220))
    const jpeg = await encodeJpeg(raster, { region: { x: 50, y: 0, width: 200, height: 100 }, width: 100, height: 50 }, 0.85)
    const { width, height, data } = await decodeImage(jpeg)
    expect([width, height]).toEqual([100, 50])
    const at = (x: number): number => data[(25 * width + x) * 4] ?? NaN
    expect([at(10), at(20), at(30), at(90)].map((value) => Math.round(value / 100))).toEqual([0, 0, 2, 2])
    expect(jpeg.buffer.byteLength).toBe(jpeg.length)
  })
})
