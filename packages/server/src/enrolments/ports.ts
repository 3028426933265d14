import type { Template } from '@lintas/core/reference'
import type { SessionParts } from '../sessions/index.js'

/** Looks for a face among those who are enrolled already. */
export interface DuplicateSearch {
  /** Subjects of this tenant, other than the one itself, who may be the same person; whether people of other tenants may be is only said as a number. */
  search(tenantId: string, subjectId: string, template: Template): Promise<Duplicates>
  /** Flags them for the regency's officers, and notes it with those of them who wait; called once the enrolment is settled. */
  flag(tenantId: string, subjectId: string, template: Template): Promise<void>
  /** References that the last search of this process left out; `undefined` before the first one. */
  leftOut?(): number | undefined
}

/** Who may be the same person. */
export interface Duplicates {
  /** Subject ids of the tenant. */
  readonly own: readonly string[]
  /** How many elsewhere. */
  readonly elsewhere: number
  /** References of others that could not be compared, since other models made them: whether one of them is this face nobody knows. */
  readonly leftOut: number
}

/** Whether anybody was found. */
export const isFound = ({ own, elsewhere }: Duplicates): boolean => own.length > 0 || elsewhere > 0

/** All that enrolments need. */
export interface EnrolmentParts extends SessionParts {
  readonly duplicates: DuplicateSearch
}
