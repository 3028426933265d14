export { EVIDENCE_LIMITS } from './limits.js'
export { SERIES_LANDMARKS } from './series-landmarks.js'
export type { Bundle, CandidateFrame, FrameMark, Manifest, PartMark, StepSeries } from './types.js'
