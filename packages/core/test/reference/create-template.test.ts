import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cosine } from '../../src/numeric/index.js'
import { createTemplate, pickSamples, type TemplateSample } from '../../src/reference/index.js'
import { direction, embedding, faultOf, sampleOf, shotOf } from './fixtures.js'

const sample = (person: number, shot: number, qualityScore = 0.8): TemplateSample => ({ embeddings: shotOf(person, shot), qualityScore })
const make = (samples: readonly TemplateSample[], more = {}) => createTemplate({ subjectId: 's-1', samples, createdAt: new Date(0), ...more })

describe('createTemplate', () => {
  it('averages samples that agree, nearer to the person than any single one', () => {
    const samples = [1, 2, 3, 4, 5].map((shot) => sample(1, shot))
    const made = make(samples)
    expect(made.outcome).toBe('template')
    if (made.outcome !== 'template') return
    expect(made.dropped).toEqual([])
    expect(made.template).toMatchObject({ schema: 'lintas-template/1', subjectId: 's-1', createdAt: '1970-01-01T00:00:00.000Z', sampleCount: 5 })
    expect(made.template.quality).toBeCloseTo(0.8, 12)
    expect(made.template.embeddings.map(({ space }) => space)).toEqual(['compact-512', 'facenet-128'])
    const facenet = made.template.embeddings[1]!.vector
    expect(cosine(facenet, facenet)).toBeCloseTo(1, 6)
    expect(Math.hypot(...facenet)).toBeCloseTo(1, 6)
    for (const { embeddings } of samples) expect(cosine(facenet, direction(1))).toBeGreaterThan(cosine(embeddings[1]!.vector, direction(1)))
  })

  it('weighs by quality: the mean lies nearer to the better sample', () => {
    const made = make([sample(1, 1, 1), sample(1, 2, 0.1), sample(1, 3, 0.1)])
    if (made.outcome !== 'template') throw new Error('disagree')
    const { vector } = made.template.embeddings[1]!
    expect(cosine(vector, sampleOf(1, 1))).toBeGreaterThan(cosine(vector, sampleOf(1, 2)))
    expect(made.template.quality).toBeCloseTo(0.4, 12)
  })

  it('drops one foreign face, wherever it stands and however good it looks', () => {
    for (const foreign of [0, 1, 2, 3]) {
      const samples = [1, 2, 3, 4].map((shot, index) => (index === foreign ? sample(2, shot, 1) : sample(1, shot, 0.3)))
      const made = make(samples)
      expect(made).toMatchObject({ outcome: 'template', dropped: [foreign] })
      if (made.outcome === 'template') expect(made.template.sampleCount).toBe(3)
    }
  })

  it('drops a sample that only one of the models finds foreign', () => {
    const odd = { embeddings: [shotOf(1, 4)[0]!, shotOf(2, 4)[1]!], qualityScore: 1 }
    expect(make([sample(1, 1), sample(1, 2), odd, sample(1, 3)])).toMatchObject({ outcome: 'template', dropped: [2] })
  })

  it('says that samples disagree when fewer than three agree, and throws nothing', () => {
    expect(make([sample(1, 1), sample(1, 2), sample(2, 3)])).toEqual({ outcome: 'samples-disagree', kept: [0, 1], dropped: [2] })
    expect(make([sample(1, 1), sample(2, 2), sample(3, 3)])).toMatchObject({ outcome: 'samples-disagree' })
  })

  it('takes no side between two people with as many samples each', () => {
    const samples = [1, 2, 3].flatMap((shot) => [sample(1, shot), sample(2, shot)])
    expect(make(samples)).toMatchObject({ outcome: 'samples-disagree' })
  })

  it('makes a template of one picture only where that is asked for', () => {
    expect(() => make([sample(1, 1)])).toThrow(/samples must be a list of 3 to 10/)
    expect(make([sample(1, 1)], { minSamples: 1 })).toMatchObject({ outcome: 'template', template: { sampleCount: 1 } })
  })

  it('survives samples of quality 0', () => {
    expect(make([sample(1, 1, 0), sample(1, 2, 0), sample(1, 3, 0)])).toMatchObject({ outcome: 'template', template: { quality: 0 } })
  })

  it('does not depend on the order of samples or spaces', () => {
    const samples = [sample(1, 1, 0.9), sample(1, 2, 0.5), sample(1, 3, 0.7), sample(2, 1, 1)]
    const straight = make(samples)
    fc.assert(
      fc.property(fc.shuffledSubarray(samples, { minLength: 4 }), (shuffled) => {
        const made = make(shuffled.map((one) => ({ ...one, embeddings: [...one.embeddings].reverse() })))
        if (made.outcome !== 'template' || straight.outcome !== 'template') return false
        return made.template.embeddings.every(({ space, vector }, index) => {
          const other = straight.template.embeddings[index]!
          return other.space === space && cosine(vector, other.vector) > 1 - 1e-6
        })
      }),
    )
  })

  it('names a wrong option', () => {
    const good = [1, 2, 3].map((shot) => sample(1, shot))
    expect(() => createTemplate({ subjectId: '', samples: good })).toThrow(/subjectId/)
    expect(() => createTemplate({ subjectId: 'a\u0000b', samples: good })).toThrow(/subjectId/)
    expect(() => createTemplate({ subjectId: 'a\ud800', samples: good })).toThrow(/subjectId/)
    expect(() => make(good, { createdAt: new Date(NaN) })).toThrow(/createdAt/)
    expect(() => make(good, { other: 1 })).toThrow(/other/)
    expect(() => make([...good, sample(1, 4, NaN)])).toThrow(/samples\[3\]\.qualityScore/)
    expect(() => make([...good, { embeddings: shotOf(1, 4) } as TemplateSample])).toThrow(/samples\[3\]\.qualityScore/)
    expect(() => make(good, { agreementLimits: { 'facenet-128': 2 } })).toThrow(/agreementLimits\.facenet-128/)
  })

  it('asks for a limit of a space it does not know', () => {
    const own = [1, 2, 3].map((shot) => ({ embeddings: [embedding('own-512', sampleOf(1, shot, 0.9, 512))], qualityScore: 1 }))
    expect(() => make(own)).toThrow(/agreementLimits must have a limit for own-512/)
    expect(make(own, { agreementLimits: { 'own-512': 0.5 } })).toMatchObject({ outcome: 'template' })
  })

  it('refuses samples of unlike models, and vectors that are no embedding', async () => {
    const good = [sample(1, 1), sample(1, 2)]
    const with3 = (embeddings: TemplateSample['embeddings']) => faultOf(() => make([...good, { embeddings, qualityScore: 1 }]))
    const [compact, facenet] = shotOf(1, 3)
    expect(await with3([facenet!])).toMatchObject({ code: 'models-unlike' })
    expect(await with3([compact!, { ...facenet!, modelSha256: 'cd'.repeat(32) }])).toMatchObject({ code: 'models-unlike', details: { sample: 2 } })
    expect(await with3([compact!, embedding('facenet-128', sampleOf(1, 3, 0.9, 64))])).toMatchObject({ code: 'models-unlike' })
    expect(await with3([compact!, facenet!, facenet!])).toMatchObject({ code: 'models-unlike' })
    expect(await with3([compact!, { ...facenet!, vector: facenet!.vector.map(() => NaN) }])).toMatchObject({ code: 'embedding-invalid' })
    expect(await with3([compact!, { ...facenet!, vector: facenet!.vector.map((value) => value * 2) }])).toMatchObject({ code: 'embedding-invalid' })
    expect(await with3([])).toMatchObject({ code: 'embedding-invalid' })
  })
})

