import { sampleAt, type Colour } from './pictures.js'
import type { Picture } from './types.js'

/** A picture with the depth of every pixel: smaller is nearer. */
export interface Canvas {
  readonly picture: Picture
  readonly depth: Float32Array
}

/** Triangles with a texture. */
export interface Mesh {
  /** x, y, depth of each vertex: pixels of the canvas. */
  readonly points: Float32Array
  /** x, y of each vertex in `texture`. */
  readonly texturePoints: Float32Array
  readonly texture: Picture
  /** Three vertices a triangle. */
  readonly triangles: Uint16Array
  /** Added to the depth. Default 0. */
  readonly behind?: number
  /** Multiplies the colour of a triangle, by its number. Default 1. */
  readonly shade?: (triangle: number) => number
}

export function canvasOn(picture: Picture): Canvas {
  return { picture, depth: new Float32Array(picture.width * picture.height).fill(Infinity) }
}

/** Draws the triangles, nearer ones over farther ones. Affine within a triangle, which small triangles allow. */
export function drawMesh(canvas: Canvas, mesh: Mesh): void {
  const colour: Colour = new Float32Array(3)
  for (let triangle = 0; triangle * 3 < mesh.triangles.length; triangle += 1) drawTriangle(canvas, mesh, triangle, colour)
}

function drawTriangle({ picture, depth }: Canvas, mesh: Mesh, triangle: number, colour: Colour): void {
  const { points, texturePoints, texture, triangles, behind = 0, shade } = mesh
  const [a, b, c] = [triangles[triangle * 3]!, triangles[triangle * 3 + 1]!, triangles[triangle * 3 + 2]!]
  const [ax, ay, bx, by] = [points[a * 3]!, points[a * 3 + 1]!, points[b * 3]!, points[b * 3 + 1]!]
  const [cx, cy] = [points[c * 3]!, points[c * 3 + 1]!]
  const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
  if (Math.abs(area) < 1e-6) return
  const light = shade?.(triangle) ?? 1
  const mix = (values: Float32Array, stride: number, axis: number, wa: number, wb: number, wc: number): number =>
    wa * values[a * stride + axis]! + wb * values[b * stride + axis]! + wc * values[c * stride + axis]!
  const [left, right] = span(ax, bx, cx, picture.width)
  const [top, bottom] = span(ay, by, cy, picture.height)
  for (let y = top; y <= bottom; y += 1) {
    for (let x = left; x <= right; x += 1) {
      const wb = ((x - ax) * (cy - ay) - (cx - ax) * (y - ay)) / area
      const wc = ((bx - ax) * (y - ay) - (x - ax) * (by - ay)) / area
      const wa = 1 - wb - wc
      if (wa < -1e-4 || wb < -1e-4 || wc < -1e-4) continue
      const z = mix(points, 3, 2, wa, wb, wc) + behind
      const at = y * picture.width + x
      if (z > depth[at]!) continue
      depth[at] = z
      sampleAt(texture, mix(texturePoints, 2, 0, wa, wb, wc), mix(texturePoints, 2, 1, wa, wb, wc), colour)
      for (let channel = 0; channel < 3; channel += 1) picture.data[at * 3 + channel] = Math.min(255, Math.round(colour[channel]! * light))
    }
  }
}

function span(a: number, b: number, c: number, size: number): readonly [number, number] {
  return [Math.max(0, Math.ceil(Math.min(a, b, c) - 1e-4)), Math.min(size - 1, Math.floor(Math.max(a, b, c) + 1e-4))]
}
