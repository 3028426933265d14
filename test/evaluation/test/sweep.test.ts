import { describe, expect, it } from 'vitest'
import type { PairOfSamples } from '../src/comparisons.js'
import { createGallery, type Sample } from '../src/gallery.js'
import { gridOf, sweepWeights } from '../src/sweep.js'
import { normals, unit } from './helpers.js'

describe('the grid of weights', () => {
  it('holds every mixture of the step once, each adding up to 1', () => {
    expect(gridOf(['x', 'y'], 0.5)).toEqual([
      [{ space: 'y', weight: 1 }],
      [
        { space: 'x', weight: 0.5 },
        { space: 'y', weight: 0.5 },
      ],
      [{ space: 'x', weight: 1 }],
    ])
    const grid = gridOf(['x', 'y', 'z'], 0.1)
    expect(grid).toHaveLength(66)
    for (const models of grid) expect(models.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12)
  })
})

describe('the sweep', () => {
  it('weighs the space that tells people apart, not the one of noise', () => {
    const normal = normals(5)
    const draw = (): number[] => Array.from({ length: 12 }, normal)
    const samples: Sample[] = Array.from({ length: 120 }, (_, person) => person).flatMap((person) => {
      const own = draw()
      return [0, 1, 2].map((n) => ({
        file: `${person}/${n}`,
        subject: `p${person}`,
        embeddings: { good: unit(...own.map((value) => value + 0.5 * normal())), noise: unit(...draw()) },
      }))
    })
    const pairs: PairOfSamples[] = samples.flatMap((_, at) =>
      at % 3 === 0 ? [{ first: at, second: at + 1, mated: true, relation: 'unknown' as const }] : [],
    )
    const { points, best, fmr } = sweepWeights(createGallery(samples), pairs, ['good', 'noise'], 0.25, { kind: 'none' })
    expect(fmr).toBe(0.0001)
    expect(points).toHaveLength(5)
    const weightOfNoise = points[best]!.models.find(({ space }) => space === 'noise')?.weight ?? 0
    expect(weightOfNoise).toBeLessThanOrEqual(0.25)
    expect(() => sweepWeights(createGallery(samples.slice(0, 30)), pairs.slice(0, 10), ['good', 'noise'], 0.25, { kind: 'none' })).toThrow(
      '--sweep needs',
    )
    expect(points[0]!.chosenOn.fnmr).toBeGreaterThan(points[best]!.chosenOn.fnmr)
  })
})
