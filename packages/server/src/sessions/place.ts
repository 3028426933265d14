import { Fault } from '../errors/index.js'
import { isAtOffice, placeFrom, placeRules, type Place } from '../place/index.js'
import { judgeLimit, limitState, lockSubject, losePlace, noteAttempt, type Scope, type Session } from '../storage/index.js'
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
  const secrets = keyring.keyIds.map((keyId) => keyring.secret('place', keyId))
  const placed = placeFrom(facts, placeRules(offices?.get(tenantId), secrets, tenantId, now.getTime()))
  if (placed === undefined || 'by' in placed) return placed
  if (placed.refused === 'office-unknown') return new Fault(422, 'place-office', 'There is no such office')
  await noteAttempt(scope, subjectId, 'begin')
  return new Fault(422, 'place-code', 'This is not the code that the office shows now')
}

/**
 * Looks once more where the browser is, where a place rests on the office's address: whoever opened the session there may have handed it to
 * somebody elsewhere. Not there, or nobody knows where: then the place is only said, and the policy decides. It is no refusal, since mobile networks
 * change addresses between two requests.
 * @returns the session as it stands then
 */
export async function lookAgain(
  scope: Scope,
  { offices }: Pick<SessionParts, 'offices'>,
  session: Session,
  at: NonNullable<Session['placeLost']>,
  clientAddress: string | undefined,
): Promise<Session> {
  const { sid, place, placeBy, tenantId } = session
  if (place === null || placeBy !== 'egress' || isAtOffice(place, clientAddress, offices?.get(tenantId))) return session
  await losePlace(scope, sid, at)
  return { ...session, placeBy: 'claim', placeLost: at }
}

/** Where a session took place: what a kiosk's key shows comes before what was said when the session was opened. */
export function placeOfDecision({ place, placeBy }: Session, kiosk: string | undefined): Place | undefined {
  if (kiosk !== undefined) return { place: `kiosk:${kiosk}`, by: 'kiosk' }
  return place === null ? undefined : { place, by: placeBy ?? 'claim' }
}

/** What an officer is told of a place that was shown when the session was opened, and not at `begin` or with the evidence. */
export const lostPlace = ({ placeLost }: Session): readonly string[] => (placeLost === null ? [] : [`place-lost:${placeLost}`])
