/** Numbers extracted from a sample by one model. An embedding is biometric data: treat it as a face. */
export interface Embedding {
  /** The manifest entry that made it, e.g. `facenet-128.int8`. */
  readonly modelId: string
  /** The sha256 of that entry's file. */
  readonly modelSha256: string
  /** Embeddings of one space may be compared, others never. */
  readonly space: string
  /** Length 1 (L2). */
  readonly vector: Float32Array
}
