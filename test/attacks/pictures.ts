import { HEIGHT, WIDTH, type Picture } from './types.js'

export const emptyPicture = (width = WIDTH, height = HEIGHT): Picture => ({ width, height, data: new Uint8Array(width * height * 3) })

export const copyOf = ({ width, height, data }: Picture): Picture => ({ width, height, data: data.slice() })

/** Three values, 0 to 255. */
export type Colour = Float32Array

/** The colour at (x, y), where (0, 0) is the middle of the first pixel: bilinear, the border continued outside. */
export function sampleAt({ width, height, data }: Picture, x: number, y: number, colour: Colour): void {
  const cx = x < 0 ? 0 : x > width - 1.001 ? width - 1.001 : x
  const cy = y < 0 ? 0 : y > height - 1.001 ? height - 1.001 : y
  const [left, top] = [Math.floor(cx), Math.floor(cy)]
  const [fx, fy] = [cx - left, cy - top]
  const first = (top * width + left) * 3
  const right = width > 1 ? 3 : 0
  const second = first + (height > 1 ? width * 3 : 0)
  for (let c = 0; c < 3; c += 1) {
    const upper = data[first + c]! * (1 - fx) + data[first + right + c]! * fx
    const lower = data[second + c]! * (1 - fx) + data[second + right + c]! * fx
    colour[c] = upper * (1 - fy) + lower * fy
  }
}

/** Puts `colour` over the pixel that begins at byte `at`. @param alpha 0 to 1 */
export function blend(data: Uint8Array, at: number, colour: Colour, alpha: number): void {
  for (let c = 0; c < 3; c += 1) data[at + c] = Math.max(0, Math.min(255, Math.round(data[at + c]! * (1 - alpha) + colour[c]! * alpha)))
}

/** 0 up to `from`, 1 from `to` on, smooth between. */
export function smoothstep(from: number, to: number, value: number): number {
  const t = Math.max(0, Math.min(1, (value - from) / (to - from)))
  return t * t * (3 - 2 * t)
}
