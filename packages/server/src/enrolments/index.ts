export { approveEnrolment, listLapsed, listPending, rejectEnrolment, type Approval, type PendingEnrolment } from './approve.js'
export { enrol, type EnrolmentRequest, type PendingAnswer } from './enrol.js'
export { seePortrait } from './portrait.js'
export type { Duplicates, DuplicateSearch, EnrolmentParts } from './ports.js'
