import type { SeenFace } from '../page/api.js'

/** The middles of the irises in MediaPipe's topology. */
const IRISES = [468, 473] as const

/** Mean absolute difference of values 0 to 255. */
export function meanDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new RangeError(`${a.length} values against ${b.length}`)
  return Array.from(a).reduce((sum, value, index) => sum + Math.abs(value - b[index]!), 0) / a.length
}

export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new RangeError(`${a.length} values against ${b.length}`)
  const dot = (x: ArrayLike<number>, y: ArrayLike<number>): number => Array.from(x).reduce((sum, value, index) => sum + value * y[index]!, 0)
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
}

/** The value below which `share` of `values` lie; of an even count the lower one. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN
}

/** Median distance of the same points of two faces, in parts of the first one's distance between the eyes. */
export function landmarkDistance(a: SeenFace, b: SeenFace): number {
  const count = a.landmarks.length / 3
  const distances = Array.from({ length: count }, (_, point) => distance(a.landmarks, b.landmarks, point, point))
  return quantile(distances, 0.5) / distance(a.landmarks, a.landmarks, ...IRISES)
}

function distance(a: readonly number[], b: readonly number[], i: number, j: number): number {
  return Math.hypot(a[i * 3]! - b[j * 3]!, a[i * 3 + 1]! - b[j * 3 + 1]!)
}
