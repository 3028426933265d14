import type { Affine, Box } from '../numeric/index.js'

/** Width and height of a picture, pixels. */
export interface PictureSize {
  readonly width: number
  readonly height: number
}

/**
 * Chip → picture for passive PAD, which judges a face by its surroundings: the landmarks' box made square (its longer side), × `scale`,
 * shrunk to the picture where it is larger and shifted into it where it stands out. Never turned: PAD was trained on upright cuts, and
 * the frame's own edges are evidence.
 */
export function contextBoxTransform(box: Box, scale: number, size: number, picture: PictureSize): Affine {
  const side = Math.min(Math.max(box.width, box.height) * scale, picture.width, picture.height)
  if (!(side > 0)) throw new RangeError('landmarks that span no area have no box')
  const x = Math.min(Math.max(box.x + (box.width - side) / 2, 0), picture.width - side)
  const y = Math.min(Math.max(box.y + (box.height - side) / 2, 0), picture.height - side)
  const step = side / size
  return { a: step, b: 0, c: 0, d: step, e: x, f: y }
}
