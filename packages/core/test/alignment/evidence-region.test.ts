import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evidenceRegion } from '../../src/alignment/index.js'

describe('the region of an evidence frame', () => {
  it('is three times the box about its middle, and at most 448 pixels long', () => {
    expect(evidenceRegion({ x: 600, y: 300, width: 200, height: 250 }, 1920, 1080)).toEqual({
      region: { x: 400, y: 50, width: 600, height: 750 },
      width: 358,
      height: 448,
    })
  })

  it('is never enlarged, is cut to the picture, and takes whole pixels', () => {
    expect(evidenceRegion({ x: 10.4, y: 20.4, width: 50.2, height: 60 }, 640, 480)).toEqual({
      region: { x: 0, y: 0, width: 111, height: 141 },
      width: 111,
      height: 141,
    })
  })

  it('is none where nothing of it lies in the picture, or the box is none', () => {
    expect(evidenceRegion({ x: 900, y: 0, width: 50, height: 50 }, 640, 480)).toBeUndefined()
    expect(evidenceRegion({ x: NaN, y: 0, width: 50, height: 50 }, 640, 480)).toBeUndefined()
  })

  it('lies in the picture, whatever the box', () => {
    const side = fc.double({ min: -3000, max: 3000, noNaN: true })
    fc.assert(
      fc.property(side, side, fc.double({ min: 0.1, max: 3000, noNaN: true }), fc.integer({ min: 1, max: 2000 }), (x, y, length, size) => {
        const cut = evidenceRegion({ x, y, width: length, height: length * 1.2 }, size, size)
        if (cut === undefined) return
        const { region, width, height } = cut
        expect([region.x, region.y, region.width, region.height].every(Number.isInteger)).toBe(true)
        expect(Math.min(region.x, region.y)).toBeGreaterThanOrEqual(0)
        expect(Math.max(region.x + region.width, region.y + region.height)).toBeLessThanOrEqual(size)
        expect(width >= 1 && width <= Math.min(448, region.width) && height >= 1 && height <= Math.min(448, region.height)).toBe(true)
      }),
    )
  })
})
