import type { Template } from '@lintas/core'

/** A reference of nobody: what is compared with it in the end is not the question, and cannot be. */
export function nobody(spaces: readonly string[]): Template {
  const embeddings = spaces.map((space) => ({ space, modelId: 'none', modelSha256: '0'.repeat(64), vector: new Float32Array(1) }))
  return { schema: 'lintas-template/1', subjectId: 'nobody', embeddings, createdAt: '1970-01-01T00:00:00.000Z', sampleCount: 1, quality: 1 }
}
