import type { Face } from '../detection/index.js'
import { LANDMARK, landmarkAt } from '../detection/index.js'
import type { Point } from '../numeric/index.js'

/** Distance between the pupils' centres, pixels. Source: ISO/IEC 29794-5, inter-eye distance. */
export function interEyeDistance(landmarks: Float32Array): number {
  return distance(landmarkAt(landmarks, LANDMARK.rightIris), landmarkAt(landmarks, LANDMARK.leftIris))
}

/**
 * Opening of the eyes, the smaller of both: height of the lids' gap over the eye's width; about 0 closed, 0.2 to 0.4 open, and less for narrow
 * eyes, which is why only all but closed ones are a fault. Source: ISO/IEC 29794-5, eyes open; ratio after Soukupová and Čech (2016).
 */
export function eyeOpening(landmarks: Float32Array): number {
  const { right, left } = eyeOpenings(landmarks)
  return Math.min(right, left)
}

/** Opening of the subject's own right and left eye, as {@link eyeOpening} measures it. */
export function eyeOpenings(landmarks: Float32Array): { readonly right: number; readonly left: number } {
  return { right: openingOf(landmarks, RIGHT_EYE), left: openingOf(landmarks, LEFT_EYE) }
}

/** Opening of the mouth: distance of the inner lips over the inter-eye distance; about 0 closed. Source: ISO/IEC 29794-5, mouth closed. */
export function mouthOpening(landmarks: Float32Array): number {
  return distance(landmarkAt(landmarks, LANDMARK.upperLipInner), landmarkAt(landmarks, LANDMARK.lowerLipInner)) / interEyeDistance(landmarks)
}

/**
 * Smallest distance from the landmarks' box to the picture's edge, in inter-eye distances; negative when the face is cut off. The box ends at
 * forehead and chin: hair and headdress do not count. Source: ISO/IEC 29794-5, crop and margin measures.
 */
export function margin({ box, landmarks }: Pick<Face, 'box' | 'landmarks'>, width: number, height: number): number {
  return Math.min(box.x, box.y, width - box.x - box.width, height - box.y - box.height) / interEyeDistance(landmarks)
}

interface EyePoints {
  readonly corners: readonly [number, number]
  /** Pairs of upper and lower lid. */
  readonly lids: readonly (readonly [number, number])[]
}

// MediaPipe's face mesh: corners, and the three middle points of each lid.
const RIGHT_EYE: EyePoints = {
  corners: [LANDMARK.rightEyeOuter, LANDMARK.rightEyeInner],
  lids: [
    [160, 144],
    [159, 145],
    [158, 153],
  ],
}
const LEFT_EYE: EyePoints = {
  corners: [LANDMARK.leftEyeInner, LANDMARK.leftEyeOuter],
  lids: [
    [385, 380],
    [386, 374],
    [387, 373],
  ],
}

/** Every landmark that {@link interEyeDistance}, {@link eyeOpenings} and {@link mouthOpening} read. */
export const MEASURED_POINTS: readonly number[] = [
  ...[RIGHT_EYE, LEFT_EYE].flatMap(({ corners, lids }) => [...corners, ...lids.flat()]),
  ...[LANDMARK.rightIris, LANDMARK.leftIris, LANDMARK.upperLipInner, LANDMARK.lowerLipInner],
]

function openingOf(landmarks: Float32Array, { corners, lids }: EyePoints): number {
  const gap = lids.reduce((sum, [upper, lower]) => sum + distance(landmarkAt(landmarks, upper), landmarkAt(landmarks, lower)), 0) / lids.length
  return gap / distance(landmarkAt(landmarks, corners[0]), landmarkAt(landmarks, corners[1]))
}

function distance(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y)
}
