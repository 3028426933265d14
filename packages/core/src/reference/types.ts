/** The embedding part of a template: one space. */
export interface TemplateEmbedding {
  readonly space: string
  readonly modelId: string
  readonly modelSha256: string
  /** Length 1 (L2): the quality-weighted mean of the samples' embeddings, scaled to length 1. */
  readonly vector: Float32Array
}

/** A reference made of features: what is stored of a data subject and compared with a probe. Biometric data. */
export interface Template {
  readonly schema: 'lintas-template/1'
  /** A random or agency-given id; never a name. */
  readonly subjectId: string
  /** One per space, ordered by space. */
  readonly embeddings: readonly TemplateEmbedding[]
  /** ISO 8601, UTC. */
  readonly createdAt: string
  /** Samples it was made of, 1 or more. */
  readonly sampleCount: number
  /** Mean quality score of those samples, 0 to 1. */
  readonly quality: number
}
