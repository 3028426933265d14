import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { compare, createGallery, falsePositiveIdentificationRate, fmrForSearch, search } from '../../src/comparison/index.js'
import { createInnerProducts } from '../../src/comparison/inner-products.js'
import { kernelBytes } from '../../src/comparison/simd-kernel.js'
import { direction, embedding, faultOf, randomNumbers, shotOf, templateOf } from '../reference/fixtures.js'
import { profileWith } from './fixtures.js'

const people = (count: number) => Array.from({ length: count }, (_, index) => templateOf(index + 1))

describe('the SIMD kernel', () => {
  it('is a module that WebAssembly accepts, and runs here', () => {
    expect(WebAssembly.validate(kernelBytes())).toBe(true)
    expect(kernelBytes().length).toBeLessThan(400)
    expect(createInnerProducts(1, 1).engine).toBe('simd')
  })

  it('gives what plain script gives, within the rounding of float32, for every size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 200 }), fc.integer(), (count, dimension, seed) => {
        const next = randomNumbers(seed)
        const kernel = createInnerProducts(count, dimension)
        const script = createInnerProducts(count, dimension, 'script')
        expect([kernel.engine, script.engine]).toEqual(['simd', 'script'])
        const query = Float32Array.from({ length: dimension }, () => next() - 0.5)
        const sizes = Array.from({ length: count }, (_, row) => {
          const vector = Float32Array.from({ length: dimension }, () => next() - 0.5)
          for (const products of [kernel, script]) products.rows.set(vector, row * products.stride)
          return vector.reduce((sum, value, index) => sum + Math.abs(value * query[index]!), 0)
        })
        const [left, right] = [kernel.with(query), script.with(query)]
        sizes.forEach((size, row) => expect(Math.abs(left[row]! - right[row]!)).toBeLessThanOrEqual(size * (dimension + 1) * 2 ** -24 + 1e-12))
      }),
    )
  })

  it('is exact on whole numbers, where nothing is rounded', () => {
    const products = createInnerProducts(100, 128)
    const row = (index: number) => Float32Array.from({ length: 128 }, (_, at) => ((index * 31 + at * 7) % 17) - 8)
    for (let index = 0; index < 100; index += 1) products.rows.set(row(index), index * products.stride)
    const query = row(1000)
    const scores = products.with(query)
    for (let index = 0; index < 100; index += 1) expect(scores[index]).toBe(row(index).reduce((sum, value, at) => sum + value * query[at]!, 0))
  })

  it('gives way to plain script where WebAssembly is missing or a CSP forbids it', () => {
    vi.stubGlobal('WebAssembly', undefined)
    expect(createInnerProducts(2, 4).engine).toBe('script')
    vi.unstubAllGlobals()
    vi.spyOn(WebAssembly, 'Module').mockImplementation(function () {
      throw new WebAssembly.CompileError("Refused to compile: 'wasm-unsafe-eval' is not allowed")
    })
    expect(createInnerProducts(2, 4).engine).toBe('script')
    vi.restoreAllMocks()
  })
})

