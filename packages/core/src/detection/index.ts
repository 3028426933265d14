export { LANDMARK, LANDMARK_COUNT } from './landmark-indices.js'
export { boundsAlong, eyeCentres, landmarkAt, landmarkBox } from './points.js'
export { poseFromMatrix } from './pose.js'
export type { DetectionMode, Detector, DetectorEngine, Face, Pose } from './types.js'
