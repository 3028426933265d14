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
export { PAD_POLICIES, PAD_PRESETS, ROUTES, ROUTE_STEPS, toldPad } from './liveness/index.js'
export type {
  Action,
  LayerEvidence,
  PadAssessment,
  PadHint,
  PadLayer,
  PadOutcome,
  PadPolicy,
  PadPreset,
  PadReason,
  Route,
  ToldPad,
} from './liveness/index.js'
export { DEFAULT_SPACES, type Embedding } from './embedding/index.js'
export {
  createAnalyser,
  type AnalyseOptions,
  type Analyser,
  type AnalyserInfo,
  type AnalyserOptions,
  type Analysis,
  type LivenessReadings,
  type StageName,
} from './worker/index.js'
export * from './reference/index.js'
export * from './comparison/index.js'
export * from './check-in/index.js'
