import type { Claims } from './agency.js'
import { TIME_ZONE, timeIn } from './clock.js'
import type { Language, Say } from './language.js'

/** What a verified decision says, for a `dl`. */
export function claimPairs(claims: Claims, say: Say, language: Language): readonly (readonly [string, string])[] {
  const { outcome, assurance, at, interval, iss, aud, sid, seq, head } = claims
  const moments = interval ?? (at === undefined ? [] : [at])
  return [
    [say('claim-outcome'), say(`outcome-${outcome}`)],
    [say('claim-assurance'), assurance],
    [say('claim-at'), moments.length === 0 ? say('none') : moments.map((moment) => timeIn(TIME_ZONE, new Date(moment * 1000), language)).join(' – ')],
    [say('claim-server'), iss],
    [say('claim-agency'), aud],
    [say('claim-session'), sid],
    // A first refusal stands at an empty ledger.
    [say('claim-ledger'), seq === 0 ? say('none') : say('claim-ledger-row', { seq, head })],
  ]
}
