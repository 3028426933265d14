import type { Affine } from './affine.js'
import type { Raster } from './raster.js'

/** What lies outside the picture: black, or the nearest pixel of its edge. */
export type Border = 'black' | 'replicate'

/** How {@link sampleRgb} reads a picture. */
export interface SampleOptions {
  readonly border: Border
  /**
   * Bilinear readings per output pixel along its columns and rows, evenly spread over its area; 1 × 1 reads its middle only. Reading
   * at least one per source pixel makes an area average.
   */
  readonly across: number
  readonly down: number
}

/**
 * Reads `width` × `height` pixels from `raster` through `map` (output → picture, both with the origin at the corner of the top left
 * pixel). A reading inside the picture is bilinear between the middles of its pixels, the outermost half pixel taking the edge's value;
 * one outside follows `border`. Only additions and multiplications: the same numbers on every machine.
 * @returns `width × height × 3` values R, G, B, 0 to 255, not rounded.
 */
export function sampleRgb(raster: Raster, map: Affine, width: number, height: number, options: SampleOptions): Float32Array {
  const { border, across, down } = options
  const sums = new Float32Array(width * height * 3)
  for (let row = 0; row < height; row += 1) {
    for (let step = 0; step < across * down; step += 1) {
      const x = ((step % across) + 0.5) / across
      const y = row + (Math.floor(step / across) + 0.5) / down
      addRow(sums, row * width * 3, width, raster, map.a * x + map.c * y + map.e, map.b * x + map.d * y + map.f, map.a, map.b, border)
    }
  }
  const share = 1 / (across * down)
  if (share !== 1) for (let index = 0; index < sums.length; index += 1) sums[index] = (sums[index] ?? 0) * share
  return sums
}

// One reading for each of `count` pixels along a line, added up in place: the hot loop, free of allocations.
function addRow(
  sums: Float32Array,
  start: number,
  count: number,
  raster: Raster,
  startX: number,
  startY: number,
  stepX: number,
  stepY: number,
  border: Border,
): void {
  const { width, height, data } = raster
  for (let column = 0, at = start; column < count; column += 1, at += 3) {
    const placeX = startX + column * stepX
    const placeY = startY + column * stepY
    if (border === 'black' && (placeX < 0 || placeY < 0 || placeX > width || placeY > height)) continue
    const x = Math.min(Math.max(placeX - 0.5, 0), width - 1)
    const y = Math.min(Math.max(placeY - 0.5, 0), height - 1)
    const left = Math.floor(x)
    const top = Math.floor(y)
    const right = x - left
    const below = y - top
    const first = (top * width + left) * 4
    const beside = right > 0 ? 4 : 0
    const under = below > 0 ? width * 4 : 0
    const w00 = (1 - right) * (1 - below)
    const w10 = right * (1 - below)
    const w01 = (1 - right) * below
    const w11 = right * below
    // Every index is inside the picture by the clamping above; the fallbacks are never taken.
    for (let channel = 0; channel < 3; channel += 1) {
      const pixel = first + channel
      sums[at + channel] =
        (sums[at + channel] ?? 0) +
        w00 * (data[pixel] ?? 0) +
        w10 * (data[pixel + beside] ?? 0) +
        w01 * (data[pixel + under] ?? 0) +
        w11 * (data[pixel + beside + under] ?? 0)
    }
  }
}
