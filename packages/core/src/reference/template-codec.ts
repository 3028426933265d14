import { LintasError } from '../errors/index.js'
import { floatsFromBase64Url, floatsToBase64Url } from '../numeric/index.js'
import { ShapeError, shapeChoice, shapeList, shapeNumber, shapeObject, shapePattern, shapeText } from '../options/index.js'
import { isUnitVector } from './check-embeddings.js'
import { SUBJECT_ID_PATTERN } from './subject-id.js'
import type { Template, TemplateEmbedding } from './types.js'

const FIELDS = ['schema', 'subjectId', 'embeddings', 'createdAt', 'sampleCount', 'quality'] as const
const EMBEDDING_FIELDS = ['space', 'modelId', 'modelSha256', 'vector'] as const

/** Longest text that is read: eight spaces of 4096 numbers take 175,000 characters. */
const MOST_CHARACTERS = 200_000
const MOST_NUMBERS = 4096
const MOST_SPACES = 8

/**
 * `template` as JSON, its vectors as little-endian float32 in base64url: some 3,600 characters for the two default models. It is
 * biometric data in clear: encrypt it wherever it rests.
 * @throws LintasError `template-invalid` for what {@link decodeTemplate} would refuse
 */
export function encodeTemplate(template: Template): string {
  // Whatever a caller without types hands in becomes some text, and the decoder says what is wrong with it.
  const { schema, subjectId, embeddings, createdAt, sampleCount, quality } = loose(template)
  const written = Array.isArray(embeddings) ? embeddings.map(writeEmbedding) : embeddings
  const text = JSON.stringify({ schema, subjectId, embeddings: written, createdAt, sampleCount, quality })
  decodeTemplate(text)
  return text
}

function writeEmbedding(embedding: unknown): object {
  const { space, modelId, modelSha256, vector } = loose(embedding)
  return { space, modelId, modelSha256, vector: vector instanceof Float32Array ? floatsToBase64Url(vector) : vector }
}

function loose(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
}

/**
 * The inverse of {@link encodeTemplate}. Strict: no field more or less, embeddings ordered by space, every vector of length 1.
 * @throws LintasError `template-invalid`, the place of the fault in `details.path`
 */
export function decodeTemplate(text: string): Template {
  try {
    if (typeof text !== 'string' || text.length > MOST_CHARACTERS) throw new ShapeError('$', `a text of at most ${MOST_CHARACTERS} characters`, text)
    return readTemplate(JSON.parse(text))
  } catch (error) {
    const path = error instanceof ShapeError ? error.path : '$'
    const reason = error instanceof ShapeError ? error.message : 'it is not JSON'
    throw new LintasError('template-invalid', `The template is unsound: ${reason}`, {
      details: { path },
      ...(error instanceof ShapeError ? { cause: error } : {}),
    })
  }
}

function readTemplate(value: unknown): Template {
  const fields = shapeObject(value, '$', FIELDS)
  return {
    schema: shapeChoice(fields['schema'], 'schema', ['lintas-template/1']),
    subjectId: shapePattern(fields['subjectId'], 'subjectId', SUBJECT_ID_PATTERN, 'a string of 1 to 200 characters without control characters'),
    embeddings: readEmbeddings(fields['embeddings']),
    createdAt: readInstant(fields['createdAt'], 'createdAt'),
    sampleCount: shapeNumber(
      fields['sampleCount'],
      'sampleCount',
      (n) => Number.isInteger(n) && n >= 1 && n <= 1000,
      'a whole number from 1 to 1000',
    ),
    quality: shapeNumber(fields['quality'], 'quality', (n) => n >= 0 && n <= 1, 'a number from 0 to 1'),
  }
}

function readEmbeddings(value: unknown): readonly TemplateEmbedding[] {
  const embeddings = shapeList(value, 'embeddings', 1, MOST_SPACES).map((item, index) => readEmbedding(item, `embeddings[${index}]`))
  embeddings.forEach(({ space }, index) => {
    const before = embeddings[index - 1]
    if (before !== undefined && before.space >= space) throw new ShapeError(`embeddings[${index}].space`, 'after the one before it, in order', space)
  })
  return embeddings
}

function readEmbedding(value: unknown, path: string): TemplateEmbedding {
  const fields = shapeObject(value, path, EMBEDDING_FIELDS)
  const encoded = shapeText(fields['vector'], `${path}.vector`, Math.ceil((MOST_NUMBERS * 4 * 8) / 6))
  const vector = floatsFromBase64Url(encoded)
  if (!isUnitVector(vector)) throw new ShapeError(`${path}.vector`, 'a vector of length 1, float32 in base64url', encoded)
  return {
    space: shapeText(fields['space'], `${path}.space`),
    modelId: shapeText(fields['modelId'], `${path}.modelId`),
    modelSha256: shapePattern(fields['modelSha256'], `${path}.modelSha256`, /^[0-9a-f]{64}$/, '64 lower-case hexadecimal digits'),
    vector,
  }
}

/** The one form that `Date.prototype.toISOString` writes, so that two templates of one moment read alike. */
function readInstant(value: unknown, path: string): string {
  const text = shapePattern(value, path, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'an ISO 8601 instant in UTC with milliseconds')
  const time = new Date(text).getTime()
  if (Number.isNaN(time) || new Date(time).toISOString() !== text) throw new ShapeError(path, 'an instant that exists', text)
  return text
}
