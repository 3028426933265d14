/**
 * The line of work from a camera's frame to an application decision. Each stage is also an entry of its own, e.g. `@lintas/core/quality`.
 *
 * @packageDocumentation
 */
export { LintasError, ERROR_CODES, type ErrorCode, type ErrorDetails } from './errors/index.js'
export type { AssetProgress } from './assets/index.js'
export type { Chip, Raster } from './numeric/index.js'
export * from './capture/index.js'
export type { DetectionMode, Detector, DetectorEngine, Face, Pose } from './detection/index.js'
export type { QualityAssessment, QualityMeasures, QualityReason } from './quality/index.js'
export type { PadAssessment, PadOutcome, PadReason } from './liveness/index.js'
export { DEFAULT_SPACES, type Embedding } from './embedding/index.js'
export {
  createAnalyser,
  type AnalyseOptions,
  type Analyser,
  type AnalyserInfo,
  type AnalyserOptions,
  type Analysis,
  type StageName,
} from './worker/index.js'
export * from './reference/index.js'
export * from './comparison/index.js'
export * from './check-in/index.js'
