import type { Template } from '@lintas/core/reference'
import type { SessionParts } from '../sessions/index.js'

/** Looks for a face among those who are enrolled already. */
export interface DuplicateSearch {
  /** Subjects of this tenant, other than the one itself, who may be the same person; whether people of other tenants may be is only said as a number. */
  search(tenantId: string, subjectId: string, template: Template): Promise<Duplicates>
  /** Flags them for the regency's officers; called once the enrolment is settled. */
  flag(tenantId: string, subjectId: string, template: Template): Promise<void>
}

/** Who may be the same person. */
export interface Duplicates {
  /** Subject ids of the tenant. */
  readonly own: readonly string[]
  /** How many elsewhere. */
  readonly elsewhere: number
}

/** Whether anybody was found. */
export const isFound = ({ own, elsewhere }: Duplicates): boolean => own.length > 0 || elsewhere > 0

/** All that enrolments need. */
export interface EnrolmentParts extends SessionParts {
  readonly duplicates: DuplicateSearch
}
