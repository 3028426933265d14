import type { Box } from '../../numeric/index.js'

/** The crop of the passive net over the face's box (`models/manifest.json`, kind `pad`). */
export const PAD_CROP_SCALE = 2.7

/**
 * Share of the face's box × 2.7 that lies in the picture, 0 to 1: the net judges a face by its surroundings. NaN for a box or a picture
 * without area.
 */
export function roomOf(box: Box, width: number, height: number): number {
  return shareInside(box.x, box.width, width) * shareInside(box.y, box.height, height)
}

function shareInside(start: number, length: number, end: number): number {
  const half = (length * PAD_CROP_SCALE) / 2
  const middle = start + length / 2
  if (!(half > 0 && end > 0)) return NaN
  return Math.max(Math.min(middle + half, end) - Math.max(middle - half, 0), 0) / (2 * half)
}
