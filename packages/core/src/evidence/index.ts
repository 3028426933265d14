export type { Bundle, CandidateFrame, FrameMark, Manifest, PartMark, StepSeries } from './types.js'