describe('pickSamples', () => {
  const pose = (yaw: number) => ({ yaw, pitch: 0, roll: 0 })

  it('begins with the best and prefers a turned head to a copy of it', () => {
    const copies = [0.9, 0.89, 0.88].map((qualityScore, index) => ({ qualityScore, pose: pose(0), timestampMs: index * 33 }))
    const turned = { qualityScore: 0.7, pose: pose(9), timestampMs: 99 }
    expect(pickSamples([...copies, turned], { count: 2 })).toEqual([copies[0], turned])
  })

  it('prefers a frame of another moment where poses are alike or unknown', () => {
    const early = { qualityScore: 0.8, timestampMs: 0 }
    const next = { qualityScore: 0.79, timestampMs: 33 }
    const late = { qualityScore: 0.7, timestampMs: 3000 }
    expect(pickSamples([early, next, late], { count: 2 })).toEqual([early, late])
  })

  it('does not take a poor frame for its newness', () => {
    const good = [0.9, 0.88].map((qualityScore) => ({ qualityScore, pose: pose(0) }))
    const poor = { qualityScore: 0.2, pose: pose(30) }
    expect(pickSamples([...good, poor], { count: 2 })).toEqual(good)
  })

  it('gives distinct candidates, as many as asked for and there are', () => {
    const candidate = fc.record({ qualityScore: fc.double({ min: 0, max: 1, noNaN: true }), timestampMs: fc.nat(10_000) })
    fc.assert(
      fc.property(fc.array(candidate, { maxLength: 30 }), fc.integer({ min: 1, max: 10 }), (candidates, count) => {
        const picked = pickSamples(candidates, { count })
        expect(picked.length).toBe(Math.min(count, candidates.length))
        expect(new Set(picked).size).toBe(picked.length)
        if (picked[0]) expect(picked[0].qualityScore).toBe(Math.max(...candidates.map(({ qualityScore }) => qualityScore)))
      }),
    )
  })

  it('names a wrong option', () => {
    expect(() => pickSamples([], { count: 0 })).toThrow(/count/)
    expect(() => pickSamples([{ qualityScore: 2 }])).toThrow(/candidates\[0\]\.qualityScore/)
  })
})
