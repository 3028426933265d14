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

/** A picture whose pixels are read whole. */
interface Packed {
  readonly width: number
  readonly height: number
  /** R in the lowest byte, then G, B, A. */
  readonly pixels: Int32Array
}

/**
 * Reads `width` × `height` pixels from `raster` through `map` (output → picture, both with the origin at the corner of the top left
 * pixel). A reading inside the picture is bilinear between the middles of its pixels, the outermost half pixel taking the edge's value;
 * one outside follows `border`. Only additions and multiplications: the same numbers on every machine.
 * @returns `width × height × 3` values R, G, B, 0 to 255, not rounded.
 */
export function sampleRgb(raster: Raster, map: Affine, width: number, height: number, options: SampleOptions): Float32Array {
  const { border, across, down } = options
  const picture = packed(raster)
  const sums = new Float32Array(width * height * 3)
  for (let row = 0; row < height; row += 1) {
    for (let step = 0; step < across * down; step += 1) {
      const x = ((step % across) + 0.5) / across
      const y = row + (Math.floor(step / across) + 0.5) / down
      addRow(sums, row * width * 3, width, picture, map.a * x + map.c * y + map.e, map.b * x + map.d * y + map.f, map.a, map.b, border)
    }
  }
  const share = 1 / (across * down)
  if (share !== 1) for (let index = 0; index < sums.length; index += 1) sums[index] = (sums[index] ?? 0) * share
  return sums
}

/** A view where bytes lie as pixels do, else a copy; what ONNX Runtime and MediaPipe run on puts the lowest byte first. */
function packed({ width, height, data }: Raster): Packed {
  const aligned = data.byteOffset % 4 === 0 ? data : new Uint8Array(data)
  return { width, height, pixels: new Int32Array(aligned.buffer, aligned.byteOffset, aligned.length >> 2) }
}

// One reading for each of `count` pixels along a line, added up in place: the hot loop, free of allocations, calls and inner loops.
function addRow(
  sums: Float32Array,
  start: number,
  count: number,
  picture: Packed,
  startX: number,
  startY: number,
  stepX: number,
  stepY: number,
  border: Border,
): void {
  const { width, height, pixels } = picture
  const [lastX, lastY, isBlack] = [width - 1, height - 1, border === 'black']
  for (let column = 0, at = start; column < count; column += 1, at += 3) {
    const placeX = startX + column * stepX
    const placeY = startY + column * stepY
    if (isBlack && (placeX < 0 || placeY < 0 || placeX > width || placeY > height)) continue
    const x = placeX < 0.5 ? 0 : placeX - 0.5 > lastX ? lastX : placeX - 0.5
    const y = placeY < 0.5 ? 0 : placeY - 0.5 > lastY ? lastY : placeY - 0.5
    // Neither is negative, so cutting off is rounding down.
    const [left, top] = [x | 0, y | 0]
    const right = x - left
    const below = y - top
    const first = top * width + left
    const beside = first + (right > 0 ? 1 : 0)
    const under = below > 0 ? width : 0
    const w00 = (1 - right) * (1 - below)
    const w10 = right * (1 - below)
    const w01 = (1 - right) * below
    const w11 = right * below
    const p00 = pixels[first] ?? 0
    const p10 = pixels[beside] ?? 0
    const p01 = pixels[first + under] ?? 0
    const p11 = pixels[beside + under] ?? 0
    sums[at] = (sums[at] ?? 0) + w00 * (p00 & 255) + w10 * (p10 & 255) + w01 * (p01 & 255) + w11 * (p11 & 255)
    sums[at + 1] = (sums[at + 1] ?? 0) + w00 * ((p00 >> 8) & 255) + w10 * ((p10 >> 8) & 255) + w01 * ((p01 >> 8) & 255) + w11 * ((p11 >> 8) & 255)
    sums[at + 2] = (sums[at + 2] ?? 0) + w00 * ((p00 >> 16) & 255) + w10 * ((p10 >> 16) & 255) + w01 * ((p01 >> 16) & 255) + w11 * ((p11 >> 16) & 255)
  }
}
