import { LintasError } from '../errors/index.js'
import { meanVector, normalise } from '../numeric/index.js'
import type { Embedding } from './types.js'

/**
 * One embedding a space from those of several samples of one person: the mean, weighted when `weights` are given, scaled to length 1.
 * @param samples one list a sample, each with the same spaces
 * @throws LintasError `models-unlike` when a sample lacks a space or another model made it
 * @throws RangeError for no samples
 */
export function averageEmbeddings(samples: readonly (readonly Embedding[])[], weights?: readonly number[]): readonly Embedding[] {
  const first = samples[0]
  if (first === undefined) throw new RangeError('no samples, no embedding')
  return first.map((head) => {
    const vectors = samples.map((sample) => {
      const found = sample.find(({ space }) => space === head.space)
      if (found === undefined || found.modelSha256 !== head.modelSha256 || found.vector.length !== head.vector.length) {
        throw new LintasError('models-unlike', `samples of one person come from unlike models of ${head.space}`, { details: { space: head.space } })
      }
      return found.vector
    })
    return { ...head, vector: normalise(meanVector(vectors, weights)) }
  })
}
