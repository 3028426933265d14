/** Three numbers in a row. */
export type Triple = readonly [number, number, number]

/** A turn, a uniform scale and a shift in space: `target ≈ scale · rotation · source + translation`. */
export interface Similarity3 {
  /** Row-major, 3 × 3, without reflection. */
  readonly rotation: readonly number[]
  readonly scale: number
  readonly translation: Triple
}

/**
 * The similarity that brings `source` nearest to `target` in the weighted least-squares sense (weighted extended orthogonal Procrustes,
 * Akca 2003; the rotation by Horn's quaternion, 1987, which never reflects).
 * @returns undefined when the points do not span a body or the best scale is not positive.
 */
export function procrustes(source: readonly Triple[], target: readonly Triple[], weights: readonly number[]): Similarity3 | undefined {
  const p = centroid(source, weights)
  const q = centroid(target, weights)
  const moments = new Float64Array(9)
  let spread = 0
  source.forEach((point, index) => {
    const weight = weights[index] ?? 0
    const to = target[index] ?? q
    for (let row = 0; row < 3; row += 1) {
      const from = at(point, row) - at(p, row)
      spread += weight * from * from
      for (let column = 0; column < 3; column += 1) {
        moments[row * 3 + column] = (moments[row * 3 + column] ?? 0) + weight * from * (at(to, column) - at(q, column))
      }
    }
  })
  const rotation = rotationFromMoments(moments)
  // trace(rotation · moments): how far the turned source runs along the target.
  const along = rotation.reduce((sum, value, index) => sum + value * at(moments, (index % 3) * 3 + Math.floor(index / 3)), 0)
  const scale = along / spread
  if (!(scale > 0) || !Number.isFinite(scale)) return undefined
  const turned = multiply(rotation, p)
  return { rotation, scale, translation: [q[0] - scale * turned[0], q[1] - scale * turned[1], q[2] - scale * turned[2]] }
}

function centroid(points: readonly Triple[], weights: readonly number[]): Triple {
  let [x, y, z, total] = [0, 0, 0, 0]
  points.forEach((point, index) => {
    const weight = weights[index] ?? 0
    x += weight * point[0]
    y += weight * point[1]
    z += weight * point[2]
    total += weight
  })
  return [x / total, y / total, z / total]
}

function multiply(matrix: readonly number[], [x, y, z]: Triple): Triple {
  const row = (start: number): number => at(matrix, start) * x + at(matrix, start + 1) * y + at(matrix, start + 2) * z
  return [row(0), row(3), row(6)]
}

/** The rotation that turns source moments `Σ w · from · toᵀ` (row-major) best: the quaternion of Horn's matrix's largest eigenvalue. */
function rotationFromMoments(m: ArrayLike<number>): readonly number[] {
  const [xx, xy, xz, yx, yy, yz, zx, zy, zz] = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((index) => at(m, index)) as Nine
  const [w, x, y, z] = largestEigenvector([
    [xx + yy + zz, yz - zy, zx - xz, xy - yx],
    [yz - zy, xx - yy - zz, xy + yx, zx + xz],
    [zx - xz, xy + yx, yy - xx - zz, yz + zy],
    [xy - yx, zx + xz, yz + zy, zz - xx - yy],
  ])
  return [
    w * w + x * x - y * y - z * z,
    2 * (x * y - w * z),
    2 * (x * z + w * y),
    2 * (x * y + w * z),
    w * w - x * x + y * y - z * z,
    2 * (y * z - w * x),
    2 * (x * z - w * y),
    2 * (y * z + w * x),
    w * w - x * x - y * y + z * z,
  ]
}

type Nine = [number, number, number, number, number, number, number, number, number]

/** The unit eigenvector of a symmetric 4 × 4 matrix's largest eigenvalue, by Jacobi's rotations; `matrix` is used up. */
function largestEigenvector(matrix: number[][]): readonly [number, number, number, number] {
  const vectors = [0, 1, 2, 3].map((row) => [0, 1, 2, 3].map((column) => (row === column ? 1 : 0)))
  for (let sweep = 0; sweep < 16; sweep += 1) {
    for (let p = 0; p < 3; p += 1) for (let q = p + 1; q < 4; q += 1) annul(matrix, vectors, p, q)
  }
  const values = matrix.map((row, index) => at(row, index))
  const best = values.indexOf(Math.max(...values))
  const [w = 0, x = 0, y = 0, z = 0] = vectors.map((row) => at(row, best))
  return [w, x, y, z]
}

function annul(matrix: number[][], vectors: number[][], p: number, q: number): void {
  const off = cell(matrix, p, q)
  if (off === 0) return
  const theta = (cell(matrix, q, q) - cell(matrix, p, p)) / (2 * off)
  const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
  const cos = 1 / Math.sqrt(tangent * tangent + 1)
  const sin = tangent * cos
  for (const rows of [matrix, vectors]) rows.forEach((row) => turn(row, p, q, cos, sin))
  const [rowP, rowQ] = [matrix[p] ?? [], matrix[q] ?? []]
  for (let column = 0; column < 4; column += 1) {
    const [a, b] = [at(rowP, column), at(rowQ, column)]
    rowP[column] = cos * a - sin * b
    rowQ[column] = sin * a + cos * b
  }
}

function turn(row: number[], p: number, q: number, cos: number, sin: number): void {
  const [a, b] = [at(row, p), at(row, q)]
  row[p] = cos * a - sin * b
  row[q] = sin * a + cos * b
}

function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? NaN
}

function cell(matrix: readonly (readonly number[])[], row: number, column: number): number {
  return matrix[row]?.[column] ?? NaN
}
