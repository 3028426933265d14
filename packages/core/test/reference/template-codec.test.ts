import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LintasError } from '../../src/errors/index.js'
import { normalise } from '../../src/numeric/index.js'
import { decodeTemplate, encodeTemplate, type Template } from '../../src/reference/index.js'
import { faultOf, templateOf } from './fixtures.js'

const vector = fc
  .array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 600 })
  .filter((values) => Math.hypot(...values) > 1e-3)
  .map((values) => normalise(Float32Array.from(values)))
const subjectId = fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' }).filter((text) => /^[^\p{Cc}\p{Cs}]{1,200}$/u.test(text))
const template: fc.Arbitrary<Template> = fc.record({
  schema: fc.constant('lintas-template/1' as const),
  subjectId,
  embeddings: fc
    .uniqueArray(
      fc.record({ space: fc.string({ minLength: 1, maxLength: 20 }), modelId: fc.constant('m'), modelSha256: fc.constant('0f'.repeat(32)), vector }),
      {
        minLength: 1,
        maxLength: 3,
        selector: ({ space }) => space,
      },
    )
    .map((list) => [...list].sort((left, right) => (left.space < right.space ? -1 : 1))),
  createdAt: fc.date({ min: new Date(0), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true }).map((date) => date.toISOString()),
  sampleCount: fc.integer({ min: 1, max: 1000 }),
  quality: fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0),
})

describe('encodeTemplate and decodeTemplate', () => {
  it('give back what they were given, bit by bit', () => {
    fc.assert(
      fc.property(template, (given) => {
        expect(decodeTemplate(encodeTemplate(given))).toEqual(given)
      }),
    )
  })

  it.each([
    ['nothing', undefined],
    ['an empty object', {}],
    ['no embeddings', { ...templateOf(1), embeddings: undefined }],
    ['no vector', { ...templateOf(1), embeddings: [{ space: 'a', modelId: 'm', modelSha256: '0f'.repeat(32) }] }],
    ['a list for a vector', { ...templateOf(1), embeddings: [{ ...templateOf(1).embeddings[0], vector: [1, 0] }] }],
    ['no embedding in its place', { ...templateOf(1), embeddings: [null] }],
  ])('refuse to write %s with their code', (_what, given) => {
    expect(() => encodeTemplate(given as never)).toThrow(expect.objectContaining({ code: 'template-invalid' }))
  })

  it('write little-endian float32 in base64url', () => {
    const one = { ...templateOf(1), embeddings: [{ ...templateOf(1).embeddings[0]!, vector: Float32Array.of(1, -0.0) }] }
    // 1 is 3f800000, −0 is 80000000 (IEEE 754); little-endian bytes 00 00 80 3f 00 00 00 80.
    const { embeddings } = JSON.parse(encodeTemplate(one)) as { embeddings: { vector: string }[] }
    expect(Buffer.from(embeddings[0]!.vector, 'base64url').toString('hex')).toBe('0000803f00000080')
  })

  it('keep the two default models within 4,000 characters', () => {
    expect(encodeTemplate(templateOf(1)).length).toBeLessThan(4000)
  })

  const plain = JSON.parse(encodeTemplate(templateOf(1))) as Record<string, unknown> & { embeddings: Record<string, unknown>[] }
  const changed = (change: (copy: typeof plain) => void) => {
    const copy = structuredClone(plain)
    change(copy)
    return JSON.stringify(copy)
  }
  it.each([
    ['$', 'no JSON'],
    ['$', '[]'],
    ['$', 'null'],
    ['schema', changed((copy) => (copy['schema'] = 'lintas-template/2'))],
    ['subjectId', changed((copy) => (copy['subjectId'] = 'line\nbreak'))],
    ['subjectId', changed((copy) => delete copy['subjectId'])],
    ['more', changed((copy) => (copy['more'] = 1))],
    ['createdAt', changed((copy) => (copy['createdAt'] = '2026-02-30T00:00:00.000Z'))],
    ['createdAt', changed((copy) => (copy['createdAt'] = '2026-02-03'))],
    ['sampleCount', changed((copy) => (copy['sampleCount'] = 0))],
    ['quality', changed((copy) => (copy['quality'] = null))],
    ['embeddings', changed((copy) => (copy.embeddings = []))],
    ['embeddings[1].space', changed((copy) => copy.embeddings.reverse())],
    ['embeddings[1].space', changed((copy) => (copy.embeddings[1] = copy.embeddings[0]!))],
    ['embeddings[0].modelSha256', changed((copy) => (copy.embeddings[0]!['modelSha256'] = 'AB'.repeat(32)))],
    ['embeddings[0].extra', changed((copy) => (copy.embeddings[0]!['extra'] = 1))],
    ['embeddings[1].vector', changed((copy) => (copy.embeddings[1]!['vector'] = 'AAAAAAAA'))],
    ['embeddings[1].vector', changed((copy) => (copy.embeddings[1]!['vector'] = `${String(copy.embeddings[1]!['vector'])}=`))],
    ['embeddings[1].vector', changed((copy) => (copy.embeddings[1]!['vector'] = [1, 0]))],
  ])('refuse what is not a template and name the place: %s', async (path, text) => {
    expect(await faultOf(() => decodeTemplate(text))).toMatchObject({ code: 'template-invalid', details: { path } })
  })

  it('refuse to write what they would not read', async () => {
    expect(await faultOf(() => encodeTemplate({ ...templateOf(1), quality: NaN }))).toMatchObject({
      code: 'template-invalid',
      details: { path: 'quality' },
    })
  })

  it('never fail otherwise, whatever comes', () => {
    const given = encodeTemplate(templateOf(1))
    const cut = fc.nat(given.length).map((length) => given.slice(0, length))
    const flipped = fc
      .tuple(fc.nat(given.length - 1), fc.string({ maxLength: 3 }))
      .map(([at, text]) => given.slice(0, at) + text + given.slice(at + 1))
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), cut, flipped), (text) => {
        try {
          decodeTemplate(text)
        } catch (error) {
          expect(error).toBeInstanceOf(LintasError)
          expect((error as LintasError).code).toBe('template-invalid')
        }
      }),
      { numRuns: 500 },
    )
  })
})
