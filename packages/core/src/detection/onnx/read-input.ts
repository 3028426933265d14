import { sampleRgb, type Affine, type Border, type Raster } from '../../numeric/index.js'

/**
 * `size` × `size` RGB pixels for a net, 0 to 255 in whole numbers, read from `raster` through `inputToPicture`.
 *
 * As MediaPipe's CPU path reads them (`ImageToTensorCalculator` on OpenCV's `warpPerspective`), which the landmarks' parity needs: one
 * bilinear reading a pixel even when shrinking, rounded to 8 bits, and the corner of the region put on the *middle* of the first pixel
 * on both sides, so that a region that is shrunk is read up to half a picture pixel per step too far to the right and below. Reading it
 * straight instead makes the distance ten to thirty times as long to MediaPipe's landmarks (LFW 0.06 % → 0.91 %, webcam 0.02 % → 0.58 % of the
 * inter-eye distance, 107 and 101 faces).
 */
export function readInput(raster: Raster, inputToPicture: Affine, size: number, border: Border): Float32Array {
  const { a, b, c, d, e, f } = inputToPicture
  const shifted = { a, b, c, d, e: e + 0.5 - (a + c) / 2, f: f + 0.5 - (b + d) / 2 }
  const pixels = sampleRgb(raster, shifted, size, size, { border, across: 1, down: 1 })
  return pixels.map((value) => Math.round(value))
}
