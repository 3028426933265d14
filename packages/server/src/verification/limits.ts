/**
 * What verification judges by. Each was set between what honest evidence and what forged evidence gave: docs/evaluation/server-verification.json
 * (`node test/evaluation/server-verification.mjs`), whose names stand beside each.
 */
export const VERIFICATION_LIMITS = {
  /** Longest that the browser's time from reveal to closing frame may exceed the server's, milliseconds: frames are told by when they were taken, and a slow phone analyses them up to a second later. */
  clockSlackMs: 1000,
  /** Most samples a second that a camera gives, and how long before its first action a challenge may have begun, milliseconds. */
  samplesPerSecond: 70,
  samplesSlackMs: 15_000,
  /** Longest that samples of one step can have taken, milliseconds: without a network the server's clock says nothing. */
  longestStepMs: 45_000,
  /**
   * Apart that two moments lie at least which both could have been kept, milliseconds: browsers keep one whenever 150 ms have passed, which at 7 frames a
   * second is every 286 ms.
   */
  candidateEveryMs: 250,
  /**
   * Least pictures of a step, as a share of those moments less one (of twelve, where there are more), and most such moments from one candidate to the next, as
   * a multiple of what even spreading over twelve leaves, and two more. Puppets at 5 to 30 frames a second, a third of them dropped or none, kept 0.88 or more
   * of the moments and passed 2 at most (`density`; at 3 they finish no step); core's recorder under any jitter of 0.6 to 1.6 with stops of half a second stays within both (300,000 steps).
   */
  candidateShare: 0.6,
  candidateGap: 3,
  /** Least share of samples that tell the picture's hash: every frame of a challenge has one. */
  hashedShare: 0.9,
  /** Beyond this the server waited longer for a step than the browser tells of, milliseconds, and it is told: a line that bad is seldom. */
  waitedApartMs: 10_000,
  /**
   * Least time after which the same picture in the next step has come again and not stood still, milliseconds: a camera that gives twelve frames where twenty
   * are looked at gives the frame that closed a step once more after the next reveal. As continuity's `LEAST_LAG_MS`.
   */
  comeAgainMs: 700,
  /** Least committed points of a face that can be compared with. */
  points: 40,
  /**
   * Most RMS distance between committed and own landmarks, inter-eye distances. Honest frames reach 0.054, turned by up to 30° 0.025; those of another
   * moment with the head 12° elsewhere begin at 0.143. MediaPipe against ONNX, 0.0015 at the 95th percentile and 0.012 at most, comes on top.
   */
  agreement: 0.1,
  /** Most difference of yaw, pitch or roll, degrees. Honest frames 4.6 at most, 2.1 in 99 %; another moment from 8.8 on. */
  agreementDeg: 7,
  /** Most difference of the inter-eye distance, natural logarithm. Honest frames 0.042 at most. */
  agreementSize: 0.1,
  /** The same of the distance from the camera, which a series only claims. Honest frames 0.038 at most (523, of 21 clips and 24 puppets' films). */
  agreementDistance: 0.1,
  /**
   * Most RMS distance of parts of the face once they are aligned, inter-eye distances: over all points four of the nose could lie 0.39 elsewhere. The same
   * frames: nose 0.040 at most, lids 0.022, lips 0.049 (0.030 of clips), rigid points 0.024.
   */
  agreementParts: { nose: 0.065, lids: 0.035, lips: 0.075, rigid: 0.04 },
  /**
   * Share of the motion stage's limits that a single frame must reach by the server's own landmarks against the rest that was committed to. A frame that
   * counted reaches 1 there, and the two differ by 0.2 at most; heads at rest reach 0.14.
   */
  actionShare: 0.7,
  /** The same against the closing frames that were opened: people do not come back to quite the same rest (`REST_DEG` is half an action). */
  closingShare: 0.4,
  /** The same of a move by the distance between the eyes, against the committed points before it was asked for: puppets that move reach 1.5, and what else is done 0.5 at most. */
  moveShare: 0.6,
  /** Most opening of the wider eye, as a share of the widest in the other opened frames, that counts as shut. Shut eyes 0.27 at most, open ones from 0.94 on. */
  eyesShut: 0.7,
  /**
   * Least cosine between a frame in which the head is turned, the mouth open or the eyes shut, and the mean of the good ones: one person from 0.51 on,
   * two people up to 0.27.
   */
  turnedCosine: 0.38,
  /**
   * Most differing bits, of 256, of two aligned faces' hashes, and most distance of their points in shares of the face's side, of one and the same
   * frame. Re-encoded, cropped and brightened frames have 22 and 0.011 at most; the same people before the same webcam on other days from 46 bits on.
   * But heads at rest within one session are as near in a quarter of pairs, so that a single frame never decides: see `replayFrames`.
   */
  replayBits: 24,
  replayPoints: 0.011,
  /** Opened frames that must be frames of one earlier session. */
  replayFrames: 2,
  /** Frames that the passive net must have judged. */
  passiveFrames: 3,
  /**
   * Least median log-odds of a bona fide presentation: JPEG and shrinking take 0.95 from live frames in the middle, 0.73 from printed ones. Medians of
   * three live frames of NUAA lie above −2.6, of three printed ones below −2.7.
   */
  passiveBonaFide: -2.4,
  /** Most turn or nod of a frame whose face is held against others at full strictness, degrees: as the live clips behind `SAME_SESSION_COSINE`. */
  frontalDeg: 30,
  /** Fewest good frames of an enrolment. */
  enrolmentFrames: 3,
} as const
