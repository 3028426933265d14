import type { CalibrationProfile, Comparison } from '@lintas/core/comparison'
import type { Bundle, FrameMark, Manifest } from '@lintas/core/evidence'
import type { Action, MotionSample, PadAssessment, PadHint, PadPolicy, PadPreset, Route } from '@lintas/core/liveness'
import type { QualityAssessment, QualityReason } from '@lintas/core/quality'
import type { Purpose, StepClaims } from '@lintas/core/receipt'
import type { Template } from '@lintas/core/reference'
import type { Agreement } from './agreement.js'

/** A step of the session as the server recorded it. */
export interface VerificationStep {
  /** 1 to 7. */
  readonly n: number
  /** What the server drew. */
  readonly action: Action
  /** When the server told the action, and when it took the step's message: its own clock. */
  readonly openedAt: Date
  readonly takenAt: Date
  /** Of the verified step message. */
  readonly claims: StepClaims
  /** Which of its frames the server asked for, in the order in which it asked. */
  readonly open: readonly number[]
}

/** What is to be verified. The caller has verified every signature, and that receipt, steps and manifest belong together. */
export interface VerificationInput {
  readonly sid: string
  readonly purpose: Purpose
  readonly subjectId: string
  readonly route: Route
  readonly policy: PadPreset | PadPolicy
  /**
   * It was made without a network: its manifest lists no opened frames, since nobody had asked for any, and the server's clock knows of its steps only
   * that they were opened and taken between the issue of the pack and the receipt of the whole.
   */
  readonly deferred?: boolean
  /** Every step that was begun and taken, in order, failed ones too. */
  readonly steps: readonly VerificationStep[]
  readonly bundle: Bundle
  /** The subject's active reference. Without one a check-in is refused; an enrolment needs none. */
  readonly reference?: Template
  readonly calibration: CalibrationProfile
  /** Kept replay material of the subject's earlier sessions, as {@link Findings.replay} gave it. */
  readonly earlier: readonly Uint8Array[]
}

/** Layers that judge the evidence itself. */
export const EVIDENCE_LAYERS = [
  'evidence-commitment', // what was opened is not what was committed to
  'evidence-time', // the browser's times do not fit the server's, a moment came twice, or too few frames were kept to choose from
  'evidence-action', // the committed series does not show the challenge that the server drew
  'evidence-landmarks', // the opened frames do not show the face that the series tells of
  'action-unseen', // a frame that is to show its action does not
  'person-changed', // the opened frames are not of one person
  'replayed', // an earlier session was shown again
] as const
/** One of {@link EVIDENCE_LAYERS}. */
export type EvidenceLayer = (typeof EVIDENCE_LAYERS)[number]

/** Why a subject was not admitted. For the officer, never for the browser. */
export type FindingReason =
  | EvidenceLayer
  | 'pad:attack'
  | 'pad:undetermined'
  | 'comparison:non-match'
  | 'comparison:no-reference'
  | 'comparison:absent' // nothing was good enough to be compared
  | 'enrolment:too-few' // fewer than three frames were good enough
  | 'enrolment:disagree' // the good frames are not enough alike
  | `quality:${QualityReason}`

/** A frame that was opened, as the server saw it. */
export interface SeenFrame {
  /** Index into the steps, from 0, and of the frame within its step. */
  readonly step: number
  readonly index: number
  readonly mark: FrameMark
  /** The committed sample of the same moment; absent where the series has none. */
  readonly committed?: MotionSample
  /** What the server measured, in pixels of the whole picture; without a face only size and count. */
  readonly sample: MotionSample
  /** Under the usual requirements and those of an enrolment. */
  readonly quality: QualityAssessment
  readonly strict: QualityAssessment
  readonly look: Look
}

/** What an engine finds in one decoded frame, in pixels of that frame. */
export interface Look {
  readonly width: number
  readonly height: number
  readonly faceCount: number
  /** 478 × (x, y, z); absent without a face. */
  readonly landmarks?: Float32Array
  readonly quality: QualityAssessment
  readonly embeddings?: readonly Embedded[]
  readonly padLogOdds?: number
  /** Of the aligned face, `frameHash`. */
  readonly faceHash?: bigint
  readonly timingsMs: Readonly<Record<string, number>>
}

/** An embedding as the line makes it. */
export interface Embedded {
  readonly modelId: string
  readonly modelSha256: string
  readonly space: string
  readonly vector: Float32Array
}

/** Which nets are worth their time, of a frame in which a face was found. */
export interface Worth {
  /** It may be compared with a reference, so it is embedded in every space; else only in that in which a person is held against themselves. */
  readonly reference: boolean
  /** What the passive net says of it would count. */
  readonly passive: boolean
}

/**
 * Decodes one opened JPEG, finds its face, and runs those nets on it that are worth their time: a turned head tells nobody's name, and embedding and the
 * passive net take half of a frame's time.
 * @throws VerificationError `evidence-malformed` where it is none of the declared size
 */
export type Looker = (
  jpeg: Uint8Array,
  declared: { readonly width: number; readonly height: number },
  worthOf: (look: Look) => Worth,
) => Promise<Look>

/** Plain facts about an opened frame. */
export interface FrameFacts {
  readonly step: number
  readonly index: number
  readonly faces: number
  readonly quality: readonly QualityReason[]
  readonly agreement?: Agreement
  readonly padLogOdds?: number
}

/** Everything that verification found. For the record and the officer; of it only outcome and hint reach the browser. */
export interface Findings {
  readonly outcome: 'admitted' | 'refused'
  /** Empty exactly when admitted; most important first. An admitted enrolment still waits for an officer. */
  readonly reasons: readonly FindingReason[]
  /** What a person can do better. Names no layer and no score, and is the same for non-match and attack. */
  readonly hint?: PadHint | QualityReason
  /** What each layer found amiss, in words for the officer; empty lists where nothing was. */
  readonly layers: Readonly<Record<EvidenceLayer, readonly string[]>>
  readonly pad: PadAssessment
  readonly comparison?: Comparison
  /** Of the best opened frame, or of the fault seen most. */
  readonly quality?: QualityAssessment
  /** What the browser said of itself and of what it saw: claims, kept beside what was found. */
  readonly claimed?: Pick<Manifest, 'pad' | 'quality' | 'camera' | 'detector' | 'models' | 'build'>
  /** Where the browser's own findings differ from the server's. Told, never decisive. */
  readonly disagreement: readonly string[]
  readonly frames: readonly FrameFacts[]
  /** Of an enrolment that was admitted. */
  readonly template?: Template
  /** What to keep of this session for the search for replays: biometric data, to be sealed. */
  readonly replay: Uint8Array<ArrayBuffer>
  readonly timingsMs: Readonly<Record<string, number>>
}
