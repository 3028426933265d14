import type { DetectorEngine } from '../detection/index.js'
import type { Action, InjectionFacts, MotionSample, PadAssessment, Route } from '../liveness/index.js'
import type { Box } from '../numeric/index.js'
import type { QualityAssessment } from '../quality/index.js'

/** A candidate frame as the series tells of it: committed to before anybody says which one is to be opened. */
export interface FrameMark {
  /** Of the frame it was cut from, milliseconds on the capturing side's clock. */
  readonly timestampMs: number
  /** What part of the picture it shows, whole pixels of the picture. */
  readonly region: Box
  /** Pixels of the JPEG; never more than the region has. */
  readonly width: number
  readonly height: number
}

/** A candidate frame with its bytes. */
export interface CandidateFrame extends FrameMark {
  readonly jpeg: Uint8Array<ArrayBuffer>
}

/** Everything that was recorded of one step. */
export interface StepSeries {
  /** The action as the browser understood it. */
  readonly action: Action
  /** When it was revealed, on the frames' clock, milliseconds. */
  readonly revealedMs: number
  /** The frame that completed it; absent where it was not done. */
  readonly doneMs?: number
  /**
   * Every analysed frame since the step before ended (of step 1: since the challenge began), in order, up to the closing frame. Embeddings are left
   * out. Decoded, landmarks other than {@link SERIES_LANDMARKS} are NaN, and eye opening, mouth opening and inter-eye distance are computed from the points.
   */
  readonly samples: readonly MotionSample[]
  /** In order of time, 1 to 12; the last one is the closing frame where the action was done. */
  readonly frames: readonly FrameMark[]
}

/** A part of the evidence: how long it is, and SHA-256 of its bytes in base64url. */
export interface PartMark {
  readonly bytes: number
  readonly sha256: string
}

/** What the browser says of itself and of what it saw. Claims, all of it. */
export interface Manifest {
  readonly schema: 'lintas-evidence/1'
  readonly sid: string
  readonly route: Route
  /** Of each step, in order. */
  readonly series: readonly PartMark[]
  /** Opened frames in the order in which they are sent. */
  readonly opened: readonly (PartMark & { readonly step: number; readonly index: number })[]
  readonly camera: Pick<InjectionFacts, 'label' | 'width' | 'height' | 'frameRate'>
  /** ISO 8601 of the device's own clock: told, never used online. */
  readonly clock: { readonly startedAt: string; readonly finishedAt: string }
  readonly detector: DetectorEngine
  /** Every model that ran: manifest id and sha256 of its file, hex as the models' manifest has it. */
  readonly models: readonly { readonly id: string; readonly sha256: string }[]
  readonly build: { readonly version: string; readonly sha256?: string }
  readonly pad: PadAssessment
  readonly quality?: QualityAssessment
}

/** What is sent in the end, as bytes. */
export interface Bundle {
  /** The receipt's JWS. */
  readonly receipt: string
  readonly manifest: Uint8Array<ArrayBuffer>
  readonly series: readonly Uint8Array<ArrayBuffer>[]
  readonly frames: readonly Uint8Array<ArrayBuffer>[]
}
