import type { AssetProgress, Backend } from '../assets/index.js'
import type { Drawable } from '../capture/index.js'
import type { DetectionMode, DetectorEngine, Face } from '../detection/index.js'
import type { Embedding } from '../embedding/index.js'
import type { Box, Chip, Raster } from '../numeric/index.js'
import type { PictureDetail } from '../liveness/index.js'
import type { QualityAssessment } from '../quality/index.js'

/** The stages whose time is told. */
export type StageName = 'read' | 'detection' | 'quality' | 'alignment' | 'embedding' | 'stream' | 'passive' | 'evidence'

/** What of the line an {@link Analyser} runs on a picture. */
export interface AnalyseOptions {
  /** Default `still`. */
  readonly mode?: DetectionMode
  /** When to embed: `never`; `acceptable` (quality found no fault); `always` (a face is there). Default `acceptable`. */
  readonly embed?: 'never' | 'acceptable' | 'always'
  /** How strict quality judges: `usual` for a check-in, `strict` for an enrolment. Default `usual`. */
  readonly requirements?: 'usual' | 'strict'
  /**
   * Which of several faces: the `largest` (who stands at the camera), or the most `central` of those at least a third as wide as the largest
   * (a picture that was taken of somebody, as in sets of pictures like LFW, whose labels mean the face in the middle). Default `largest`.
   */
  readonly face?: 'largest' | 'central'
  /** Hand out the chips that were embedded. Default false. */
  readonly chips?: boolean
  /**
   * What liveness measures besides: `stream` (the picture's hash and its noise against the frame before), `passive` (that, and what the passive
   * net says of the chosen face; needs an analyser made with `liveness`). Default `none`.
   */
  readonly liveness?: 'none' | 'stream' | 'passive'
  /** Hand out the face with its surroundings as a JPEG ({@link EvidenceFrame}), for whoever repeats the line elsewhere. Default false. */
  readonly evidence?: boolean
  /** Milliseconds on the capturing side's clock. Default: the moment of the call. */
  readonly timestampMs?: number
  /** Gives up waiting; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

/** What liveness measured in one picture besides landmarks and quality. What was not measured is absent. */
export interface LivenessReadings {
  /** Perceptual hash of the whole picture, `frameHash`. */
  readonly frameHash: bigint
  /** Noise against the frame before, grey levels of 0 to 255: `noiseBetween`. */
  readonly noise?: number
  /** How fine the picture is for its size. Where the passive net looked, and there is something to measure. */
  readonly detail?: PictureDetail
  /** The passive net's log-odds of bona fide, natural logarithm. Where it looked. */
  readonly padLogOdds?: number
}

/** The face of an analysed picture with its surroundings, as evidence: `evidenceRegion` of the chosen face. */
export interface EvidenceFrame {
  /** Of the picture, milliseconds on the capturing side's clock. */
  readonly timestampMs: number
  /** What part of the picture it shows, whole pixels of the picture. */
  readonly region: Box
  /** Pixels of the JPEG, at most 448 and never more than the region has. */
  readonly width: number
  readonly height: number
  /** At most 64 KiB. */
  readonly jpeg: Uint8Array<ArrayBuffer>
}

/** What the line found in one picture. */
export interface Analysis {
  readonly timestampMs: number
  /** Pixels of the picture. */
  readonly width: number
  readonly height: number
  /** The one that was chosen first, then the others, largest first. */
  readonly faces: readonly Face[]
  /** Of the chosen face; says `no-face` or `several-faces` where that is so. */
  readonly quality: QualityAssessment
  /** Of the chosen face, one per space. Absent when not asked for, not acceptable, or no face. */
  readonly embeddings?: readonly Embedding[]
  /** Per space. Present when asked for and embedded. */
  readonly chips?: Readonly<Record<string, Chip>>
  /** Present when asked for. */
  readonly liveness?: LivenessReadings
  /** Present when asked for, exactly one face stands there, and a JPEG within the limit can be made of it. */
  readonly evidence?: EvidenceFrame
  /** Milliseconds per stage that ran. */
  readonly timingsMs: Readonly<Partial<Record<StageName, number>>>
}

/** What an {@link Analyser} turned out to run on. */
export interface AnalyserInfo {
  readonly backend: Backend
  readonly threads: number
  readonly detector: DetectorEngine
  /** Manifest ids of the embedders. */
  readonly models: readonly string[]
  /** The spaces that are embedded, in the same order. */
  readonly spaces: readonly string[]
  /** Manifest id of the passive net; absent without `liveness`. */
  readonly pad?: string
  /** Every model that was loaded, those of the detector too: manifest id, and SHA-256 of its file in hex. */
  readonly files?: readonly { readonly id: string; readonly sha256: string }[]
  /** What was tried before and failed, e.g. WebGPU's known answer, in order. */
  readonly fallbacks: readonly { readonly from: string; readonly to: string; readonly code: string }[]
}

/** The line frame → face → quality → embedding, wherever it runs. */
export interface Analyser {
  /**
   * Resolves when models are loaded and proven; rejects with the fault, which every `analyse` tells too. Asking again after a fault, or after
   * an idle worker was ended, starts anew (in Node a fault is final: make another analyser).
   */
  readonly ready: Promise<AnalyserInfo>
  /** A drawable is transferred: do not use it afterwards, it is closed in every case. A raster is copied. */
  analyse(picture: Drawable | Raster, options?: AnalyseOptions): Promise<Analysis>
  /** Forgets the tracked face: call it before another person stands there. */
  reset(): void
  /** Ends the worker; pending calls reject with `worker-closed`. */
  close(): void
}

/** Options of an {@link Analyser}. */
export interface AnalyserOptions {
  /** The assets folder on the page's own origin, e.g. `/lintas/`. */
  readonly assets: string | URL
  /** The spaces to embed, e.g. those of the calibration profile. Default: the shipped profile's. */
  readonly spaces?: readonly string[]
  /** Load the passive net too: a check-in that assesses liveness needs it. Default true. */
  readonly liveness?: boolean
  /** Default `wasm`. `webgpu` is tried where the browser has it (never on WebKit) and falls back to `wasm`. */
  readonly backend?: 'wasm' | 'webgpu'
  /** Default `auto`: MediaPipe where WebGL exists, else ONNX. */
  readonly detector?: 'auto' | DetectorEngine
  /** Most faces that are told apart, 2 to 8: with one nobody could be refused for company. Default 2. */
  readonly maxFaces?: number
  /** Threads of the WASM backend, 1 to 8. Default: 1, or up to 4 where the page is cross-origin isolated and the browser is not WebKit. */
  readonly threads?: number
  /** Milliseconds without a call after which the worker ends to give memory back; the next call starts it again. 0: never; at most 2147483647. Default 120000. */
  readonly idleMs?: number
  /** Longest time without any answer while analyses wait, milliseconds; beyond it the worker counts as dead and is restarted at the next call. Default 30000. */
  readonly timeoutMs?: number
  readonly onProgress?: (progress: AssetProgress) => void
}
