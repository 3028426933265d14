import type { FacePatch } from './face-patch.js'

/**
 * Sharpness of the inner face at the patch's scale, 0 (wholly blurred) to 1: one minus the blur effect of Crete et al., "The blur effect:
 * perception and estimation with a new no-reference perceptual blur metric" (SPIE 6492, 2007). The patch is blurred once more; a sharp picture
 * loses much of the variation between neighbouring pixels by it, a blurred one little. It compares the picture with itself, so contrast and
 * brightness do not matter. NaN without a face in the picture.
 */
export function sharpness(patch: FacePatch): number {
  return 1 - Math.max(blurAlong(patch, 1), blurAlong(patch, patch.width))
}

/** Reach of the second blur to each side, pixels: nine in all, as in the paper. */
const REACH = 4

/** The blur effect along one direction; `step` is the distance between neighbours in memory. */
function blurAlong({ luminance, inside }: FacePatch, step: number): number {
  let original = 0
  let lost = 0
  for (let at = step * (REACH + 1); at < luminance.length - step * REACH; at += 1) {
    if (inside[at] !== 1 || inside[at - step] !== 1) continue
    const before = Math.abs((luminance[at] ?? 0) - (luminance[at - step] ?? 0))
    // The difference of two neighbouring box means is the difference of the values that enter and leave.
    const after = Math.abs((luminance[at + step * REACH] ?? 0) - (luminance[at - step * (REACH + 1)] ?? 0)) / (2 * REACH + 1)
    original += before
    lost += Math.max(0, before - after)
  }
  return original > 0 ? (original - lost) / original : inside.includes(1) ? 1 : NaN
}
