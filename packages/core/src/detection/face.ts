import { landmarkBox } from './points.js'
import { poseFromMatrix } from './pose.js'
import type { Face } from './types.js'

/** A {@link Face} of what an engine gives: its box and pose follow from the landmarks and the matrix. */
export function faceOf(landmarks: Float32Array, matrix: Float32Array, presence?: number): Face {
  const face = { landmarks, box: landmarkBox(landmarks), pose: poseFromMatrix(matrix), matrix }
  return presence === undefined ? face : { ...face, presence }
}

/** The faces with the largest box first: the person at the camera, not those behind. */
export function largestFirst(faces: readonly Face[]): readonly Face[] {
  const area = ({ box }: Face): number => box.width * box.height
  return [...faces].sort((one, other) => area(other) - area(one))
}
