/**
 * What verification judges by. Each was set between what honest evidence and what forged evidence gave: docs/evaluation/server-verification.json
 * (`node test/evaluation/server-verification.mjs`), whose names stand beside each.
 */
export const VERIFICATION_LIMITS = {
  /** Longest that the browser's time from reveal to closing frame may exceed the server's, milliseconds: frames are told by when they were taken, and a slow phone analyses them up to a second later. */
  clockSlackMs: 1000,
  /** Least committed points of a face that can be compared with. */
  points: 40,
  /** Most RMS distance between committed and own landmarks, inter-eye distances. */
  agreement: 0.1,
  /** Most difference of yaw, pitch or roll, degrees. */
  agreementDeg: 8,
  /** Most difference of the inter-eye distance, natural logarithm. */
  agreementSize: 0.12,
  /** Share of the motion stage's limits that a single frame must reach by the server's own landmarks against the rest that was committed to. */
  actionShare: 0.7,
  /** The same against the closing frames that were opened: people do not come back to quite the same rest. */
  closingShare: 0.4,
  /** Most opening of the wider eye, as a share of the widest in the other opened frames, that counts as shut. */
  eyesShut: 0.7,
  /** Least cosine between opened frames in which the head is turned, the mouth open or the eyes shut, and the mean of the good ones. */
  turnedCosine: 0.3,
  /** Frames that the passive net must have judged. */
  passiveFrames: 3,
  /** Most turn or nod of a frame whose face is held against others at full strictness, degrees: as the live clips behind `SAME_SESSION_COSINE`. */
  frontalDeg: 30,
  /** Most differing bits of 256 of two aligned faces' hashes, and most distance of their points in shares of the face's side, of one and the same frame. */
  replayBits: 24,
  replayPoints: 0.006,
  /** Fewest good frames of an enrolment. */
  enrolmentFrames: 3,
} as const
