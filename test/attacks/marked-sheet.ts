/* A sheet with marks on it: where they appear tells whether what is shown is flat. */
import { emptyPicture } from './pictures.js'
import type { Picture } from './types.js'

export type Place = readonly [x: number, y: number]

/** Where the marks lie: shares of the sheet's size. */
export const MARKS: readonly Place[] = [0.2, 0.4, 0.6, 0.8].flatMap((x) => [0.15, 0.38, 0.62, 0.85].map((y) => [x, y] as const))

const RADIUS = 7

/** A white sheet with round marks, each of a grey level of its own. */
export function markedSheet(width: number, height: number): Picture {
  const picture = emptyPicture(width, height)
  picture.data.fill(255)
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const mark = MARKS.findIndex(([u, v]) => Math.hypot(x + 0.5 - u * width, y + 0.5 - v * height) <= RADIUS)
      if (mark >= 0) picture.data.fill(0, (y * width + x) * 3, (y * width + x) * 3 + 3)
    }
  }
  return picture
}

/** The centre of the dark blob near `guess`: darkness below `white`, weighted. */
export function blobNear({ width, data }: Picture, [x0, y0]: Place, white: number): Place {
  let [sum, sx, sy] = [0, 0, 0]
  for (let y = Math.round(y0) - 11; y <= y0 + 11; y += 1) {
    for (let x = Math.round(x0) - 11; x <= x0 + 11; x += 1) {
      const dark = Math.max(0, white - data[(y * width + x) * 3]!)
      sum += dark
      sx += dark * x
      sy += dark * y
    }
  }
  return [sx / sum, sy / sum]
}

/** Root mean square of what is left when `to` is explained by a homography of `from`, pixels: least squares on the eight unknowns. */
export function homographyResidual(from: readonly Place[], to: readonly Place[]): number {
  const [sources, targets] = [from.map(near), to.map(near)]
  const rows = sources.flatMap(([x, y], index) => {
    const [u, v] = targets[index]!
    return [
      [x, y, 1, 0, 0, 0, -u * x, -u * y, u],
      [0, 0, 0, x, y, 1, -v * x, -v * y, v],
    ]
  })
  const normal = Array.from({ length: 8 }, (_, i) => Array.from({ length: 9 }, (_, j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0)))
  const h = solved(normal)
  const squares = sources.map(([x, y], index) => {
    const w = h[6]! * x + h[7]! * y + 1
    const [u, v] = targets[index]!
    return ((h[0]! * x + h[1]! * y + h[2]!) / w - u) ** 2 + ((h[3]! * x + h[4]! * y + h[5]!) / w - v) ** 2
  })
  return UNIT * Math.sqrt(squares.reduce((sum, value) => sum + value, 0) / squares.length)
}

/** Numbers near 1 are what least squares wants: from the frame's middle, over half its width. */
const UNIT = 320
const near = ([x, y]: Place): Place => [(x - UNIT) / UNIT, (y - 240) / UNIT]

/** Gauss–Jordan with pivoting; the last column is the right side. */
function solved(rows: number[][]): number[] {
  const size = rows.length
  for (let column = 0; column < size; column += 1) {
    const best = rows
      .slice(column)
      .reduce((top, row, index) => (Math.abs(row[column]!) > Math.abs(rows[top]![column]!) ? column + index : top), column)
    const swapped = rows[column]!
    rows[column] = rows[best]!
    rows[best] = swapped
    const pivot = rows[column]!
    for (const row of rows) {
      if (row === pivot) continue
      const factor = row[column]! / pivot[column]!
      for (let index = column; index <= size; index += 1) row[index] = row[index]! - factor * pivot[index]!
    }
  }
  return rows.map((row, index) => row[size]! / row[index]!)
}
