import { smoothstep } from './pictures.js'
import { EYES, LIPS, OUTLINE, SKIN_COUNT } from './topology.js'

/** Vertices of the head: the skin, then two rings around the outline. x, y, z each; the head's own axes. */
export type Points = Float32Array

/** First vertices of the rings of hair, ears and throat, and of the surroundings. */
export const RING = SKIN_COUNT
export const SURROUNDINGS = RING + OUTLINE.length
export const VERTICES = SURROUNDINGS + OUTLINE.length

/** How far beside the edges the lids' texture is taken when they are closed, over the opening. */
const UPPER_TEXTURE = 0.3
const LOWER_TEXTURE = 0.1
/** How far the chin drops when the mouth is wide open, over the distance between the eyes. */
const JAW_DROP = 0.62

/** Closes the lids, in place. @param neutral the points with the eyes open; @param closed 0 to 1 */
export function closeEyes(points: Points, neutral: Points, closed: number): void {
  if (closed <= 0) return
  for (const { upper, lower, crease } of EYES) {
    for (let index = 1; index + 1 < upper.length; index += 1) {
      const [up, low, fold] = [upper[index]!, lower[index]!, crease[index - 1]!]
      for (let axis = 0; axis < 3; axis += 1) {
        const opening = neutral[low * 3 + axis]! - neutral[up * 3 + axis]!
        points[up * 3 + axis] = points[up * 3 + axis]! + closed * opening
        points[fold * 3 + axis] = points[fold * 3 + axis]! + closed * 0.25 * opening
      }
      // The upper lid lies over the lower one.
      points[up * 3 + 2] = points[up * 3 + 2]! - 0.02 * closed * Math.abs(neutral[133 * 3]! - neutral[362 * 3]!)
    }
  }
}

/** Where the lids' texture comes from while they close: from the skin beside the edge, so that no part of the eye is drawn over itself. */
export function lidTexture(texturePoints: Float32Array, closed: number): Float32Array {
  if (closed <= 0) return texturePoints
  const shifted = new Float32Array(texturePoints)
  for (const { upper, lower } of EYES) {
    for (let index = 1; index + 1 < upper.length; index += 1) {
      const [up, low] = [upper[index]! * 2, lower[index]! * 2]
      for (let axis = 0; axis < 2; axis += 1) {
        const opening = texturePoints[low + axis]! - texturePoints[up + axis]!
        shifted[up + axis] = texturePoints[up + axis]! - UPPER_TEXTURE * closed * opening
        shifted[low + axis] = texturePoints[low + axis]! + LOWER_TEXTURE * closed * opening
      }
    }
  }
  return shifted
}

/** How much of the jaw's way each vertex goes when the mouth opens: 0 above the lips, 1 at the chin. */
export function jawWeights(neutral: Points, interEye: number): Float32Array {
  const [right, left] = [neutral[78 * 3]!, neutral[308 * 3]!]
  const middle = (right + left) / 2
  const half = (left - right) / 2
  const weights = new Float32Array(VERTICES)
  for (let vertex = 0; vertex < SKIN_COUNT; vertex += 1) {
    const aside = Math.abs(neutral[vertex * 3]! - middle) / half
    const below = (neutral[vertex * 3 + 1]! - gapAt(neutral, neutral[vertex * 3]!)) / interEye
    if (below <= 0) continue
    const lateral = 1 - smoothstep(1.1, 3, aside)
    weights[vertex] = lateral * Math.max(1 - Math.min(1, aside) ** 2, smoothstep(0, 0.45, below))
  }
  // Lips that touch have their edges on one line: which side a vertex is on, its place cannot tell.
  for (const vertex of LIPS.upper) weights[vertex] = 0
  for (const vertex of LIPS.lower.slice(1, -1)) weights[vertex] = 1 - Math.min(1, Math.abs(neutral[vertex * 3]! - middle) / half) ** 2
  OUTLINE.forEach((vertex, index) => (weights[RING + index] = 0.8 * weights[vertex]!))
  return weights
}

/** y of the line between the lips at `x`. */
function gapAt(neutral: Points, x: number): number {
  const line = LIPS.upper.map((vertex, index) => {
    const lower = LIPS.lower[index]!
    return [neutral[vertex * 3]!, (neutral[vertex * 3 + 1]! + neutral[lower * 3 + 1]!) / 2] as const
  })
  const after = line.findIndex(([place]) => place >= x)
  if (after === 0) return line[0]![1]
  if (after < 0) return line.at(-1)![1]
  const [[x0, y0], [x1, y1]] = [line[after - 1]!, line[after]!]
  return y0 + ((y1 - y0) * (x - x0)) / Math.max(1e-6, x1 - x0)
}

/** Drops the jaw, in place; it swings back a little. @param open 0 to 1 */
export function openMouth(points: Points, weights: Float32Array, interEye: number, open: number): void {
  if (open <= 0) return
  const drop = JAW_DROP * interEye * open
  for (let vertex = 0; vertex < VERTICES; vertex += 1) {
    points[vertex * 3 + 1] = points[vertex * 3 + 1]! + drop * weights[vertex]!
    points[vertex * 3 + 2] = points[vertex * 3 + 2]! + 0.25 * drop * weights[vertex]!
  }
}
