import type { Claims } from './agency.js'
import { TIME_ZONE, timeIn } from './clock.js'
import type { Language, Say } from './language.js'

/** What a verified decision says, for a `dl`. */
export function claimPairs(claims: Claims, say: Say, language: Language): readonly (readonly [string, string])[] {
  const { outcome, assurance, at, iss, aud, sid, seq, head } = claims
  return [
    [say('claim-outcome'), say(`outcome-${outcome}`)],
    [say('claim-assurance'), assurance],
    [say('claim-at'), at === undefined ? say('none') : timeIn(TIME_ZONE, new Date(at * 1000), language)],
    [say('claim-server'), iss],
    [say('claim-agency'), aud],
    [say('claim-session'), sid],
    // A first refusal stands at an empty ledger.
    [say('claim-ledger'), seq === 0 ? say('none') : say('claim-ledger-row', { seq, head })],
  ]
}
