import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SHIPPED_CALIBRATION, compare, createGallery, search } from '../../src/comparison/index.js'
import type { Template } from '../../src/reference/index.js'
import { direction, embedding, faultOf, shotOf, templateOf } from '../reference/fixtures.js'
import { profileWith } from './fixtures.js'

const of = (space: string, ...vectors: number[][]) => vectors.map((vector) => embedding(space, Float32Array.from(vector)))
const reference = (embeddings: Template['embeddings']): Template => ({ ...templateOf(1), embeddings })
const single = (mean?: number[]) =>
  profileWith({ models: [{ space: 's', weight: 1, ...(mean === undefined ? {} : { mean: Float32Array.from(mean) }) }] })

describe('embeddings of unlike nets', () => {
  const remade = (modelId: string, modelSha256 = 'ab'.repeat(32)) =>
    shotOf(1, 1).map((one) => (one.space === 'facenet-128' ? { ...one, modelId, modelSha256 } : one))

  it.each([
    ['another net under the same space', remade('quite-another.int8')],
    ['other weights under the same id', remade('facenet-128.test', 'cd'.repeat(32))],
  ])('refuse to meet: %s', async (_what, probe) => {
    expect(await faultOf(() => compare(probe, templateOf(1), profileWith()))).toMatchObject({
      code: 'models-unlike',
      details: { space: 'facenet-128' },
    })
    expect(await faultOf(() => search(probe, createGallery([templateOf(1)], profileWith())))).toMatchObject({ code: 'models-unlike' })
    expect(await faultOf(() => createGallery([templateOf(2), { ...templateOf(1), embeddings: probe }], profileWith()))).toMatchObject({
      code: 'models-unlike',
    })
  })

  it('meet as precisions of one net', () => {
    expect(compare(remade('facenet-128.int8-weights', 'cd'.repeat(32)), templateOf(1), profileWith()).decision).toBe('match')
  })
})

