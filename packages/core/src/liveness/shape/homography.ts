import { median, transform, type Affine, type Point } from '../../numeric/index.js'
import { smallestEigenvector } from './eigen.js'

/** A projective map of the plane, row-major 3 × 3. */
export type Homography = Float64Array

/** Where `point` lands; NaN where it goes to infinity. */
export function project(map: Homography, { x, y }: Point): Point {
  const [a = NaN, b = NaN, c = NaN, d = NaN, e = NaN, f = NaN, g = NaN, h = NaN, i = NaN] = map
  const depth = g * x + h * y + i
  return { x: (a * x + b * y + c) / depth, y: (d * x + e * y + f) / depth }
}

/**
 * The homography that brings `from` nearest to `to`: normalised direct linear transform (Hartley, 1997), each pair weighted.
 * @returns undefined for fewer than four pairs, lists of unlike lengths, points that coincide, or numbers that are not finite.
 */
export function fitHomography(from: readonly Point[], to: readonly Point[], weights?: readonly number[]): Homography | undefined {
  const [source, target] = [normalisation(from), normalisation(to)]
  if (from.length < 4 || from.length !== to.length || source === undefined || target === undefined) return undefined
  const sums = new Float64Array(81)
  from.forEach((point, index) => {
    const other = to[index]
    if (other !== undefined) addPair(sums, transform(source, point), transform(target, other), weights?.[index] ?? 1)
  })
  const solution = smallestEigenvector(sums, 9)
  return solution === undefined ? undefined : denormalise(solution, source, target)
}

/** Refits of {@link robustHomography}; the weights stand still after three. */
const REFITS = 4

/**
 * {@link fitHomography}, refitted with Cauchy weights whose width follows the median distance: single points that a finger, glasses or an
 * expression moved do not bend the plane.
 */
export function robustHomography(from: readonly Point[], to: readonly Point[]): Homography | undefined {
  let map = fitHomography(from, to)
  for (let refit = 0; map !== undefined && refit < REFITS; refit += 1) {
    const distances = transferDistances(map, from, to)
    // 2.385 standard deviations, the width at which Cauchy's weights lose 5 % on normal noise; 1.4826 makes a deviation of the median.
    const width = 2.385 * 1.4826 * median(distances)
    if (!(width > 0)) return map
    map = fitHomography(
      from,
      to,
      distances.map((distance) => 1 / (1 + (distance / width) ** 2)),
    )
  }
  return map
}

/** How far each point of `from` lands from its fellow in `to`, in the units of `to`. */
export function transferDistances(map: Homography, from: readonly Point[], to: readonly Point[]): number[] {
  return from.map((point, index) => {
    const landed = project(map, point)
    const aim = to[index]
    return aim === undefined ? NaN : Math.hypot(landed.x - aim.x, landed.y - aim.y)
  })
}

/** Brings the points' centroid to 0 and their mean distance from it to √2. */
function normalisation(points: readonly Point[]): Affine | undefined {
  const middle = { x: mean(points.map(({ x }) => x)), y: mean(points.map(({ y }) => y)) }
  const spread = mean(points.map(({ x, y }) => Math.hypot(x - middle.x, y - middle.y)))
  if (!(spread > 0) || !Number.isFinite(spread)) return undefined
  const scale = Math.SQRT2 / spread
  return { a: scale, b: 0, c: 0, d: scale, e: -scale * middle.x, f: -scale * middle.y }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Adds a pair's two equations to AᵀA. */
function addPair(sums: Float64Array, { x, y }: Point, { x: u, y: v }: Point, weight: number): void {
  for (const row of [
    [-x, -y, -1, 0, 0, 0, u * x, u * y, u],
    [0, 0, 0, -x, -y, -1, v * x, v * y, v],
  ]) {
    for (let one = 0; one < 9; one += 1) {
      for (let other = 0; other < 9; other += 1) {
        const at = one * 9 + other
        sums[at] = (sums[at] ?? 0) + weight * (row[one] ?? 0) * (row[other] ?? 0)
      }
    }
  }
}

/** target⁻¹ · map · source, for the scales and shifts of {@link normalisation}. */
function denormalise(map: Float64Array, source: Affine, target: Affine): Homography {
  const at = (row: number, column: number): number => map[row * 3 + column] ?? NaN
  const result = new Float64Array(9)
  for (let row = 0; row < 3; row += 1) {
    // Rows of target⁻¹ · map: the first two scaled back and shifted by the third.
    const shift = row === 0 ? target.e : target.f
    const value = (column: number): number => (row === 2 ? at(2, column) : (at(row, column) - shift * at(2, column)) / target.a)
    result[row * 3] = value(0) * source.a
    result[row * 3 + 1] = value(1) * source.a
    result[row * 3 + 2] = value(0) * source.e + value(1) * source.f + value(2)
  }
  return result
}
