import { CANONICAL_FACE } from './canonical-face.js'
import { procrustes, type Similarity3, type Triple } from './procrustes.js'

// MediaPipe's default virtual camera: vertical field of view 63°, near plane at 1 cm.
const HALF_HEIGHT = Math.tan((63 / 2) * (Math.PI / 180))
const NEAR = 1
// Points of the mesh without irises: the depth they average is the reference plane.
const MESH_POINTS = 468
// Points closer together than this share of the picture's height are numbers without a face (MediaPipe leaves such out, too).
const LEAST_SPAN = 0.001

const SOURCE: readonly Triple[] = CANONICAL_FACE.map(([, , x, y, z]) => [x, y, z])
const WEIGHTS: readonly number[] = CANONICAL_FACE.map(([, weight]) => weight)

/**
 * The 4 × 4 facial transformation matrix (column-major, centimetres, canonical face → camera) that MediaPipe's face geometry gives for
 * `landmarks` in a picture of `width` × `height` pixels: the points are put on the near plane of its virtual camera, a first scale is
 * found there, with it they are moved into space, a second scale corrects the first, and the canonical face is fitted to the result.
 * @returns undefined when the points do not span a face.
 */
export function transformationMatrix(landmarks: Float32Array, width: number, height: number): Float32Array | undefined {
  const screen = onNearPlane(landmarks, width, height)
  if (!(spanOf(screen) > LEAST_SPAN)) return undefined
  const depth = meanDepth(landmarks, height)
  const first = fit(screen.map(([x, y, z]) => [x, y, -z]))
  if (first === undefined) return undefined
  const second = fit(intoSpace(screen, depth, first.scale))
  if (second === undefined) return undefined
  const pose = fit(intoSpace(screen, depth, first.scale * second.scale))
  return pose === undefined ? undefined : columnMajor(pose)
}

function fit(target: readonly Triple[]): Similarity3 | undefined {
  return procrustes(SOURCE, target, WEIGHTS)
}

/** The weighted points on the near plane, y up; z on x's scale, larger is farther. */
function onNearPlane(landmarks: Float32Array, width: number, height: number): readonly Triple[] {
  // Pixels are square, so one factor serves all three axes.
  const unit = (2 * HALF_HEIGHT * NEAR) / height
  return CANONICAL_FACE.map(([index]) => {
    const [x = NaN, y = NaN, z = NaN] = landmarks.subarray(index * 3, index * 3 + 3)
    return [(x - width / 2) * unit, (height / 2 - y) * unit, z * unit]
  })
}

function meanDepth(landmarks: Float32Array, height: number): number {
  let sum = 0
  for (let index = 0; index < MESH_POINTS; index += 1) sum += landmarks[index * 3 + 2] ?? NaN
  return ((sum / MESH_POINTS) * 2 * HALF_HEIGHT * NEAR) / height
}

/** Width and height of the points together, in heights of the picture; NaN when one is not a number. */
function spanOf(screen: readonly Triple[]): number {
  const extent = (values: readonly number[]): number => Math.max(...values) - Math.min(...values)
  return (extent(screen.map(([x]) => x)) + extent(screen.map(([, y]) => y))) / (2 * HALF_HEIGHT * NEAR)
}

/** Away from the near plane by the scale, x and y along their lines of sight; the camera looks along −z. */
function intoSpace(screen: readonly Triple[], depth: number, scale: number): readonly Triple[] {
  return screen.map(([x, y, z]) => {
    const away = (z - depth + NEAR) / scale
    return [(x * away) / NEAR, (y * away) / NEAR, -away]
  })
}

function columnMajor({ rotation, scale, translation }: Similarity3): Float32Array {
  const column = (index: number): number[] => [0, 3, 6].map((row) => scale * (rotation[row + index] ?? NaN))
  return Float32Array.from([...column(0), 0, ...column(1), 0, ...column(2), 0, ...translation, 1])
}
