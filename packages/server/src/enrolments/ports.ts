import type { Template } from '@lintas/core/reference'
import type { SessionParts } from '../sessions/index.js'

/** Looks for a face among those who are enrolled already. */
export interface DuplicateSearch {
  /** Subjects of this tenant, other than the one itself, who may be the same person; whether people of other tenants may be is only said as a number. */
  search(tenantId: string, subjectId: string, template: Template): Promise<Duplicates>
}

/** Who may be the same person. */
export interface Duplicates {
  /** Subject ids of the tenant. */
  readonly own: readonly string[]
  /** How many elsewhere. */
  readonly elsewhere: number
}

/** All that enrolments need. */
export interface EnrolmentParts extends SessionParts {
  readonly duplicates: DuplicateSearch
}
