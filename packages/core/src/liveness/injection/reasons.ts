/** What hints at a stream that does not come from a camera's sensor. Each is a hint; none decides. */
export const INJECTION_REASONS = [
  'injection-virtual-camera', // the camera's label is that of a program
  'injection-size-differs', // frames of another size than the camera says
  'injection-rate-differs', // frames faster than the camera says
  'injection-upscaled', // the picture has less detail than its size claims, with the traces of enlarging
  'injection-no-jitter', // times more even than a camera and a scheduler give
  'injection-no-noise', // flat places are the same to the last bit from frame to frame
] as const

/** One of {@link INJECTION_REASONS}. */
export type InjectionReason = (typeof INJECTION_REASONS)[number]
