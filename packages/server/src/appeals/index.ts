export { APPEAL_DAYS, close, lodge } from './appeal.js'
export { hold, release, type Held, type HoldRequest } from './hold.js'
export { openEvidence, openFrame, type OpenedEvidence, type OpenedFrame } from './opened.js'
export type { Officers } from './two-officers.js'