describe('compare', () => {
  it('gives the cosine of one space', () => {
    const comparison = compare(of('s', [0.6, 0.8]), reference(of('s', [0.8, 0.6])), single())
    expect(comparison.score).toBeCloseTo(0.96, 6) // 0.6·0.8 + 0.8·0.6
    expect(comparison).toMatchObject({ decision: 'match', threshold: 0.5, fmr: 0.001, calibration: { id: 'test', origin: 'deployment' } })
  })

  it('subtracts the mean on both sides and scales to length 1 again', () => {
    // (1,0)−(½,0) = (½,0) → (1,0); (0,1)−(½,0) = (−½,1) → (−1,2)/√5: cosine −1/√5.
    const comparison = compare(of('s', [1, 0]), reference(of('s', [0, 1])), single([0.5, 0]))
    expect(comparison.score).toBeCloseTo(-1 / Math.sqrt(5), 6)
    expect(comparison.decision).toBe('non-match')
  })

  it('adds the weighted cosines of all spaces', () => {
    const probe = [...of('compact-512', [1, 0]), ...of('facenet-128', [0, 1])]
    const comparison = compare(probe, reference([...of('compact-512', [1, 0]), ...of('facenet-128', [0, -1])]), profileWith())
    expect(comparison.perSpace).toEqual({ 'facenet-128': -1, 'compact-512': 1 })
    expect(comparison.score).toBeCloseTo(0.75 - 0.25, 12)
  })

  it('matches at the threshold exactly, and not below', () => {
    const at = (threshold: number) => compare(of('s', [1, 0]), reference(of('s', [1, 0])), { ...single(), threshold }).decision
    expect(at(1)).toBe('match')
    expect(at(1 + 1e-9)).toBe('non-match')
  })

  it('tells one person’s pictures from another’s', () => {
    expect(compare(shotOf(1, 5), templateOf(1), profileWith()).decision).toBe('match')
    expect(compare(shotOf(2, 5), templateOf(1), profileWith()).decision).toBe('non-match')
  })

  it('does not mind the order of spaces, nor a space more than the profile asks for', () => {
    const more = [...shotOf(1, 5), embedding('other', direction(9))].reverse()
    expect(compare(more, templateOf(1), profileWith())).toEqual(compare(shotOf(1, 5), templateOf(1), profileWith()))
  })

  it('is symmetric, stays within −1 to 1, and is monotone in the threshold', () => {
    const person = fc.integer({ min: 1, max: 50 })
    const mean = direction(77).map((value) => value * 0.6)
    const models = [
      { space: 'facenet-128', weight: 0.4, mean },
      { space: 'compact-512', weight: 0.6 },
    ]
    fc.assert(
      fc.property(
        person,
        person,
        fc.double({ min: 0.01, max: 2, noNaN: true }),
        fc.double({ min: 0.01, max: 2, noNaN: true }),
        (one, other, low, high) => {
          const [left, right] = [shotOf(one, 1), shotOf(other, 2)]
          const at = (threshold: number) => compare(left, reference(right), profileWith({ models, threshold }))
          expect(compare(right, reference(left), profileWith({ models })).score).toBeCloseTo(at(1).score, 12)
          expect(Math.abs(at(1).score)).toBeLessThanOrEqual(1)
          if (at(Math.max(low, high)).decision === 'match') expect(at(Math.min(low, high)).decision).toBe('match')
        },
      ),
    )
  })

  it('never makes a match, or any score, of what cannot be compared', async () => {
    const good = shotOf(1, 1)
    const [compact, facenet] = good
    const spoil = (vector: Float32Array) => [compact!, { ...facenet!, vector }]
    const nan = facenet!.vector.map((value, index) => (index === 5 ? NaN : value))
    const faults: [string, readonly unknown[]][] = [
      ['models-unlike', [[compact!], templateOf(1)]],
      ['models-unlike', [good, reference([facenet!])]],
      ['models-unlike', [[...good, facenet!], templateOf(1)]],
      ['models-unlike', [spoil(direction(1, 64)), templateOf(1)]],
      ['embedding-invalid', [[], templateOf(1)]],
      ['embedding-invalid', [good, reference([])]],
      ['embedding-invalid', [spoil(nan), templateOf(1)]],
      ['embedding-invalid', [good, reference(spoil(nan))]],
      ['embedding-invalid', [spoil(facenet!.vector.map(() => Infinity)), templateOf(1)]],
      ['embedding-invalid', [spoil(new Float32Array(128)), templateOf(1)]],
      ['embedding-invalid', [spoil(facenet!.vector.map((value) => value * 3)), templateOf(1)]],
      ['embedding-invalid', [spoil(Array.from(facenet!.vector) as unknown as Float32Array), templateOf(1)]],
    ]
    for (const [code, [probe, template]] of faults) {
      expect(await faultOf(() => compare(probe as never, template as never, profileWith()))).toMatchObject({ code })
    }
    expect(
      await faultOf(() => compare(good, templateOf(1), profileWith({ models: [{ space: 'facenet-128', weight: 1, mean: direction(3, 64) }] }))),
    ).toMatchObject({
      code: 'calibration-invalid',
    })
    // Nothing is left of a vector that is the mean itself.
    expect(await faultOf(() => compare(of('s', [1, 0]), reference(of('s', [1, 0])), single([1, 0])))).toMatchObject({ code: 'embedding-invalid' })
  })

  it('does not decide by a profile that is unsound', async () => {
    for (const wrong of [{ threshold: NaN }, { threshold: -1 }, { threshold: 0 }, { models: [] }, { fmr: 0 }]) {
      expect(await faultOf(() => compare(shotOf(1, 1), templateOf(1), profileWith(wrong)))).toMatchObject({ code: 'calibration-invalid' })
    }
  })
})

describe('the shipped profile', () => {
  it('names the default spaces', () => {
    expect(SHIPPED_CALIBRATION.origin).toBe('shipped')
    expect(() => compare(shotOf(1, 1), templateOf(1), SHIPPED_CALIBRATION)).not.toThrow()
  })
})
