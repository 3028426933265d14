import { quantileOf } from './bootstrap.js'
import type { Picture } from './data-set.js'
import { decodeVector, type StoredSample } from './store.js'

/** How alike two runs' embeddings of the same pictures are, in one space. */
export interface Agreement {
  readonly space: string
  readonly pictures: number
  /** Cosines. */
  readonly lowest: number
  readonly percentile5: number
  readonly median: number
}

/** Cosines between `stored` and what another run kept of the same pictures, of whichever line and the same model. */
export function agreementWith(
  pictures: readonly Picture[],
  stored: readonly (StoredSample | undefined)[],
  others: readonly StoredSample[],
): readonly Agreement[] {
  const byPicture = new Map(others.map((sample) => [sample.sha256, sample]))
  const cosines = new Map<string, number[]>()
  const seen = new Set<string>()
  for (const [index, { sha256 }] of pictures.entries()) {
    if (seen.has(sha256)) continue
    seen.add(sha256)
    for (const [space, embedding] of Object.entries(stored[index]?.embeddings ?? {})) {
      const other = byPicture.get(sha256)?.embeddings?.[space]
      if (other === undefined) continue
      const list = cosines.get(space) ?? []
      cosines.set(space, list)
      list.push(cosine(decodeVector(embedding), decodeVector(other)))
    }
  }
  return [...cosines].map(([space, list]) => {
    const sorted = list.sort((a, b) => a - b)
    return { space, pictures: sorted.length, lowest: sorted[0] ?? NaN, percentile5: quantileOf(sorted, 0.05), median: quantileOf(sorted, 0.5) }
  })
}

function cosine(a: Float32Array, b: Float32Array): number {
  let [product, squareA, squareB] = [0, 0, 0]
  for (const [index, value] of a.entries()) {
    const other = b[index] ?? NaN
    product += value * other
    squareA += value * value
    squareB += other * other
  }
  return product / Math.sqrt(squareA * squareB)
}
