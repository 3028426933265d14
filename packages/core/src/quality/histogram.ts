import type { FacePatch } from './face-patch.js'

/** Luminance levels 0 to 255 counted into `bins` equal bins over the columns from `from` until before `to`; shares that add up to 1, or all NaN. */
function histogram({ luminance, inside, width }: FacePatch, bins: number, from: number, to: number): Float64Array {
  const counts = new Float64Array(bins)
  let total = 0
  for (let row = 0; row < luminance.length; row += width) {
    for (let at = row + from; at < row + to; at += 1) {
      if (inside[at] !== 1) continue
      const bin = Math.min(bins - 1, Math.floor(((luminance[at] ?? 0) / 256) * bins))
      counts[bin] = (counts[bin] ?? 0) + 1
      total += 1
    }
  }
  return counts.map((count) => count / total)
}

/**
 * Spread of luminance over the inner face: entropy of its histogram of 256 levels, bits, 0 (one level) to 8; NaN without a face in the picture.
 * Source: ISO/IEC 29794-5, dynamic range.
 */
export function dynamicRange(patch: FacePatch): number {
  let bits = 0
  for (const share of histogram(patch, 256, 0, patch.width)) {
    if (Number.isNaN(share)) return NaN
    if (share > 0) bits -= share * Math.log2(share)
  }
  return bits
}

/** Bins for the comparison of halves: finer ones would compare noise, as a half has some 1,500 pixels. */
const HALF_BINS = 32

/**
 * Likeness of the two halves' light: intersection of their luminance histograms, 0 (nothing in common) to 1 (even light); NaN when one half is not
 * in the picture. Source: ISO/IEC 29794-5, illumination uniformity.
 */
export function illuminationUniformity(patch: FacePatch): number {
  const middle = Math.ceil(patch.width / 2)
  const one = histogram(patch, HALF_BINS, 0, middle)
  const other = histogram(patch, HALF_BINS, middle, patch.width)
  return one.reduce((sum, share, bin) => sum + Math.min(share, other[bin] ?? NaN), 0)
}
