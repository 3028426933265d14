import { subjectMeans, vectorOf, type Gallery } from './gallery.js'
import { createLeaveTwoOutScorer } from './leave-two-out.js'
import { Refusal } from './refusal.js'

/** A space and how much its cosine counts. */
export interface WeightedSpace {
  readonly space: string
  /** The weights of a fusion add up to 1. */
  readonly weight: number
}

/** Whether and which mean is subtracted before comparison. */
export type Centring =
  | { readonly kind: 'none' }
  /** The mean over subjects of the subject means of another gallery. */
  | { readonly kind: 'list'; readonly from: Gallery }
  /** For each pair the mean over the subject means of everybody in the gallery but its two people. */
  | { readonly kind: 'leave-two-out' }

/** Compares samples of a gallery. The weighted sum of the spaces' cosines, as `compare` in core computes it. */
export interface Scorer {
  /** Both samples must be acquired. Quick when calls for the same two subjects follow one another. */
  score(first: number, second: number): number
}

export function createScorer(gallery: Gallery, models: readonly WeightedSpace[], centring: Centring): Scorer {
  if (centring.kind === 'leave-two-out') return createLeaveTwoOutScorer(gallery, models)
  const means = models.map(({ space }) => (centring.kind === 'list' ? listMean(centring.from, space) : undefined))
  const rows = gallery.samples.map((sample, index) =>
    gallery.acquired[index] === 1
      ? fuse(
          models,
          (at) => vectorOf(sample, models[at]!.space),
          (at) => means[at],
        )
      : undefined,
  )
  return { score: (first, second) => dot(rowOf(rows, first), rowOf(rows, second)) }
}

function listMean(from: Gallery, space: string): Float64Array {
  const { sum, count } = subjectMeans(from, space)
  if (count === 0) throw new Refusal('no picture of the --mean-from list gave an embedding')
  return sum.map((value) => value / count)
}

/**
 * One vector whose dot product with another is the weighted sum of cosines: each space's part centred, scaled to length 1 and then by
 * the root of its weight.
 */
function fuse(
  models: readonly WeightedSpace[],
  vectorAt: (at: number) => Float32Array,
  meanAt: (at: number) => Float64Array | undefined,
): Float32Array {
  const parts = models.map(({ weight }, at) => {
    const vector = vectorAt(at)
    const mean = meanAt(at)
    const part = Float64Array.from(vector, (value, index) => value - (mean?.[index] ?? 0))
    const scale = Math.sqrt(weight / part.reduce((sum, value) => sum + value * value, 0))
    return part.map((value) => value * scale)
  })
  const row = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    row.set(part, at)
    at += part.length
  }
  return row
}

function rowOf(rows: readonly (Float32Array | undefined)[], index: number): Float32Array {
  return rows[index] ?? missing(index)
}

function missing(index: number): never {
  throw new Error(`sample ${index} has no embedding to compare`)
}

/** Four sums side by side: the loop over millions of pairs lives here. */
function dot(a: Float32Array, b: Float32Array): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  const whole = a.length - (a.length % 4)
  let index = 0
  for (; index < whole; index += 4) {
    s0 += a[index]! * b[index]!
    s1 += a[index + 1]! * b[index + 1]!
    s2 += a[index + 2]! * b[index + 2]!
    s3 += a[index + 3]! * b[index + 3]!
  }
  for (; index < a.length; index += 1) s0 += a[index]! * b[index]!
  return s0 + s1 + s2 + s3
}
