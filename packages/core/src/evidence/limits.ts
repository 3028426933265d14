/** What evidence may have at most. Bytes of parts and of the whole; `frameSide` in pixels; a frame shows the landmarks' box × `scale`. */
export const EVIDENCE_LIMITS = {
  frameBytes: 65_536,
  framesPerStep: 12,
  /** Of the series of one step. */
  seriesBytes: 200_000,
  /** Of the series of one step: 33 seconds at 60 frames a second. */
  samples: 2000,
  manifestBytes: 65_536,
  /** The frames of the longest session at their largest, and 18 KB of series a step: a noisy camera must not be refused for its noise. */
  bundleBytes: 1_048_576,
  /** Characters, as of every signed message. */
  receiptBytes: 16_384,
  steps: 7,
  opened: 14,
  frameSide: 448,
  scale: 3,
} as const
