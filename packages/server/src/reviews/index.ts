export { listReviewPage, type ReviewPage, type ReviewPageQuery, type ReviewRow } from './list.js'
export { acceptReview, bindAndAccept, rejectReview, type Accepted, type Binding, type Bound, type Rejected, type ReviewOfficer } from './settle.js'