describe('search', () => {
  const profile = profileWith({
    models: [
      { space: 'facenet-128', weight: 0.4, mean: direction(900).map((value) => value * 0.3) },
      { space: 'compact-512', weight: 0.6 },
    ],
  })

  it('finds the person, with the score of a comparison 1:1', () => {
    const templates = people(50)
    const { candidates, searched, threshold } = search(shotOf(17, 3), createGallery(templates, profile), { count: 3 })
    expect([searched, threshold]).toEqual([50, 0.5])
    expect(candidates.map(({ decision }) => decision)).toEqual(['match', 'non-match', 'non-match'])
    expect(candidates[0]!.subjectId).toBe('subject-17')
    expect(candidates[0]!.score).toBeCloseTo(compare(shotOf(17, 3), templates[16]!, profile).score, 6)
  })

  it('is the brute force of compare, with either engine and in any order of the gallery', () => {
    const order = fc.shuffledSubarray(people(40), { minLength: 1 })
    fc.assert(
      fc.property(order, fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 12 }), (templates, person, count) => {
        const probe = shotOf(person, 9, 0.6)
        const expected = templates
          .map((template) => ({ subjectId: template.subjectId, score: compare(probe, template, profile).score }))
          .sort((left, right) => right.score - left.score)
          .slice(0, count)
        for (const engine of ['simd', 'script'] as const) {
          const { candidates } = search(probe, createGallery(templates, profile, { engine }), { count })
          expect(candidates.map(({ subjectId }) => subjectId)).toEqual(expected.map(({ subjectId }) => subjectId))
          candidates.forEach(({ score }, index) => expect(score).toBeCloseTo(expected[index]!.score, 6))
        }
      }),
      { numRuns: 40 },
    )
  })

  it('gives bit by bit the same with both engines', () => {
    const templates = people(60)
    const [simd, script] = (['simd', 'script'] as const).map((engine) => createGallery(templates, profile, { engine }))
    expect([simd!.engine, script!.engine]).toEqual(['simd', 'script'])
    for (const person of [1, 30, 99]) expect(search(shotOf(person, 2), simd!)).toEqual(search(shotOf(person, 2), script!))
  })

  it('breaks ties by subject id and loses none of the tied', () => {
    const twins = ['d', 'b', 'c', 'a'].map((subjectId) => templateOf(1, subjectId))
    const { candidates } = search(shotOf(1, 1), createGallery([...twins, templateOf(2)], profile), { count: 4 })
    expect(candidates.map(({ subjectId }) => subjectId)).toEqual(['a', 'b', 'c', 'd'])
  })

  it('is monotone in the threshold, and tells the false positive rate only for the profile’s own', () => {
    const gallery = createGallery(people(30), profile)
    const matches = (threshold: number) =>
      search(shotOf(3, 1), gallery, { threshold, count: 30 }).candidates.filter(({ decision }) => decision === 'match').length
    const counts = [0.01, 0.1, 0.3, 0.5, 0.8, 1.1].map(matches)
    expect(counts).toEqual([...counts].sort((left, right) => right - left))
    expect(counts.at(-1)).toBe(0)
    expect(search(shotOf(3, 1), gallery).fpir).toBeCloseTo(1 - 0.999 ** 30, 12)
    expect(search(shotOf(3, 1), gallery, { threshold: 0.6 }).fpir).toBeUndefined()
  })

  it('finds nobody in an empty gallery', () => {
    expect(search(shotOf(1, 1), createGallery([], profile))).toEqual({
      candidates: [],
      searched: 0,
      threshold: 0.5,
      calibration: { id: 'test', origin: 'deployment' },
      fpir: 0,
    })
  })

  it('refuses what cannot be compared', async () => {
    const gallery = createGallery(people(3), profile)
    expect(await faultOf(() => search([shotOf(1, 1)[0]!], gallery))).toMatchObject({ code: 'models-unlike' })
    expect(await faultOf(() => search([shotOf(1, 1)[1]!, embedding('compact-512', direction(1, 64))], gallery))).toMatchObject({
      code: 'models-unlike',
    })
    // As many numbers in all, and not the same in each space.
    const swapped = [embedding('compact-512', direction(1, 128)), embedding('facenet-128', direction(1, 512))]
    const bare = profileWith()
    expect(await faultOf(() => search(swapped, createGallery(people(3), bare)))).toMatchObject({ code: 'models-unlike' })
    expect(await faultOf(() => createGallery([templateOf(1), { ...templateOf(2), embeddings: swapped }], bare))).toMatchObject({
      code: 'models-unlike',
    })
    const nan = { ...shotOf(1, 1)[1]!, vector: new Float32Array(128).fill(NaN) }
    expect(await faultOf(() => search([shotOf(1, 1)[0]!, nan], gallery))).toMatchObject({ code: 'embedding-invalid' })
    expect(await faultOf(() => createGallery([templateOf(1), { ...templateOf(2), embeddings: [shotOf(2, 0)[1]!] }], profile))).toMatchObject({
      code: 'models-unlike',
    })
    expect(() => createGallery([templateOf(1), templateOf(1)], profile)).toThrow(/one a subject/)
    expect(() => search(shotOf(1, 1), gallery, { count: 0 })).toThrow(/count/)
    expect(() => search(shotOf(1, 1), gallery, { threshold: 0 })).toThrow(/threshold/)
  })
})

describe('the arithmetic of identification', () => {
  it('agrees with figures worked out by hand', () => {
    expect(falsePositiveIdentificationRate(0.001, 1)).toBeCloseTo(0.001, 15)
    expect(falsePositiveIdentificationRate(0.5, 2)).toBeCloseTo(0.75, 15)
    expect(falsePositiveIdentificationRate(0.001, 105)).toBeCloseTo(0.0997, 4)
    expect(falsePositiveIdentificationRate(0.001, 10_000)).toBeCloseTo(0.99995, 5)
    expect(falsePositiveIdentificationRate(1, 0)).toBe(0)
    expect(fmrForSearch(0.75, 2)).toBeCloseTo(0.5, 15)
  })

  it('keeps its digits where rates are tiny, and inverts itself', () => {
    expect(falsePositiveIdentificationRate(1e-18, 10_000) / 1e-14).toBeCloseTo(1, 12)
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 0.9, noNaN: true }), fc.integer({ min: 1, max: 1_000_000 }), (fpir, size) => {
        expect(falsePositiveIdentificationRate(fmrForSearch(fpir, size), size) / fpir).toBeCloseTo(1, 6)
      }),
    )
  })

  it('names a wrong number', () => {
    expect(() => falsePositiveIdentificationRate(2, 10)).toThrow(/fmr/)
    expect(() => fmrForSearch(0.1, 0)).toThrow(/size/)
  })
})
