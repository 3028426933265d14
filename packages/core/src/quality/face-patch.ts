import { resample } from '../alignment/index.js'
import { LANDMARK, eyeCentres, landmarkAt } from '../detection/index.js'
import { clamp, invert, similarity, transform, type Affine, type Point, type Raster } from '../numeric/index.js'

/** Distance between the eyes' middles in the patch, pixels. Every pixel measure is taken at this scale, so that it means the same near and far. */
export const PATCH_EYE_DISTANCE = 48

const WIDTH = 96
const HEIGHT = 112
/** Where the middle between the eyes lies in the patch. */
const EYES_AT: Point = { x: WIDTH / 2, y: 36 }

/**
 * The inner face: brows, the edges of the cheeks below the temples, the jaw. No ears, no hair, no forehead above the brows: a hijab, a peci,
 * a turban or a fringe is not in it. Indices of MediaPipe's face mesh, clockwise as the camera sees it.
 */
const OUTLINE = [
  70, 63, 105, 66, 107, 336, 296, 334, 293, 300, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136, 172, 58, 132,
  93, 234, 127,
]

/** The nose's tip lies between these rows in 99 % of LFW; a head thrown back or far turned must not leave too little, or all, of the face above it. */
const NOSE_ROWS: readonly [number, number] = [52, 80]

/** How far the outline is drawn in towards its middle: the very edge of cheek and jaw shows cloth and background. */
const DRAWN_IN = 0.85

/** The inner face in grey, upright and at a fixed scale. */
export interface FacePatch {
  /** Pixels. */
  readonly width: number
  readonly height: number
  /** Luminance 0 to 255 (Rec. 709 weights on the coded values), row by row. */
  readonly luminance: Float32Array
  /** 1 inside the inner face, 0 outside. */
  readonly inside: Uint8Array
  /** Pixels inside; 0 when the face lies wholly outside the picture. */
  readonly count: number
  /** Row of the nose's tip: no beard grows above it. */
  readonly noseRow: number
}

/**
 * Cuts the inner face out of `raster`: turned upright by the eyes, scaled to {@link PATCH_EYE_DISTANCE}, averaged when it shrinks. Pixels that lie
 * outside the picture do not count as inside the face.
 * @throws RangeError when the eyes coincide
 */
export function facePatch(raster: Raster, landmarks: Float32Array): FacePatch {
  const { right, left } = eyeCentres(landmarks)
  const half = PATCH_EYE_DISTANCE / 2
  const toPatch = similarity(
    [right, left],
    [
      { x: EYES_AT.x - half, y: EYES_AT.y },
      { x: EYES_AT.x + half, y: EYES_AT.y },
    ],
  )
  const toPicture = invert(toPatch)
  const { data } = resample(raster, toPicture, WIDTH, HEIGHT)
  const luminance = new Float32Array(WIDTH * HEIGHT)
  for (let at = 0; at < luminance.length; at += 1) {
    luminance[at] = 0.2126 * (data[at * 3] ?? 0) + 0.7152 * (data[at * 3 + 1] ?? 0) + 0.0722 * (data[at * 3 + 2] ?? 0)
  }
  const inside = fill(outline(landmarks, toPatch), toPicture, raster)
  const noseRow = clamp(transform(toPatch, landmarkAt(landmarks, LANDMARK.noseTip)).y, ...NOSE_ROWS)
  return { width: WIDTH, height: HEIGHT, luminance, inside, count: inside.reduce((sum, one) => sum + one, 0), noseRow }
}

function outline(landmarks: Float32Array, toPatch: Affine): readonly Point[] {
  const points = OUTLINE.map((index) => transform(toPatch, landmarkAt(landmarks, index)))
  const middle = {
    x: points.reduce((sum, { x }) => sum + x, 0) / points.length,
    y: points.reduce((sum, { y }) => sum + y, 0) / points.length,
  }
  return points.map(({ x, y }) => ({ x: middle.x + DRAWN_IN * (x - middle.x), y: middle.y + DRAWN_IN * (y - middle.y) }))
}

/** Even-odd filling of a polygon, row by row, without what lies outside the picture. */
function fill(polygon: readonly Point[], toPicture: Affine, { width, height }: Raster): Uint8Array {
  const inside = new Uint8Array(WIDTH * HEIGHT)
  for (let row = 0; row < HEIGHT; row += 1) {
    const crossings = crossingsAt(polygon, row + 0.5)
    for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
      const start = Math.max(0, Math.ceil((crossings[pair] ?? 0) - 0.5))
      const end = Math.min(WIDTH, Math.ceil((crossings[pair + 1] ?? 0) - 0.5))
      for (let column = start; column < end; column += 1) {
        const { x, y } = transform(toPicture, { x: column + 0.5, y: row + 0.5 })
        if (x >= 0 && y >= 0 && x <= width && y <= height) inside[row * WIDTH + column] = 1
      }
    }
  }
  return inside
}

function crossingsAt(polygon: readonly Point[], y: number): number[] {
  const crossings: number[] = []
  polygon.forEach((from, index) => {
    const to = polygon[(index + 1) % polygon.length] ?? from
    if (from.y <= y !== to.y <= y) crossings.push(from.x + ((y - from.y) / (to.y - from.y)) * (to.x - from.x))
  })
  return crossings.sort((one, other) => one - other)
}
