/** Sweeps of Jacobi's method at most; a 9 × 9 matrix needs five to eight. */
const SWEEPS = 30

/**
 * The eigenvector to the smallest eigenvalue of a symmetric `size` × `size` matrix (row-major), by Jacobi's rotations: slow for large matrices,
 * exact to the last digits for small ones, and without any choice to make.
 * @returns undefined when the matrix has a number that is not finite.
 */
export function smallestEigenvector(matrix: Float64Array, size: number): Float64Array | undefined {
  if (!matrix.every(Number.isFinite)) return undefined
  const values = matrix.slice()
  const vectors = new Float64Array(size * size)
  for (let at = 0; at < size; at += 1) vectors[at * size + at] = 1
  for (let sweep = 0; sweep < SWEEPS && offDiagonal(values, size) > 0; sweep += 1) {
    for (let row = 0; row < size; row += 1) {
      for (let column = row + 1; column < size; column += 1) rotate(values, vectors, size, row, column)
    }
  }
  let smallest = 0
  for (let at = 1; at < size; at += 1) {
    if ((values[at * size + at] ?? NaN) < (values[smallest * size + smallest] ?? NaN)) smallest = at
  }
  return Float64Array.from({ length: size }, (_, at) => vectors[at * size + smallest] ?? NaN)
}

function offDiagonal(values: Float64Array, size: number): number {
  let [off, on] = [0, 0]
  for (let at = 0; at < values.length; at += 1) {
    const square = (values[at] ?? 0) ** 2
    if (at % (size + 1) === 0) on += square
    else off += square
  }
  // Below the rounding of the diagonal nothing is left to turn.
  return off > on * 1e-32 ? off : 0
}

/** Turns the plane of two axes so that their product vanishes (Golub and Van Loan, 8.5). */
function rotate(values: Float64Array, vectors: Float64Array, size: number, row: number, column: number): void {
  const product = values[row * size + column] ?? 0
  if (product === 0) return
  const half = ((values[column * size + column] ?? 0) - (values[row * size + row] ?? 0)) / (2 * product)
  const tangent = (half >= 0 ? 1 : -1) / (Math.abs(half) + Math.sqrt(half * half + 1))
  const cosine = 1 / Math.sqrt(tangent * tangent + 1)
  const sine = tangent * cosine
  for (let at = 0; at < size; at += 1) turn(values, at * size + row, at * size + column, cosine, sine)
  for (let at = 0; at < size; at += 1) turn(values, row * size + at, column * size + at, cosine, sine)
  for (let at = 0; at < size; at += 1) turn(vectors, at * size + row, at * size + column, cosine, sine)
}

function turn(values: Float64Array, one: number, other: number, cosine: number, sine: number): void {
  const [p, q] = [values[one] ?? 0, values[other] ?? 0]
  values[one] = cosine * p - sine * q
  values[other] = sine * p + cosine * q
}
