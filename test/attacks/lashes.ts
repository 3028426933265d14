import { blend, smoothstep } from './pictures.js'
import { EYES } from './topology.js'
import type { Picture } from './types.js'

/** Half the width of the line of lashes, over the eye's width. */
const HALF_WIDTH = 0.045
const COLOUR = Float32Array.of(46, 31, 28)
const STRENGTH = 0.75

/** The dark line where closed lids meet. @param points x, y, depth of each vertex, pixels of the picture; @param closed 0 to 1 */
export function drawLashes({ width, height, data }: Picture, points: Float32Array, closed: number): void {
  if (closed <= 0.5) return
  for (const { upper } of EYES) {
    const line = upper.map((vertex) => [points[vertex * 3]!, points[vertex * 3 + 1]!] as const)
    const [xs, ys] = [line.map(([x]) => x), line.map(([, y]) => y)]
    const half = HALF_WIDTH * (Math.max(...xs) - Math.min(...xs))
    for (let y = Math.max(0, Math.floor(Math.min(...ys) - 3)); y <= Math.min(height - 1, Math.max(...ys) + 3); y += 1) {
      for (let x = Math.max(0, Math.floor(Math.min(...xs) - 3)); x <= Math.min(width - 1, Math.max(...xs) + 3); x += 1) {
        const away = Math.min(...line.slice(1).map((end, index) => distance([x, y], line[index]!, end)))
        const alpha = STRENGTH * smoothstep(0.5, 1, closed) * (1 - smoothstep(half - 0.5, half + 0.7, away))
        if (alpha > 0) blend(data, (y * width + x) * 3, COLOUR, alpha)
      }
    }
  }
}

type Place = readonly [x: number, y: number]

/** From a place to a line between two ends. */
function distance([x, y]: Place, [ax, ay]: Place, [bx, by]: Place): number {
  const [dx, dy] = [bx - ax, by - ay]
  const along = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)))
  return Math.hypot(x - ax - along * dx, y - ay - along * dy)
}
