import type { Embedding } from '../../src/embedding/types.js'
import { normalise } from '../../src/numeric/index.js'
import type { Template } from '../../src/reference/index.js'

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A direction of `dimension` numbers. In high dimension two of unlike seeds are nearly at right angles. */
export function direction(seed: number, dimension = 128): Float32Array {
  const next = randomNumbers(seed)
  return normalise(Float32Array.from({ length: dimension }, () => next() + next() + next() - 1.5))
}

/** A vector of length 1 whose cosine with `direction(person)` is about `closeness`. */
export function sampleOf(person: number, shot: number, closeness = 0.9, dimension = 128): Float32Array {
  const noise = direction(person * 1000 + shot + 7, dimension)
  return normalise(direction(person, dimension).map((value, index) => closeness * value + Math.sqrt(1 - closeness ** 2) * (noise[index] ?? 0)))
}

export function embedding(space: string, vector: Float32Array): Embedding {
  return { space, modelId: `${space}.test`, modelSha256: 'ab'.repeat(32), vector }
}

/** Both default spaces of one shot of one person. */
export function shotOf(person: number, shot: number, closeness = 0.9): readonly Embedding[] {
  return [embedding('compact-512', sampleOf(person, shot, closeness, 512)), embedding('facenet-128', sampleOf(person, shot, closeness, 128))]
}

export function templateOf(person: number, subjectId = `subject-${person}`): Template {
  return {
    schema: 'lintas-template/1',
    subjectId,
    embeddings: shotOf(person, 0),
    createdAt: '2026-11-24T03:00:00.000Z',
    sampleCount: 3,
    quality: 0.75,
  }
}

/** The error of `run`, for its code and details. */
export async function faultOf(run: () => unknown): Promise<{ code?: string; message: string; details?: Record<string, unknown> }> {
  try {
    await run()
  } catch (error) {
    return error as { code?: string; message: string; details?: Record<string, unknown> }
  }
  throw new Error('nothing was thrown')
}
