/** How a chip is cut from the picture for a model. */
export type CropSpec =
  /** Turned upright by the eyes, then the box of the turned landmarks, each axis × `scale`, resized to `size` × `size` (FaceNet). */
  | { readonly kind: 'upright-box'; readonly scale: number; readonly size: number }
  /** The similarity that brings five points onto a template (`arcface-112`: 112 × 112, scaled to `size`). */
  | { readonly kind: 'five-point'; readonly template: 'arcface-112'; readonly size: number }
  /** The box of the landmarks, each axis × `scale`, cut to the picture, resized bilinearly without averaging (passive PAD). */
  | { readonly kind: 'box'; readonly scale: number; readonly size: number }
  /** A region of interest around detector or landmarks, × `scale` (face landmarks). */
  | { readonly kind: 'roi'; readonly scale: number; readonly size: number }
  /** The whole picture, letterboxed into a square (face detector). */
  | { readonly kind: 'letterbox'; readonly size: number }

/** How pixel values 0…255 become what a net takes. */
export type Preprocessing =
  /** `(x − mean) / max(std, 1/√n)` over all `n` values of the picture. */
  | { readonly kind: 'standardise' }
  /** `(x − mean) · scale`. */
  | { readonly kind: 'affine'; readonly mean: number; readonly scale: number }

/** What runs a model. */
export type Backend = 'wasm' | 'webgpu' | 'node'

/** A file of an assets folder. */
export interface AssetFile {
  /** Path relative to the assets folder. */
  readonly file: string
  /** Exact length. */
  readonly bytes: number
  /** Lower-case hex. */
  readonly sha256: string
}

/** What a model is for. */
export type ModelKind = 'embedder' | 'landmarker-bundle' | 'face-detector' | 'face-landmarks' | 'face-blendshapes' | 'pad'

/** One model of the manifest: a file and everything needed to use it. */
export interface ModelEntry extends AssetFile {
  /** Unique in the manifest, e.g. `facenet-128.int8`. */
  readonly id: string
  readonly kind: ModelKind
  readonly licence: string
  /** The backends it is meant for. */
  readonly backends: readonly Backend[]
  /** Embedders only: embeddings of one space may be compared, others never; precisions of the same weights share one. */
  readonly space?: string
  /** The tensor it takes; its dims tell the batch, size and layout. */
  readonly input?: { readonly name: string; readonly dims: readonly number[]; readonly layout: 'NHWC' | 'NCHW' }
  /** The tensors it gives. */
  readonly outputs?: readonly { readonly name: string; readonly dims: readonly number[] }[]
  readonly preprocessing?: Preprocessing
  readonly crop?: CropSpec
  /** The graph takes a picture and its mirror image as a batch of two and gives one embedding. */
  readonly mirrorBatch?: boolean
  /** A chip (RGB bytes, size × size × 3) followed by the right output (float32, little-endian). */
  readonly knownAnswer?: AssetFile
}

/** A file of the runtime: a wasm binary or a worker script. */
export interface RuntimeEntry extends AssetFile {
  readonly name: 'ort-wasm' | 'ort-webgpu-wasm' | 'mediapipe-wasm' | 'worker' | 'worker-webgpu'
}

/** `assets.json`: what an assets folder holds. */
export interface AssetManifest {
  readonly schema: 'lintas-assets/1'
  readonly version: string
  readonly runtime: readonly RuntimeEntry[]
  readonly models: readonly ModelEntry[]
}

/** How far a download is. */
export interface AssetProgress {
  /** Bytes so far, over all files asked for; those found in the cache count at once. */
  readonly loadedBytes: number
  /** Bytes of all files, from the manifest (Content-Length counts compressed bytes). */
  readonly totalBytes: number
  /** `loadedBytes / totalBytes`, 0 to 1; never falls, a retried file included. */
  readonly fraction: number
}

/** Options of one {@link AssetSource.load}. */
export interface AssetLoadOptions {
  /** Stops the download; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: AssetProgress) => void
}

/** Where files come from: over HTTP with a cache in the browser, a folder in Node. */
export interface AssetSource {
  /** The manifest, read and checked once. @throws LintasError `assets-manifest` and the codes of a download. */
  manifest(signal?: AbortSignal): Promise<AssetManifest>
  /**
   * The bytes of `files`, in their order, each checked against length and sha256 before it is handed out.
   * @throws LintasError `assets-*`
   */
  load(files: readonly AssetFile[], options?: AssetLoadOptions): Promise<readonly Uint8Array<ArrayBuffer>[]>
}
