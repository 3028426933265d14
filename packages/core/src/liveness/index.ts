import type { PadAssessment } from './types.js'

export type { PadAssessment, PadOutcome, PadReason } from './types.js'

/** What is said where no layer of liveness has looked: undetermined, which the default policy refuses. */
export const PAD_NOT_ASSESSED: PadAssessment = { outcome: 'undetermined', reasons: ['not-assessed'] }
