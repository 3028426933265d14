import type { Embedding } from '../embedding/index.js'
import { LintasError } from '../errors/index.js'
import { dot } from '../numeric/index.js'

/** float32 arithmetic and int8 nets leave lengths within 1e-6 of 1; more than this is another thing than an embedding. */
const LENGTH_TOLERANCE = 1e-3

/** Whether every number is finite and the length is 1. */
export function isUnitVector(vector: unknown): vector is Float32Array {
  return vector instanceof Float32Array && Math.abs(Math.sqrt(dot(vector, vector)) - 1) <= LENGTH_TOLERANCE
}

/**
 * `embeddings` ordered by space.
 * @param what names whose they are in a fault's message, e.g. `the probe`
 * @throws LintasError `embedding-invalid` for none, or one that is not of length 1; `models-unlike` for two of one space
 */
export function checkEmbeddings<T extends Pick<Embedding, 'space' | 'vector'>>(embeddings: readonly T[], what: string): readonly T[] {
  if (!Array.isArray(embeddings) || embeddings.length === 0) throw new LintasError('embedding-invalid', `${what} has no embedding`)
  const sorted = [...(embeddings as readonly T[])].sort((left, right) => (left.space < right.space ? -1 : 1))
  sorted.forEach(({ space, vector }, index) => {
    if (!isUnitVector(vector))
      throw new LintasError('embedding-invalid', `${what}: the embedding of ${space} is not of length 1`, { details: { space } })
    if (sorted[index + 1]?.space === space) throw new LintasError('models-unlike', `${what} has two embeddings of ${space}`, { details: { space } })
  })
  return sorted
}

/** @throws TypeError that names the option when `score` is not a number from 0 to 1 */
export function checkScore(name: string, score: unknown): void {
  if (typeof score !== 'number' || !(score >= 0 && score <= 1)) throw new TypeError(`${name} must be a number from 0 to 1, not ${String(score)}`)
}
