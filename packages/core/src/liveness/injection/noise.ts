import { quantile, type Raster } from '../../numeric/index.js'

/** Side of a block, pixels. */
const SIDE = 8
/** Blocks across and down, evenly spread: 300 blocks are enough for a few dozen flat ones. */
const ACROSS = 20
const DOWN = 15
const PIXELS = SIDE * SIDE

/** Spread within a block up to which it counts as flat, grey levels: texture that moves by a fraction of a pixel is no noise. */
const FLAT = 4
/** Levels below and above which a sensor may be clipped, and clipped places have no noise. */
const CLIPPED: readonly [number, number] = [8, 247]
/** Least flat blocks. */
const LEAST_BLOCKS = 8

/** Small blocks out of a frame, kept until the next one comes: 19 KB. */
export interface NoiseBlocks {
  readonly width: number
  readonly height: number
  /** Green values, block by block: the channel with the most photosites, not interpolated by chroma subsampling. */
  readonly values: Uint8Array
}

/** The blocks of `raster`; undefined where it is too small for them. */
export function noiseBlocks({ width, height, data }: Raster): NoiseBlocks | undefined {
  if (width < ACROSS * SIDE || height < DOWN * SIDE) return undefined
  const values = new Uint8Array(ACROSS * DOWN * PIXELS)
  let to = 0
  for (let block = 0; block < ACROSS * DOWN; block += 1) {
    const left = Math.floor(((block % ACROSS) * (width - SIDE)) / (ACROSS - 1))
    const top = Math.floor((Math.floor(block / ACROSS) * (height - SIDE)) / (DOWN - 1))
    for (let pixel = 0; pixel < PIXELS; pixel += 1, to += 1) {
      const [x, y] = [left + (pixel % SIDE), top + Math.floor(pixel / SIDE)]
      values[to] = data[(y * width + x) * 4 + 1] ?? 0
    }
  }
  return { width, height, values }
}

/**
 * Noise of the sensor, standard deviation in grey levels (0 to 255) of one frame, from two frames one after the other: over blocks that are flat
 * and not clipped in both, the spread of their difference over √2, its lower quartile (what moved lies above). Compression takes most of it
 * away: the value says something only where it is all but 0.
 * @returns undefined where the frames differ in size, or too few blocks are flat.
 */
export function noiseBetween(before: NoiseBlocks, now: NoiseBlocks): number | undefined {
  if (before.width !== now.width || before.height !== now.height) return undefined
  const spreads: number[] = []
  for (let start = 0; start < now.values.length; start += PIXELS) {
    const [one, other] = [before.values.subarray(start, start + PIXELS), now.values.subarray(start, start + PIXELS)]
    if (isFlat(one) && isFlat(other)) spreads.push(deviation(PIXELS, (at) => (other[at] ?? 0) - (one[at] ?? 0)).spread)
  }
  return spreads.length < LEAST_BLOCKS ? undefined : quantile(spreads, 0.25) / Math.SQRT2
}

function isFlat(block: Uint8Array): boolean {
  const { mean, spread } = deviation(PIXELS, (at) => block[at] ?? 0)
  return spread <= FLAT && mean >= CLIPPED[0] && mean <= CLIPPED[1]
}

function deviation(count: number, value: (at: number) => number): { readonly mean: number; readonly spread: number } {
  let [sum, squares] = [0, 0]
  for (let at = 0; at < count; at += 1) {
    const one = value(at)
    sum += one
    squares += one * one
  }
  const mean = sum / count
  return { mean, spread: Math.sqrt(Math.max(squares / count - mean * mean, 0)) }
}
