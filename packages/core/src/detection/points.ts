import type { Box, Point } from '../numeric/index.js'
import { LANDMARK } from './landmark-indices.js'

/** Point `index` of landmarks laid out as in `Face.landmarks`, pixels. @throws RangeError when there is no such point. */
export function landmarkAt(landmarks: Float32Array, index: number): Point {
  const x = landmarks[index * 3]
  const y = landmarks[index * 3 + 1]
  if (x === undefined || y === undefined) throw new RangeError(`landmark ${index} of ${landmarks.length / 3}`)
  return { x, y }
}

/** The middles between the corners of each eye, pixels; they stay where they are when the gaze moves, which irises do not. */
export function eyeCentres(landmarks: Float32Array): { readonly right: Point; readonly left: Point } {
  const between = (first: number, second: number): Point => {
    const [p, q] = [landmarkAt(landmarks, first), landmarkAt(landmarks, second)]
    return { x: (p.x + q.x) / 2, y: (p.y + q.y) / 2 }
  }
  return {
    right: between(LANDMARK.rightEyeOuter, LANDMARK.rightEyeInner),
    left: between(LANDMARK.leftEyeInner, LANDMARK.leftEyeOuter),
  }
}

/** The bounding box of all landmarks, pixels. */
export function landmarkBox(landmarks: Float32Array): Box {
  return boundsAlong(landmarks, { x: 1, y: 0 })
}

/**
 * The bounding box of all landmarks in axes turned so that the first runs along the unit vector `direction` and the second a quarter
 * turn clockwise from it (as the picture is seen): `x` and `y` of the box are coordinates along those axes.
 */
export function boundsAlong(landmarks: Float32Array, direction: Point): Box {
  let [minS, minT, maxS, maxT] = [Infinity, Infinity, -Infinity, -Infinity]
  for (let index = 0; index + 1 < landmarks.length; index += 3) {
    const x = landmarks[index] ?? 0
    const y = landmarks[index + 1] ?? 0
    const s = direction.x * x + direction.y * y
    const t = direction.x * y - direction.y * x
    if (s < minS) minS = s
    if (s > maxS) maxS = s
    if (t < minT) minT = t
    if (t > maxT) maxT = t
  }
  return { x: minS, y: minT, width: maxS - minS, height: maxT - minT }
}
