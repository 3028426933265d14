import type { PadHint, PadReason } from './types.js'

/** What to do about a reason. Reasons without an entry are nothing that a person at the camera can mend. */
const ADVICE: Partial<Readonly<Record<PadReason, PadHint>>> = {
  'challenge-early-action': 'wait-for-action',
  'challenge-wrong-action': 'follow-actions',
  'challenge-action-time': 'follow-actions',
  'challenge-total-time': 'follow-actions',
  'challenge-unfinished': 'follow-actions',
  'challenge-face-lost': 'stay-in-view',
  'challenge-several-faces': 'alone',
  'challenge-page-hidden': 'stay-on-page',
  'challenge-clock-jumped': 'stay-on-page',
  'continuity-several-faces': 'alone',
  'continuity-face-lost': 'stay-in-view',
  'continuity-gap': 'stay-on-page',
  'continuity-too-few': 'stay-in-view',
  'passive-too-dark': 'more-light',
  'passive-no-room': 'more-room',
  'passive-unsure': 'more-light',
  'passive-too-few': 'more-room',
  'shape-still': 'move-clearly',
  'shape-unsure': 'move-clearly',
  'shape-too-few': 'stay-in-view',
}

/** The hint for the first of `reasons` about which something can be done. */
export function adviceOn(reasons: readonly PadReason[]): PadHint | undefined {
  return reasons.map((reason) => ADVICE[reason]).find((hint) => hint !== undefined)
}
