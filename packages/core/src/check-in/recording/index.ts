export { EvidenceRecorder } from './recorder.js'
export type { AttemptRecorder, SeenFrame, StepRecord } from './types.js'
