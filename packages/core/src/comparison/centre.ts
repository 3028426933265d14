import type { Embedding } from '../embedding/index.js'
import { LintasError } from '../errors/index.js'
import { normalise, subtract } from '../numeric/index.js'
import { checkEmbeddings } from '../reference/check-embeddings.js'
import type { CalibratedModel } from './types.js'

/** One side of a comparison: a probe's or a template's embedding. */
export type Side = Embedding

/** The embeddings that `models` ask for, in their order. @throws LintasError `models-unlike`, `embedding-invalid` */
export function sidesOf(embeddings: readonly Side[], models: readonly CalibratedModel[], what: string): readonly Side[] {
  const checked = checkEmbeddings(embeddings, what)
  return models.map(({ space }) => {
    const side = checked.find((embedding) => embedding.space === space)
    if (side === undefined) throw new LintasError('models-unlike', `${what} has no embedding of ${space}`, { details: { space } })
    return side
  })
}

/**
 * The vectors of the embeddings that `models` ask for, in their order, each with the population mean subtracted and scaled to length 1 again.
 * Embeddings of other spaces are left aside; a missing one is a fault, never a lower score.
 * @param what names whose they are in a fault's message
 * @throws LintasError `models-unlike`, `embedding-invalid`, `calibration-invalid` for a mean of another dimension
 */
export function centred(embeddings: readonly Side[], models: readonly CalibratedModel[], what: string): readonly Float32Array[] {
  return sidesOf(embeddings, models, what).map((side, index) => {
    const mean = models[index]?.mean
    return mean === undefined ? side.vector : withoutMean(side, mean, what)
  })
}

function withoutMean({ space, vector }: Side, mean: Float32Array, what: string): Float32Array {
  if (mean.length !== vector.length) {
    const message = `The mean of ${space} has ${mean.length} numbers, the embedding of ${what} ${vector.length}`
    throw new LintasError('calibration-invalid', message, { details: { space } })
  }
  try {
    return normalise(subtract(vector, mean))
  } catch (error) {
    throw new LintasError('embedding-invalid', `${what}: nothing is left of ${space} without the mean`, { details: { space }, cause: error })
  }
}
