import { median, type Raster } from '../../numeric/index.js'

/** Rows that are read at most, evenly spread. */
const MOST_ROWS = 120
/** Least pixels along a row and rows. */
const LEAST = 64

/** How fine a picture is for its size. */
export interface PictureDetail {
  /**
   * Log₂ of the energy of second differences over two pixels against that over one, along rows, 0 to 4: about 0 for noise and the finest detail,
   * 1 to 2 for a sharp picture, 3 and above where neighbouring pixels tell nothing that wider ones do not (enlarged, or out of focus).
   */
  readonly softness: number
  /**
   * The strongest period in the strength of second differences by column, as a multiple of the usual: enlarging leaves one (Gallagher, 2005),
   * lenses do not. Periods of 8 (JPEG) and 2 pixels (sensors' colour filters) do not count.
   */
  readonly periodicity: number
}

/** {@link PictureDetail} of the whole picture's green; undefined where it is smaller than 64 × 64, or without any difference. */
export function pictureDetail({ width, height, data }: Raster): PictureDetail | undefined {
  if (width < LEAST || height < LEAST) return undefined
  const strength = new Float64Array(width)
  let [near, wide] = [0, 0]
  const step = Math.max(1, Math.floor(height / MOST_ROWS))
  for (let y = 0; y < height; y += step) {
    const value = (x: number): number => data[(y * width + x) * 4 + 1] ?? 0
    for (let x = 2; x + 2 < width; x += 1) {
      const middle = 2 * value(x)
      const one = value(x - 1) - middle + value(x + 1)
      const two = value(x - 2) - middle + value(x + 2)
      near += one * one
      wide += two * two
      strength[x] = (strength[x] ?? 0) + Math.abs(one)
    }
  }
  if (!(near > 0 && wide > 0)) return undefined
  return { softness: Math.log2(wide / near), periodicity: periodicityOf(strength.subarray(2, width - 2)) }
}

/** The largest of the spectrum's magnitudes over their median, without what JPEG and colour filters leave. */
function periodicityOf(strength: Float64Array): number {
  const count = strength.length
  const level = differences(strength)
  const magnitudes: number[] = []
  // From a period of 6 pixels down: enlargements by more than 6 nobody takes for the claimed size.
  for (let bin = Math.ceil(count / 6); bin < count / 2; bin += 1) {
    if (!isOthers(bin / count, 2 / count)) magnitudes.push(magnitude(level, bin))
  }
  const usual = median(magnitudes)
  return usual > 0 ? Math.max(...magnitudes) / usual : 0
}

/** Slow changes taken out, so that a wall beside a shelf is no period. */
function differences(values: Float64Array): Float64Array {
  return values.map((value, at) => Math.log1p(value) - Math.log1p(values[Math.max(at - 1, 0)] ?? value))
}

function isOthers(frequency: number, slack: number): boolean {
  const eighths = frequency * 8
  return Math.abs(eighths - Math.round(eighths)) < slack * 8
}

function magnitude(values: Float64Array, bin: number): number {
  const turn = (2 * Math.PI * bin) / values.length
  // Goertzel's recurrence: one multiplication a value.
  const factor = 2 * Math.cos(turn)
  let [last, before] = [0, 0]
  for (const value of values) [last, before] = [value + factor * last - before, last]
  return Math.sqrt(Math.max(last * last + before * before - factor * last * before, 0))
}
