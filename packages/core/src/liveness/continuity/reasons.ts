/** Why the layer of continuity did not find one person before one camera. */
export const CONTINUITY_REASONS = [
  'continuity-face-lost', // no face for longer than a blink of the detector
  'continuity-several-faces', // somebody else at the camera
  'continuity-person-changed', // the first, key and last frames are not of one person
  'continuity-jump', // pose, place or size leapt as no head does
  'continuity-frozen', // the picture stood still
  'continuity-looped', // a stretch of pictures came again
  'continuity-clock', // times that fall, stand still or are no numbers
  'continuity-size', // the picture changed its size: the phone was turned, or another camera took over
  'continuity-gap', // no picture for too long: anything may have happened meanwhile
  'continuity-too-few', // too few frames to tell
] as const

/** One of {@link CONTINUITY_REASONS}. */
export type ContinuityReason = (typeof CONTINUITY_REASONS)[number]
