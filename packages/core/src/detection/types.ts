import type { Frame } from '../capture/index.js'
import type { Box } from '../numeric/index.js'

/** How the head is turned, in degrees, relative to the camera. */
export interface Pose {
  /** Positive when the subject turns to their own left (towards the right edge of an unmirrored picture), −90 to 90. */
  readonly yaw: number
  /** Positive when the subject looks up, −90 to 90. */
  readonly pitch: number
  /** Positive when the head tilts clockwise as the camera sees it, −180 to 180. */
  readonly roll: number
}

/** A face as the landmark engines see it. */
export interface Face {
  /** 478 points × (x, y, z) in pixels of the picture; z is depth relative to the head's middle, on x's scale, smaller is nearer. Topology of MediaPipe's face mesh with irises. */
  readonly landmarks: Float32Array
  /** The bounding box of the landmarks, pixels; may reach beyond the picture. */
  readonly box: Box
  readonly pose: Pose
  /** 4 × 4 facial transformation matrix, column-major, centimetres: canonical face → camera. */
  readonly matrix: Float32Array
  /** The landmark net's presence score, 0 to 1. Absent where the engine does not tell it (MediaPipe). */
  readonly presence?: number
}

/** Which landmark engine: MediaPipe's FaceLandmarker (needs WebGL) or the same nets through ONNX Runtime. */
export type DetectorEngine = 'mediapipe' | 'onnx'

/** `video`: consecutive frames of one camera, tracked from one to the next. `still`: a picture that has nothing to do with the one before. */
export type DetectionMode = 'video' | 'still'

/** Finds faces and their landmarks. */
export interface Detector {
  readonly engine: DetectorEngine
  /**
   * The faces in `frame`, largest first, at most `maxFaces` of the detector; none is an empty list, never an error.
   * @throws LintasError `detector-run`
   */
  detect(frame: Frame, mode: DetectionMode): Promise<readonly Face[]>
  /** Forgets what was tracked: the next video frame starts anew. */
  reset(): void
  close(): void
}
