import { Fault } from '../errors/index.js'
import { assignmentsHere, findSubject, type Scope, type Session } from '../storage/index.js'
import { localDay, type Day } from '../time/index.js'
import { timeZoneOf } from './direction.js'
import type { SessionParts } from './ports.js'

/** What a check of an assignment needs. */
type Parts = Pick<SessionParts, 'regencyOf'>

/** The working day that a session is of: of a pack's its own, of any other the day on which it was opened, so that midnight breaks none under way. */
export async function dayOfSession(scope: Scope, { packDay, createdAt }: Pick<Session, 'packDay' | 'createdAt'>): Promise<Day> {
  return packDay ?? localDay(await timeZoneOf(scope), createdAt)
}

/** As {@link checkAssigned}, on the day of an instant. */
export async function checkAssignedAt(scope: Scope, parts: Parts, subjectId: string, instant: Date): Promise<void> {
  await checkAssigned(scope, parts, subjectId, localDay(await timeZoneOf(scope), instant))
}

/**
 * A transfer moves access: whoever is a person of the regency can be checked in, enrolled and attested for here on days of an assignment to this agency
 * alone, days of the tenant's time zone. What was recorded stays, and subjects without a person are their agency's own. Where nobody can tell, nobody may.
 * @throws Fault 409 `assignment-ended`, `assignment-not-begun`
 */
export async function checkAssigned(scope: Scope, { regencyOf }: Parts, subjectId: string, day: Day): Promise<void> {
  const personId = (await findSubject(scope, subjectId))?.personId ?? null
  if (personId === null) return
  const regencyId = await regencyOf?.(scope)
  const here = regencyId === undefined ? [] : await assignmentsHere(scope, regencyId, personId)
  if (here.some(({ startsOn, endsOn }) => startsOn <= day && (endsOn === null || endsOn >= day))) return
  const isAhead = here.length > 0 && here.every(({ startsOn }) => startsOn > day)
  if (isAhead) throw new Fault(409, 'assignment-not-begun', 'The assignment of this person to this agency had not begun on that day')
  throw new Fault(409, 'assignment-ended', 'This person was not assigned to this agency on that day')
}
