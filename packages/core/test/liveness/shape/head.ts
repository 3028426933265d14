import { LANDMARK_COUNT } from '../../../src/detection/index.js'
import { CANONICAL_FACE } from '../../../src/detection/geometry/canonical-face.js'
import type { MotionSample } from '../../../src/liveness/sample.js'

/** Where and how something is held before a pinhole camera; degrees, centimetres. */
export interface Held {
  readonly yaw?: number
  readonly pitch?: number
  readonly roll?: number
  readonly distance?: number
  readonly x?: number
  readonly y?: number
}

export type Solid = readonly (readonly [x: number, y: number, z: number])[]

/** Points that the canonical face's basis lacks, roughly as faces have them, the subject's right side or the middle: x, y up, z towards the camera, cm. */
const RIGHT_HALF: readonly (readonly [index: number, mirrored: number, x: number, y: number, z: number])[] = [
  ...([
    [168, 168, 0, 3.3, 5.2],
    [197, 197, 0, 1.7, 6.3],
    [195, 195, 0, 1.1, 6.8],
    [5, 5, 0, 0.4, 7.2],
    [1, 1, 0, -1.1, 7.5],
    [2, 2, 0, -2.1, 6.1],
  ] as const),
  ...([
    [9, 9, 0, 4.9, 5.4],
    [8, 8, 0, 4, 5.3],
    [164, 164, 0, -2.7, 5.6],
    [167, 393, -0.6, -2.7, 5.5],
    [55, 285, -1.4, 4.2, 4.6],
  ] as const),
  ...([
    [193, 417, -1.3, 3.2, 4.6],
    [98, 327, -1.3, -1.8, 5.1],
    [48, 278, -1.6, -0.8, 5.2],
    [115, 344, -1.4, -0.5, 5.3],
    [45, 275, -0.7, -0.8, 7],
  ] as const),
  ...([
    [220, 440, -1, -0.9, 6.2],
    [118, 347, -4.2, 0.7, 3.5],
    [101, 330, -3.2, 0.3, 4],
    [50, 280, -4.6, -0.5, 3.7],
    [36, 266, -3, -0.2, 4.2],
  ] as const),
]

const ROUGH = new Map(
  RIGHT_HALF.flatMap(([index, mirrored, x, y, z]) => [[index, [x, y, z] as const] as const, [mirrored, [-x || 0, y, z] as const] as const]),
)

/** A head with a nose: the canonical face's own points where the shape layer looks, anything elsewhere. Centimetres, y down, z away from the camera. */
export const HEAD: Solid = solidOf((_x, _y, z) => z)
/** The same face on paper. */
export const PRINT: Solid = solidOf(() => 0)
/** On paper bent round a cylinder of `radius` centimetres. */
export const bent = (radius: number): Solid =>
  solidOf((x) => radius - radius * Math.cos(x / radius)).map(([x, y, z]) => [radius * Math.sin(x / radius), y, z] as const)

function solidOf(depth: (x: number, y: number, z: number) => number): Solid {
  const known = new Map(CANONICAL_FACE.map(([index, , x, y, z]) => [index, [x, y, z] as const]))
  return Array.from({ length: LANDMARK_COUNT }, (_, index) => {
    const [x, y, z] = known.get(index) ?? ROUGH.get(index) ?? [((index * 7) % 13) - 6, ((index * 5) % 17) - 8, 3]
    return [x, -y, depth(x, -y, -z)] as const
  })
}

const FOCAL = 600
const RAD = Math.PI / 180

/** The solid's landmarks as a camera of 640 × 480 pixels sees them. */
export function sightOf(
  solid: Solid,
  { yaw = 0, pitch = 0, roll = 0, distance = 60, x = 0, y = 0 }: Held,
  noise: (at: number) => number = () => 0,
): Float32Array {
  const [cy, sy, cp, sp, cr, sr] = [
    Math.cos(yaw * RAD),
    Math.sin(yaw * RAD),
    Math.cos(pitch * RAD),
    Math.sin(pitch * RAD),
    Math.cos(roll * RAD),
    Math.sin(roll * RAD),
  ]
  const landmarks = new Float32Array(LANDMARK_COUNT * 3)
  solid.forEach(([px, py, pz], index) => {
    const [ax, ay] = [cr * px - sr * py, sr * px + cr * py]
    const [by, bz] = [cp * ay - sp * pz, sp * ay + cp * pz]
    const [cx, cz] = [cy * ax + sy * bz, -sy * ax + cy * bz]
    const depth = distance + cz
    landmarks.set([320 + (FOCAL * (cx + x)) / depth + noise(index * 2), 240 + (FOCAL * (by + y)) / depth + noise(index * 2 + 1), 0], index * 3)
  })
  return landmarks
}

/** A sample of a sight. The pose is that of a head: what a print makes an engine say is much less, which the layer must not rely on. */
export function sampleOfSight(landmarks: Float32Array, timestampMs: number, pose: { yaw: number; pitch: number; roll: number }): MotionSample {
  const at = (index: number): readonly [number, number] => [landmarks[index * 3] ?? NaN, landmarks[index * 3 + 1] ?? NaN]
  const [right, left] = [at(133), at(362)]
  const interEyeDistance = 2 * Math.hypot(right[0] - left[0], right[1] - left[1])
  const [x, y] = [right[0] - interEyeDistance / 2, right[1] - interEyeDistance / 2]
  return {
    ...{ timestampMs, width: 640, height: 480, faceCount: 1, landmarks, pose, interEyeDistance },
    box: { x, y, width: 2 * interEyeDistance, height: 2.4 * interEyeDistance },
  }
}
