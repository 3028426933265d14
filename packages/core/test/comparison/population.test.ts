import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compare, meanExcluding, populationMean, populationOf, withMeans } from '../../src/comparison/index.js'
import { meanVector } from '../../src/numeric/index.js'
import { direction, embedding, faultOf, shotOf, templateOf } from '../reference/fixtures.js'
import { profileWith } from './fixtures.js'

const people = (count: number) => Array.from({ length: count }, (_, index) => templateOf(index + 1))

describe('a population', () => {
  it('has the mean of its references in every space', () => {
    const templates = people(5)
    const mean = populationMean(populationOf(templates))
    expect(Object.keys(mean)).toEqual(['compact-512', 'facenet-128'])
    const direct = meanVector(templates.map(({ embeddings }) => embeddings[1]!.vector))
    mean['facenet-128']!.forEach((value, index) => expect(value).toBeCloseTo(direct[index]!, 6))
  })

  it('without somebody has the mean of the others', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 12 }), fc.nat(11), fc.nat(11), (count, first, second) => {
        const templates = people(count)
        const out = [...new Set([first % count, second % count])]
        const left = meanExcluding(populationOf(templates), ...out.map((index) => templates[index]!))
        const direct = populationMean(populationOf(templates.filter((_, index) => !out.includes(index))))
        for (const space of Object.keys(direct)) {
          left[space]!.forEach((value, index) => expect(Math.abs(value - direct[space]![index]!)).toBeLessThan(1e-6))
        }
      }),
      { numRuns: 30 },
    )
  })

  it('centres a comparison: what all faces of a place share no longer counts', () => {
    // Every face of this place is mostly the same direction.
    const common = direction(500, 64)
    const face = (person: number) => {
      const own = direction(person, 64)
      const vector = common.map((value, index) => 0.9 * value + Math.sqrt(1 - 0.81) * own[index]!)
      const length = Math.hypot(...vector)
      return embedding(
        's',
        vector.map((value) => value / length),
      )
    }
    const templates = Array.from({ length: 20 }, (_, index) => ({ ...templateOf(index), embeddings: [face(index)] }))
    const profile = profileWith({ models: [{ space: 's', weight: 1 }] })
    const raw = compare([face(40)], templates[3]!, profile)
    const centred = compare([face(40)], templates[3]!, withMeans(profile, meanExcluding(populationOf(templates), templates[3]!)))
    expect(raw.decision).toBe('match')
    expect(centred.decision).toBe('non-match')
    expect(Math.abs(centred.score)).toBeLessThan(0.4)
  })

  it('refuses none, twins, strangers to its spaces, and to leave nobody', async () => {
    expect(() => populationOf([])).toThrow(TypeError)
    expect(() => populationOf([templateOf(1), templateOf(1)])).toThrow(/one a subject/)
    expect(await faultOf(() => populationOf([templateOf(1), { ...templateOf(2), embeddings: [shotOf(2, 0)[0]!] }]))).toMatchObject({
      code: 'models-unlike',
    })
    expect(() => meanExcluding(populationOf(people(2)), ...people(2))).toThrow(TypeError)
    expect(await faultOf(() => withMeans(profileWith(), {}))).toMatchObject({ code: 'calibration-invalid', details: { space: 'facenet-128' } })
  })
})
