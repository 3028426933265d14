/** Why layers that were heard did not add up to a bona fide presentation. */
export const FUSION_REASONS = [
  'layer-missing', // a layer was not heard: what nobody looked at admits nobody
  'layer-unknown', // a layer, an outcome or a reason that this version does not know
  'layer-contradicts', // a layer that says bona fide, and with it a reason against, no weight, or a score that is no number
  'layer-undetermined', // a layer that the policy requires could not tell
] as const

/** One of {@link FUSION_REASONS}. */
export type FusionReason = (typeof FUSION_REASONS)[number]
