/** Why the passive layer did not find a bona fide presentation. */
export const PASSIVE_REASONS = [
  'passive-attack', // over the frames the net sees a print or a screen
  'passive-unsure', // between the two limits
  'passive-too-dark', // frames too dark to speak for anybody
  'passive-no-room', // the face fills the picture: too little is to be seen around it
  'passive-too-few', // too few frames that count
] as const

/** One of {@link PASSIVE_REASONS}. */
export type PassiveReason = (typeof PASSIVE_REASONS)[number]
