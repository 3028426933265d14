/**
 * Points of MediaPipe's 478-point face mesh that later stages name. "Right" and "left" are the subject's own.
 * Source: MediaPipe's canonical face model and `face_mesh_connections`.
 */
export const LANDMARK = {
  rightEyeOuter: 33,
  rightEyeInner: 133,
  leftEyeInner: 362,
  leftEyeOuter: 263,
  rightIris: 468,
  leftIris: 473,
  noseTip: 1,
  mouthRight: 61,
  mouthLeft: 291,
  upperLipInner: 13,
  lowerLipInner: 14,
  foreheadTop: 10,
  chin: 152,
  rightCheekEdge: 234,
  leftCheekEdge: 454,
} as const

/** How many points a face has. */
export const LANDMARK_COUNT = 478
