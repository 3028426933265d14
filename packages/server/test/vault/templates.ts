import type { Template } from '@lintas/core/reference'

/** A vector of length 1 in a random direction. */
export function randomUnit(length: number): Float32Array {
  const vector = Float32Array.from({ length }, () => Math.random() + Math.random() + Math.random() - 1.5)
  const norm = Math.hypot(...vector)
  return vector.map((value) => value / norm)
}

/** A template of nobody. */
export function randomTemplate(subjectId: string, space = 'compact-512', length = 512): Template {
  return {
    schema: 'lintas-template/1',
    subjectId,
    embeddings: [{ space, modelId: 'test', modelSha256: 'a'.repeat(64), vector: randomUnit(length) }],
    createdAt: '2026-11-24T00:00:00.000Z',
    sampleCount: 3,
    quality: 0.9,
  }
}
