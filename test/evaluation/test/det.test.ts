import { describe, expect, it } from 'vitest'
import { detCurve } from '../src/det.js'
import { plotDet } from '../src/plot.js'
import { matedFrom, nonMatedFrom } from './helpers.js'

describe('the DET curve', () => {
  it('tells FNMR where one, two … of the non-mated comparisons match, ties together', () => {
    const others = nonMatedFrom([0.8, 0.6, 0.6, 0.2].map((score) => [score, 0, 1]))
    const { points, nonMated } = detCurve(others, matedFrom([0.9, 0.7, 0.5, 0.1]))
    // At 0.8 three of four mated are missed; 0.6 lets two tied strangers in together, so FMR 2/4 has no point of its own; at 0.2 only 0.1 is missed.
    expect(points).toEqual([
      [1 / 4, 3 / 4],
      [3 / 4, 2 / 4],
      [1, 1 / 4],
    ])
    expect(nonMated).toBe('listed')
    expect(detCurve(others, matedFrom([])).points).toEqual([])
  })

  it('is drawn on logarithmic axes, zero on the lower edge, names escaped', () => {
    const curve = { nonMated: 'matrix', name: 'a < b', points: [[1e-3, 1e-2] as const, [1, 0] as const] } as const
    const svg = plotDet([curve], 'x')
    // Three of six decades from the left, two of four from the top; then the right end and the lower edge.
    expect(svg).toContain(`d="M${70 + 620 / 2} ${20 + 380 / 2}L${70 + 620} ${20 + 380}"`)
    expect(svg).toContain('a &lt; b, full matrix')
  })
})
