import { sampleRgb, type Affine, type Chip, type Raster } from '../numeric/index.js'

// An output pixel that covers more source pixels than this along one axis is read more coarsely: 64² readings each are plenty, and a
// degenerate map must not hang the thread.
const MOST_READINGS = 64

/** `area`: averages where it shrinks. `bilinear`: one reading a pixel, whatever the scale. */
export type Sampling = 'area' | 'bilinear'

/**
 * Cuts `width` × `height` pixels out of `raster` through `chipToPicture` (corner of the top left pixel is the origin of both).
 * Bilinear where it enlarges; where it shrinks, unless `sampling` says otherwise, the average over each chip pixel's area (a bilinear
 * reading at least every source pixel, by axis, whatever the turn), so that nothing aliases: with bare bilinear reading the separation d′
 * of webcam faces (NUAA, across sessions) falls from 5.62 to 5.57 and from 5.85 to 5.78 (the two compact models). Outside the picture is
 * black, as with OpenCV's `warpAffine`.
 * Rounded half up to 8 bits: browser and Node give the same bytes for the same picture and map. Transparency is ignored.
 * @throws RangeError for a size that is not a positive integer or a map that is not finite.
 */
export function resample(raster: Raster, chipToPicture: Affine, width: number, height: number, sampling: Sampling = 'area'): Chip {
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0)) {
    throw new RangeError(`a chip of ${width} × ${height} pixels`)
  }
  const { a, b, c, d, e, f } = chipToPicture
  if (!Number.isFinite(a + b + c + d + e + f)) throw new RangeError('a map from chip to picture that is not finite')
  const [across, down] = sampling === 'bilinear' ? [1, 1] : [readings(a, b), readings(c, d)]
  const values = sampleRgb(raster, chipToPicture, width, height, { border: 'black', across, down })
  const data = new Uint8Array(values.length)
  for (let index = 0; index < data.length; index += 1) data[index] = ((values[index] ?? 0) + 0.5) | 0
  return { width, height, data }
}

function readings(dx: number, dy: number): number {
  // A hair above 1 source pixel is still 1: float32 landmarks leave such hairs.
  return Math.min(Math.max(Math.ceil(Math.sqrt(dx * dx + dy * dy) - 1e-3), 1), MOST_READINGS)
}
