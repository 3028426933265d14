import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evidenceRegion } from '@lintas/core/alignment'
import type { FrameMark } from '@lintas/core/evidence'
import { regionFaults } from '../../src/verification/commitment.js'

const told = (mark: FrameMark, width: number, height: number): readonly string[] =>
  regionFaults({ n: 1, series: { action: 'blink', revealedMs: 0, samples: [{ timestampMs: 5, width, height, faceCount: 1 }], frames: [mark] } })

const side = fc.integer({ min: 16, max: 4000 })
const length = fc.double({ min: 8, max: 3000, noNaN: true })
const corner = fc.double({ min: -500, max: 4000, noNaN: true })

describe('the region of a frame', () => {
  it('is good as the browser cuts it, wherever the face is', () => {
    fc.assert(
      fc.property(side, side, corner, corner, length, length, (width, height, x, y, across, down) => {
        const cut = evidenceRegion({ x, y, width: across, height: down }, width, height)
        if (cut !== undefined) expect(told({ timestampMs: 5, ...cut }, width, height)).toEqual([])
      }),
    )
  })

  it('is refused outside of the picture, of another shape than the frame, and shrunk at will', () => {
    const mark = { timestampMs: 5, region: { x: 100, y: 50, width: 400, height: 300 }, width: 400, height: 300 }
    expect(told(mark, 640, 480)).toEqual([])
    const wrong = [
      { ...mark, region: { ...mark.region, x: 300 } },
      { ...mark, region: { ...mark.region, y: 200 } },
      { ...mark, region: { ...mark.region, width: 440 } },
      { ...mark, height: 280 },
      { ...mark, width: 200, height: 150 },
    ]
    for (const one of wrong) expect(told(one, 640, 480)).toEqual(['frame 0 of step 1 is of no region of its picture'])
  })
})
