import type { InjectionReason } from './reasons.js'

/**
 * What each hint weighs. They add up to 1 at most; no sum of them decides. A label is easily changed (tools rename OBS's camera to that of a
 * well-known webcam), and phones as webcams, background filters and capture cards are honest people's: hence no block.
 */
export const INJECTION_WEIGHTS: Readonly<Record<InjectionReason, number>> = {
  'injection-virtual-camera': 0.5,
  'injection-size-differs': 0.3,
  'injection-rate-differs': 0.2,
  'injection-upscaled': 0.2,
  'injection-no-jitter': 0.1,
  'injection-no-noise': 0.2,
}

/** From this sum on fusion asks for more: a virtual camera's label, or two or three of the others together. */
export const INJECTION_RAISES = 0.5
