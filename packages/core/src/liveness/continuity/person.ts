import { cosine } from '../../numeric/index.js'
import type { MotionSample } from '../sample.js'

/** Whether the frames that were embedded are of one person. */
export interface PersonContinuity {
  /** Frames with an embedding. */
  readonly embedded: number
  /** Smallest cosine between two of them; absent for fewer than two. NaN where two cannot be compared. */
  readonly leastCosine?: number
}

/** Compares every embedded frame with every other: whoever comes in between is compared with both sides. */
export function personContinuity(samples: readonly MotionSample[]): PersonContinuity {
  const embeddings = samples.flatMap(({ embedding }) => (embedding === undefined ? [] : [embedding]))
  if (embeddings.length < 2) return { embedded: embeddings.length }
  let least = 1
  embeddings.forEach((one, index) => {
    for (const other of embeddings.slice(index + 1)) {
      const likeness = likenessOf(one, other)
      // NaN stays: what cannot be compared is not the same person.
      least = Number.isNaN(likeness) || Number.isNaN(least) ? NaN : Math.min(least, likeness)
    }
  })
  return { embedded: embeddings.length, leastCosine: least }
}

function likenessOf(one: Float32Array, other: Float32Array): number {
  try {
    return cosine(one, other)
  } catch {
    return NaN
  }
}
