import { LintasCheckin } from './checkin.js'
import { LintasEnrolment } from './enrolment.js'

// A second copy on the page must not throw: the first one stays.
if (customElements.get('lintas-checkin') === undefined) customElements.define('lintas-checkin', LintasCheckin)
if (customElements.get('lintas-enrolment') === undefined) customElements.define('lintas-enrolment', LintasEnrolment)

export * from './index.js'
