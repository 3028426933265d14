import { copyOf, emptyPicture, sampleAt } from './pictures.js'
import { cover, drawPlane, type Surface } from './plane.js'
import { DETAIL, type Plate } from './portrait.js'
import { canvasOn, drawMesh, type Mesh } from './rasterise.js'
import { HELD_AT } from './plane.js'
import { rotation, turn } from './rotation.js'
import type { Stance } from './motion.js'
import { HEIGHT, WIDTH, type Picture } from './types.js'

/** A photograph on paper. */
export interface Print {
  /** `DETAIL` pixels to a pixel of the frame at the neutral stance. */
  readonly picture: Picture
  /** Half the paper's size, pixels of the frame at the neutral stance. */
  readonly halfWidth: number
  readonly halfHeight: number
}

const WHITE_BORDER = 9

/** The plate's middle on paper with a white border: less contrast than the original, blacks that are grey. */
export function printOf({ picture, interEye }: Plate): Print {
  const halfWidth = Math.round((2.4 * interEye) / DETAIL)
  const halfHeight = Math.round((2.9 * interEye) / DETAIL)
  const print = emptyPicture(Math.round(2 * halfWidth * DETAIL), Math.round(2 * halfHeight * DETAIL))
  const colour = new Float32Array(3)
  for (let y = 0; y < print.height; y += 1) {
    for (let x = 0; x < print.width; x += 1) {
      const inside = Math.min(x, y, print.width - 1 - x, print.height - 1 - y) >= WHITE_BORDER * DETAIL
      sampleAt(picture, (picture.width - print.width) / 2 + x, (picture.height - print.height) / 2 + y, colour)
      for (let c = 0; c < 3; c += 1) print.data[(y * print.width + x) * 3 + c] = inside ? ink(colour[c]!, c) : 236 - 4 * c
    }
  }
  for (const side of [-1, 1]) thumb(print, side)
  return { picture: print, halfWidth, halfHeight }
}

const ink = (value: number, channel: number): number => Math.round(22 + 208 * (value / 255) ** 0.94 - (channel === 2 ? 4 : 0))

/** A thumb over the paper's edge, below. */
function thumb({ width, height, data }: Picture, side: number): void {
  const [cx, cy] = [width * (0.5 + 0.46 * side), height * 0.8]
  for (let y = Math.floor(height * 0.66); y < height * 0.94; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [along, across] = [(x - cx) * side + 0.35 * (y - cy), (y - cy) * 0.9 - 0.3 * (x - cx) * side]
      const distance = Math.hypot(along / 62, across / 21)
      if (distance > 1) continue
      const light = 1 - 0.35 * distance ** 2
      data.set([Math.round(205 * light), Math.round(152 * light), Math.round(124 * light)], (y * width + x) * 3)
    }
  }
}

/** Paper as a surface: darker where it turns from the light, with a faint sheen. */
export function paper({ picture, halfWidth, halfHeight }: Print, { yaw, pitch }: Stance): Surface {
  const light = 0.82 + 0.18 * Math.cos(((yaw - 8) * Math.PI) / 180) * Math.cos(((pitch - 10) * Math.PI) / 180)
  const sheenAt = halfWidth * (0.3 - yaw / 25)
  return (u, v, colour) => {
    const alpha = cover(u, v, halfWidth, halfHeight)
    if (alpha === 0) return 0
    sampleAt(picture, (u + halfWidth) * DETAIL - 0.5, (v + halfHeight) * DETAIL - 0.5, colour)
    const sheen = 10 * Math.exp(-(((u - sheenAt + 0.4 * v) / 70) ** 2))
    for (let c = 0; c < 3; c += 1) colour[c] = colour[c]! * light + sheen
    return alpha
  }
}

/** The print held flat before `background`. */
export function holdPrint(background: Picture, print: Print, stance: Stance): Picture {
  const picture = copyOf(background)
  drawPlane(picture, stance, paper(print, stance))
  return picture
}

const COLUMNS = 48
const ROWS = 12

/** The print bent round an upright cylinder, its middle nearest to the camera. @param radius over the print's width */
export function bendPrint(background: Picture, print: Print, radius: number, stance: Stance): Picture {
  const canvas = canvasOn(copyOf(background))
  const mesh = sheet(print)
  const r = 2 * print.halfWidth * radius
  const matrix = rotation(stance)
  const points = new Float32Array((COLUMNS + 1) * (ROWS + 1) * 3)
  for (let vertex = 0; vertex * 3 < points.length; vertex += 1) {
    const angle = ((mesh.texturePoints[vertex * 2]! + 0.5) / DETAIL - print.halfWidth) / r
    const down = (mesh.texturePoints[vertex * 2 + 1]! + 0.5) / DETAIL - print.halfHeight
    const [x, y, z] = turn(matrix, [r * Math.sin(angle), down, r * (1 - Math.cos(angle))], [0, 0, 0])
    const away = HELD_AT / stance.scale + z
    points.set([WIDTH / 2 + stance.dx + (x * HELD_AT) / away, HEIGHT / 2 + stance.dy + (y * HELD_AT) / away, away], vertex * 3)
  }
  const shade = (triangle: number): number => {
    const column = Math.floor(triangle / 2) % COLUMNS
    const angle = (((column + 0.5) / COLUMNS) * 2 - 1) * (print.halfWidth / r)
    return 0.55 + 0.45 * Math.max(0, Math.cos(angle - ((stance.yaw + 10) * Math.PI) / 180))
  }
  drawMesh(canvas, { ...mesh, points, shade })
  return canvas.picture
}

/** The flat paper as a grid of triangles. */
function sheet({ picture }: Print): Omit<Mesh, 'points'> {
  const texturePoints: number[] = []
  const triangles: number[] = []
  for (let row = 0; row <= ROWS; row += 1) {
    for (let column = 0; column <= COLUMNS; column += 1) {
      texturePoints.push((column / COLUMNS) * picture.width - 0.5, (row / ROWS) * picture.height - 0.5)
      const [a, b] = [row * (COLUMNS + 1) + column, (row + 1) * (COLUMNS + 1) + column]
      if (row < ROWS && column < COLUMNS) triangles.push(a, a + 1, b, a + 1, b + 1, b)
    }
  }
  return { texture: picture, texturePoints: Float32Array.from(texturePoints), triangles: Uint16Array.from(triangles) }
}
