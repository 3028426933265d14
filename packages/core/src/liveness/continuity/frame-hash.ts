import type { Raster } from '../../numeric/index.js'
import { ones32 } from './packed-hashes.js'

/** Bits of the finer hash: 16 rows of 16 differences. */
const FINE = 16
/** Bits of the coarser hash: 8 rows of 8 differences. */
const COARSE = 8
const FINE_BITS = BigInt(FINE * FINE)
const FINE_MASK = (1n << FINE_BITS) - 1n

/** Pixels along an axis that are read at most: a difference hash needs averages, not every pixel. */
const MOST_READ = 320

/**
 * What a frame looks like, in 320 bits: a difference hash of 9 × 8 areas (upper 64 bits: what is to be seen, stable under noise and
 * compression) above one of 17 × 16 areas (lower 256 bits: near-identity; a camera's noise alone turns some of them). A bit says that an area
 * is brighter than its left neighbour. Areas are averages of luma (Rec. 709 weights), exact in integers: the same bits on every machine.
 * Costs one reading of at most 320 × 320 pixels.
 */
export function frameHash(raster: Raster): bigint {
  const fine = new AreaSums(raster, FINE + 1, FINE)
  const coarse = new AreaSums(raster, COARSE + 1, COARSE)
  const { width, height, data } = raster
  const [stepX, stepY] = [Math.ceil(width / MOST_READ), Math.ceil(height / MOST_READ)]
  // Rows that lie in the same areas of both grids are summed by column first: one addition a pixel.
  const columns = new Float64Array(Math.ceil(width / stepX))
  let [first, rows] = [0, 0]
  for (let y = 0; y < height; y += stepY) {
    if (fine.rowOf(y) !== fine.rowOf(first) || coarse.rowOf(y) !== coarse.rowOf(first)) {
      fine.add(first, columns, stepX, rows)
      coarse.add(first, columns, stepX, rows)
      columns.fill(0)
      first = y
      rows = 0
    }
    addLuma(columns, data, y * width * 4, stepX * 4)
    rows += 1
  }
  fine.add(first, columns, stepX, rows)
  coarse.add(first, columns, stepX, rows)
  return (coarse.bits() << FINE_BITS) | fine.bits()
}

/** Adds luma of the pixels from `at` on, `step` bytes apart, one to each column. */
function addLuma(columns: Float64Array, data: Raster['data'], at: number, step: number): void {
  let from = at
  for (let column = 0; column < columns.length; column += 1, from += step)
    columns[column] = (columns[column] ?? 0) + 54 * (data[from] ?? 0) + 183 * (data[from + 1] ?? 0) + 19 * (data[from + 2] ?? 0)
}

/** Differing bits of the coarser hashes, 0 to 64: what is to be seen. */
export function coarseDistance(one: bigint, other: bigint): number {
  return ones((one ^ other) >> FINE_BITS)
}

/** Differing bits of the finer hashes, 0 to 256: near-identity. */
export function fineDistance(one: bigint, other: bigint): number {
  return ones((one ^ other) & FINE_MASK)
}

function ones(bits: bigint): number {
  let count = 0
  for (let rest = bits; rest > 0n; rest >>= 32n) count += ones32(Number(rest & 0xffffffffn))
  return count
}

/** Sums of luma over a grid of areas. */
class AreaSums {
  readonly #across: number
  readonly #down: number
  readonly #height: number
  readonly #columnOf: Uint16Array
  readonly #sums: Float64Array
  readonly #counts: Float64Array

  constructor({ width, height }: Raster, across: number, down: number) {
    this.#across = across
    this.#down = down
    this.#height = height
    this.#columnOf = Uint16Array.from({ length: width }, (_, x) => Math.floor((x * across) / width))
    this.#sums = new Float64Array(across * down)
    this.#counts = new Float64Array(across * down)
  }

  /** Row of areas that row `y` of pixels lies in. */
  rowOf(y: number): number {
    return Math.floor((y * this.#down) / this.#height)
  }

  /** Adds sums over `rows` rows of pixels, of every `step`th column, to the areas at row `y`. */
  add(y: number, columns: Float64Array, step: number, rows: number): void {
    const start = this.rowOf(y) * this.#across
    for (let column = 0; column < columns.length; column += 1) {
      const area = start + (this.#columnOf[column * step] ?? 0)
      this.#sums[area] = (this.#sums[area] ?? 0) + (columns[column] ?? 0)
      this.#counts[area] = (this.#counts[area] ?? 0) + rows
    }
  }

  /** One bit a difference, row by row. Cross-multiplied instead of divided: exact. */
  bits(): bigint {
    let text = '0b'
    for (let row = 0; row < this.#down; row += 1) {
      for (let column = 1; column < this.#across; column += 1) {
        const at = row * this.#across + column
        const brighter = (this.#sums[at] ?? 0) * (this.#counts[at - 1] ?? 0) > (this.#sums[at - 1] ?? 0) * (this.#counts[at] ?? 0)
        text += brighter ? '1' : '0'
      }
    }
    return BigInt(text)
  }
}
