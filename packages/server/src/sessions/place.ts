import { Fault } from '../errors/index.js'
import { placeFrom, placeRules, type Place } from '../place/index.js'
import { judgeLimit, limitState, lockSubject, noteAttempt, type Scope, type Session } from '../storage/index.js'
import type { NewCheckIn } from './issue.js'
import type { SessionParts } from './ports.js'
import { refusedAttempt } from './refusals.js'

/**
 * Where a session is asked for. A wrong code counts as an attempt of the subject, so that nobody tries them all: ten an hour of a million.
 * A `Fault` is given and not thrown, since what was counted must be written.
 */
export async function placeOfRequest(
  scope: Scope,
  { keyring, offices }: Pick<SessionParts, 'keyring' | 'offices'>,
  { subjectId, place, clientAddress }: NewCheckIn,
): Promise<Place | Fault | undefined> {
  if (typeof place === 'string') return { place, by: 'claim' }
  const facts = { ...place, ...(clientAddress === undefined ? {} : { clientAddress }) }
  if (facts.code !== undefined) {
    // Under the lock: of many guesses at once each finds those before it counted.
    await lockSubject(scope, subjectId)
    const { verdict } = judgeLimit(await limitState(scope, subjectId), 'begin', scope.now.getTime())
    const tooMany = refusedAttempt(verdict, scope.now)
    if (tooMany !== undefined) return tooMany
  }
  const { tenantId, now } = scope
  const placed = placeFrom(facts, placeRules(offices?.get(tenantId), keyring.secret('place'), tenantId, now.getTime()))
  if (placed === undefined || 'by' in placed) return placed
  if (placed.refused === 'office-unknown') return new Fault(422, 'place-office', 'There is no such office')
  await noteAttempt(scope, subjectId, 'begin')
  return new Fault(422, 'place-code', 'This is not the code that the office shows now')
}

/** Where a session took place: what a kiosk's key shows comes before what was said when the session was opened. */
export function placeOfDecision({ place, placeBy }: Session, kiosk: string | undefined): Place | undefined {
  if (kiosk !== undefined) return { place: `kiosk:${kiosk}`, by: 'kiosk' }
  return place === null ? undefined : { place, by: placeBy ?? 'claim' }
}
