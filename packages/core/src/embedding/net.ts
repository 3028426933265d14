import { LintasError } from '../errors/index.js'
import type { Embedding } from './types.js'

/** What tells which file made an embedding. */
export type Made = Pick<Embedding, 'space' | 'modelId' | 'modelSha256'>

/** The net behind a model id: `facenet-128.int8` and `facenet-128.int8-weights` are precisions of the same weights. */
export function netOf(modelId: string): string {
  return modelId.split('.', 1)[0] ?? modelId
}

/**
 * Refuses embeddings of unlike nets: another net under a space's old name would give scores that mean nothing, under a threshold made for the
 * first. Precisions of one net may meet; one model id with two files may not, for then somebody has changed the weights and kept the name.
 * @throws LintasError `models-unlike`
 */
export function checkSameNet(one: Made, other: Made, what: string): void {
  const alike = one.modelId === other.modelId ? one.modelSha256 === other.modelSha256 : netOf(one.modelId) === netOf(other.modelId)
  if (alike) return
  const names = one.modelId === other.modelId ? `two files of ${one.modelId}` : `${one.modelId} and ${other.modelId}`
  throw new LintasError('models-unlike', `${what}: embeddings of ${one.space} come from ${names}`, { details: { space: one.space } })
}
