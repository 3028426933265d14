/** The inner product of two vectors of equal length. @throws RangeError on unequal lengths. */
export function dot(left: Float32Array, right: Float32Array): number {
  if (left.length !== right.length) throw new RangeError(`vectors of ${left.length} and ${right.length} numbers have no inner product`)
  let sum = 0
  for (let index = 0; index < left.length; index += 1) sum += (left[index] ?? 0) * (right[index] ?? 0)
  return sum
}

/** `vector` scaled to length 1. @throws RangeError for a vector of length 0 or with a number that is not finite. */
export function normalise(vector: Float32Array): Float32Array {
  const length = Math.sqrt(dot(vector, vector))
  if (!(length > 0) || !Number.isFinite(length)) throw new RangeError('a vector without a direction cannot be scaled to length 1')
  return vector.map((value) => value / length)
}

/** `left − right`. @throws RangeError on unequal lengths. */
export function subtract(left: Float32Array, right: Float32Array): Float32Array {
  if (left.length !== right.length) throw new RangeError(`vectors of ${left.length} and ${right.length} numbers have no difference`)
  return left.map((value, index) => value - (right[index] ?? 0))
}

/** The element-wise mean of vectors of equal length, weighted when `weights` are given. @throws RangeError for none or unequal lengths. */
export function meanVector(vectors: readonly Float32Array[], weights?: readonly number[]): Float32Array {
  const first = vectors[0]
  if (first === undefined) throw new RangeError('no vectors, no mean')
  const sum = new Float64Array(first.length)
  let total = 0
  vectors.forEach((vector, row) => {
    if (vector.length !== first.length) throw new RangeError('vectors of unlike lengths have no mean')
    const weight = weights === undefined ? 1 : (weights[row] ?? 0)
    total += weight
    vector.forEach((value, index) => (sum[index] = (sum[index] ?? 0) + weight * value))
  })
  if (!(total > 0)) throw new RangeError('weights that add up to nothing')
  return Float32Array.from(sum, (value) => value / total)
}

/** The cosine of the angle between two vectors, −1 to 1. @throws RangeError on unequal lengths or a vector without direction. */
export function cosine(left: Float32Array, right: Float32Array): number {
  return dot(normalise(left), normalise(right))
}
