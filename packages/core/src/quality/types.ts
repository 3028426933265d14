import type { Pose } from '../detection/index.js'

/** What is measured of a face in a picture. Each is bound to one frame; a measure that could not be taken is absent. */
export interface QualityMeasures {
  /** Distance between the pupils' centres, pixels. */
  readonly interEyeDistance: number
  /** Share of pixels in the face region above the clipping level, 0 to 1. */
  readonly overExposure: number
  /** Share of pixels in the upper face region, above the nose's tip where no beard grows, below the dark level, 0 to 1. */
  readonly underExposure: number
  /** Mean luminance of the face region, 0 to 1. */
  readonly luminance: number
  /** Spread of luminance in the face region, bits of entropy, 0 to 8. */
  readonly dynamicRange: number
  /** Likeness of the left and right half's luminance histograms, 0 to 1; 1 is even light. */
  readonly illuminationUniformity: number
  /** Sharpness of the face region at a fixed scale; see `sharpness.ts`. */
  readonly sharpness: number
  readonly pose: Pose
  /** Opening of each eye relative to its width, the smaller of both; about 0 closed, 0.25 and more open. */
  readonly eyeOpening: number
  /** Opening of the mouth (inner lips) relative to the inter-eye distance; about 0 closed. */
  readonly mouthOpening: number
  /** Smallest distance from the face's box to the picture's edge in inter-eye distances; negative when cut off. */
  readonly margin: number
  /** Inter-eye distance over the picture's shorter side. */
  readonly relativeSize: number
  /** Faces in the picture of a size with this one (a third of its width and more), itself among them; smaller ones stand behind. 1 or more. */
  readonly faceCount: number
  /**
   * Share of the upper face region that black does not swallow while the rest is lit, 0 to 1: low for sunglasses. Absent in a dark picture,
   * where darkness tells nothing. 1 does not mean uncovered: the landmark engines place 478 points whether or not a mask, a hand or a scarf
   * lies over them, and colour cannot tell a mask from a beard.
   */
  readonly visibility?: number
}

/** Why a sample is not good enough, each something the person can mend. */
export type QualityReason =
  | 'no-face'
  | 'several-faces'
  | 'too-far'
  | 'too-near'
  | 'off-centre'
  | 'too-dark'
  | 'too-bright'
  | 'uneven-light'
  | 'low-contrast'
  | 'turned'
  | 'tilted'
  | 'looking-up-down'
  | 'eyes-closed'
  | 'mouth-open'
  | 'covered'
  | 'blurred'

/** Whether a sample may be used, and if not, why: most important reason first. */
export interface QualityAssessment {
  readonly acceptable: boolean
  /** Empty exactly when acceptable. */
  readonly reasons: readonly QualityReason[]
  /** 0 to 1, for choosing the best of several acceptable frames; not a probability, and not ISO/IEC 29794-5's unified score. Absent without a face. */
  readonly score?: number
  /** Absent without a face. */
  readonly measures?: QualityMeasures
}
