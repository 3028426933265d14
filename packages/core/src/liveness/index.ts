import type { PadAssessment } from './types.js'

export * from './challenge/index.js'
export * from './continuity/index.js'
export * from './fusion/index.js'
export * from './injection/index.js'
export { PAD_LAYERS, type LayerEvidence, type LayerReason, type PadLayer } from './layers.js'
export * from './motion/index.js'
export * from './passive/index.js'
export { motionSampleOf, type AnalysedFrame, type MotionExtras, type MotionSample } from './sample.js'
export * from './shape/index.js'
export { adviceOn } from './advice.js'
export { judgeLiveness, type LivenessRecord } from './judge.js'
export type { PadOutcome } from './outcome.js'
export { toldPad, type PadAssessment, type PadHint, type PadReason, type ToldPad } from './types.js'

/** What is said where no layer of liveness has looked: undetermined, which the default policy refuses. */
export const PAD_NOT_ASSESSED: PadAssessment = { outcome: 'undetermined', reasons: ['not-assessed'] }
