import { sampleRgb, type Affine, type Border, type Raster } from '../../numeric/index.js'

/** What a net wants of values of 0 to 255. */
export interface Scaling {
  readonly divisor: number
  readonly offset: number
}

/**
 * `size` × `size` RGB pixels for a net, read from `raster` through `inputToPicture`: whole numbers of 0 to 255, then `value / divisor + offset`.
 *
 * As MediaPipe's CPU path reads them (`ImageToTensorCalculator` on OpenCV's `warpPerspective`), which the landmarks' parity needs: one
 * bilinear reading a pixel even when shrinking, rounded to 8 bits, and the region's corner laid on the *middle* of the first pixel on
 * both sides, so that a region shrunk by `s` is read `(s − 1) / 2` picture pixels too far to the left and above. Without that offset
 * the landmarks lie fifteen to thirty times as far from MediaPipe's (median LFW 0.91 % instead of 0.06 %, webcam 0.58 % instead of
 * 0.02 % of the inter-eye distance; 107 and 101 faces).
 */
export function readInput(raster: Raster, inputToPicture: Affine, size: number, border: Border, scaling: Scaling): Float32Array {
  const { a, b, c, d, e, f } = inputToPicture
  const shifted = { a, b, c, d, e: e + 0.5 - (a + c) / 2, f: f + 0.5 - (b + d) / 2 }
  const pixels = sampleRgb(raster, shifted, size, size, { border, across: 1, down: 1 })
  // In place: the values are this function's own. Of 256 results one is looked up sooner than it is reckoned.
  const results = Float32Array.from({ length: 256 }, (_, level) => level / scaling.divisor + scaling.offset)
  for (let index = 0; index < pixels.length; index += 1) pixels[index] = results[((pixels[index] ?? 0) + 0.5) | 0] ?? NaN
  return pixels
}
