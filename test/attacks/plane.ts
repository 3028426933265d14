import { CAMERA_DISTANCE } from './head.js'
import type { Stance } from './motion.js'
import { blend, type Colour } from './pictures.js'
import { FACE_HEIGHT } from './portrait.js'
import { inverse, rotation, type Matrix3 } from './rotation.js'
import { HEIGHT, WIDTH, type Picture } from './types.js'

/** Distance of the camera from a thing held where a face would be, pixels of the frame: as for a head of the usual proportions. */
export const HELD_AT = (CAMERA_DISTANCE * FACE_HEIGHT) / 2.95

/**
 * The homography from a plane held before the camera to the frame, exactly what a pinhole camera does. Plane: pixels of the frame at the neutral
 * stance, (0, 0) its middle. Frame: pixels, the middle of the first one (0, 0); to be divided by the third coordinate.
 */
export function planeToFrame(stance: Stance): Matrix3 {
  const r = rotation(stance)
  const [cx, cy, away] = [WIDTH / 2 + stance.dx, HEIGHT / 2 + stance.dy, HELD_AT / stance.scale]
  return [
    HELD_AT * r[0] + cx * r[6],
    HELD_AT * r[1] + cx * r[7],
    cx * away,
    HELD_AT * r[3] + cy * r[6],
    HELD_AT * r[4] + cy * r[7],
    cy * away,
    r[6],
    r[7],
    away,
  ]
}

/** A flat thing: its colour at a place of the plane for pixel (x, y) of the frame, and how much it covers there, 0 to 1. */
export type Surface = (u: number, v: number, colour: Colour, x: number, y: number) => number

/** Draws `surface` over `picture`. */
export function drawPlane(picture: Picture, stance: Stance, surface: Surface): void {
  const m = inverse(planeToFrame(stance))
  const colour: Colour = new Float32Array(3)
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) {
      const w = m[6] * x + m[7] * y + m[8]
      if (w <= 0) continue
      const alpha = surface((m[0] * x + m[1] * y + m[2]) / w, (m[3] * x + m[4] * y + m[5]) / w, colour, x, y)
      if (alpha > 0) blend(picture.data, (y * WIDTH + x) * 3, colour, alpha)
    }
  }
}

/** How much of a pixel at (u, v) a rectangle around the middle covers; a soft edge of one pixel. */
export function cover(u: number, v: number, halfWidth: number, halfHeight: number): number {
  const inside = Math.min(halfWidth - Math.abs(u), halfHeight - Math.abs(v)) + 0.5
  return inside <= 0 ? 0 : inside >= 1 ? 1 : inside
}
