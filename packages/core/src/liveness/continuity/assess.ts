import type { LayerEvidence } from '../layers.js'
import type { MotionSample } from '../sample.js'
import { isSameSize, largestJump, LONGEST_STEP_MS } from './jumps.js'
import { personContinuity, type PersonContinuity } from './person.js'
import type { ContinuityReason } from './reasons.js'
import { repeatsOf, type Repeats } from './repeats.js'
import { longestStretchMs, stretchesOf, timingOf, type Stretch, type Timing } from './timing.js'

/** What continuity is held against. */
export interface ContinuityFacts {
  /**
   * Least cosine between embeddings of one person within one session, in the space of the samples' embeddings. Default
   * {@link SAME_SESSION_COSINE} for compact-512.
   */
  readonly leastCosine?: number
  /** Frames that must carry an embedding, 0 or more; with fewer the layer is undetermined. Default 0: compared only where given. */
  readonly embeddedFrames?: number
}

/** Limits of the layer; see docs/evaluation/shape.json, `continuity`. */
export const CONTINUITY_LIMITS: Readonly<
  Record<'frames' | 'faceLostMs' | 'absenceMs' | 'severalFacesMs' | 'gapMs' | 'frozenMs' | 'repeated', number>
> = {
  /** Least frames with a face. */
  frames: 5,
  /** Longest time without a face that could be measured, milliseconds: live clips lose it for single frames only, and to change places takes longer. */
  faceLostMs: 500,
  /**
   * The same where somebody was embedded between any two such absences, and before the first and after the last: whoever took the place meanwhile
   * was held against those before. What the challenge lets pass (1500 ms until the last frame without a face), and the frame after it at 3 a second.
   */
  absenceMs: 2000,
  /** Longest time with several faces, milliseconds; single frames do not count. */
  severalFacesMs: 200,
  /** Longest step between frames, milliseconds: beyond it no motion can be followed. */
  gapMs: LONGEST_STEP_MS,
  /** Longest time of the same picture, milliseconds: live clips, compressed ones among them, hold one for 250 at most. */
  frozenMs: 1000,
  /** Least moments that came again with one spacing: live clips have 1 at most. */
  repeated: 6,
}

/**
 * Least cosine of two frames of one person in one session, quality acceptable in both, the head turned by up to 30°: in nine live clips from 0.43 and
 * 0.47, in frontal frames of one webcam (2,607 pairs) from 0.58 and 0.79; two people before that webcam (25,200 pairs) have 0.44 and 0.51 in 1 % of
 * pairs (docs/evaluation/shape.json, `person`). Whoever embeds frontal frames only may ask for more.
 */
export const SAME_SESSION_COSINE: Readonly<Record<'compact-512' | 'compact-192', number>> = { 'compact-512': 0.4, 'compact-192': 0.45 }

interface Findings {
  readonly faces: number
  readonly timing: Timing
  readonly lostMs: number
  readonly mostLostMs: number
  readonly severalMs: number
  readonly jump: number
  readonly resized: boolean
  readonly repeats: Repeats
  readonly person: PersonContinuity
}

/** Reasons that say attack; the others leave it open. */
const ATTACKS: readonly ContinuityReason[] = ['continuity-person-changed', 'continuity-jump', 'continuity-frozen', 'continuity-looped']

/**
 * Whether the frames show one person without a break, before a camera that goes on. `samples` are all analysed frames in their order, those without
 * a face too. Frames whose times are broken are judged no further: undetermined.
 * The score is the largest jump as a multiple of what is allowed, its threshold 1.
 */
export function assessContinuity(samples: readonly MotionSample[], facts: ContinuityFacts = {}): LayerEvidence<ContinuityReason> {
  const lost = stretchesOf(samples, isWithoutFace)
  const found: Findings = {
    faces: samples.filter(({ landmarks }) => landmarks !== undefined).length,
    timing: timingOf(samples),
    lostMs: longestStretchMs(lost),
    mostLostMs: isEmbeddedAround(samples, lost) ? CONTINUITY_LIMITS.absenceMs : CONTINUITY_LIMITS.faceLostMs,
    severalMs: longestStretchMs(stretchesOf(samples, ({ faceCount }) => faceCount > 1)),
    resized: samples.some((sample, index) => index > 0 && !isSameSize(samples[index - 1] ?? sample, sample)),
    jump: largestJump(samples),
    repeats: repeatsOf(samples),
    person: personContinuity(samples),
  }
  const reasons = found.timing.broken ? (['continuity-clock'] as const) : reasonsOf(found, facts)
  const attack = reasons.some((reason) => ATTACKS.includes(reason))
  const outcome = attack ? 'attack' : reasons.length > 0 ? 'undetermined' : 'bona-fide'
  return { layer: 'continuity', outcome, score: found.jump, threshold: 1, weight: 1, reasons, evidence: evidenceOf(samples.length, found) }
}

/** Nobody, or a face that could not be measured. */
function isWithoutFace({ faceCount, landmarks }: MotionSample): boolean {
  return !(faceCount >= 1) || (faceCount === 1 && landmarks === undefined)
}

/**
 * Whether a frame was embedded before the first absence, between any two, and after the last, the short ones too: somebody who takes the place in a
 * long one may give it back in a short one.
 */
function isEmbeddedAround(samples: readonly MotionSample[], lost: readonly Stretch[]): boolean {
  const starts = [0, ...lost.map(({ to }) => to + 1)]
  return starts.every((start, index) => samples.slice(start, lost[index]?.from).some(({ embedding }) => embedding !== undefined))
}

function reasonsOf(
  { faces, timing, lostMs, mostLostMs, severalMs, jump, resized, repeats, person }: Findings,
  facts: ContinuityFacts,
): readonly ContinuityReason[] {
  const { frames, severalFacesMs, gapMs, frozenMs, repeated } = CONTINUITY_LIMITS
  const { leastCosine = SAME_SESSION_COSINE['compact-512'], embeddedFrames = 0 } = facts
  const checks: readonly (readonly [ContinuityReason, boolean])[] = [
    ['continuity-person-changed', person.leastCosine !== undefined && !(person.leastCosine >= leastCosine)],
    ['continuity-looped', repeats.repeated >= repeated],
    ['continuity-frozen', repeats.frozenMs >= frozenMs],
    ['continuity-jump', !(jump <= 1)],
    ['continuity-several-faces', severalMs > severalFacesMs],
    ['continuity-face-lost', lostMs > mostLostMs],
    ['continuity-size', resized],
    ['continuity-gap', timing.longestGapMs > gapMs],
    ['continuity-too-few', faces < frames || person.embedded < embeddedFrames],
  ]
  return checks.filter(([, holds]) => holds).map(([reason]) => reason)
}

function evidenceOf(frames: number, { faces, timing, lostMs, severalMs, jump, repeats, person }: Findings): Record<string, number> {
  return {
    frames,
    framesWithFace: faces,
    lengthMs: timing.lengthMs,
    longestGapMs: timing.longestGapMs,
    faceLostMs: lostMs,
    severalFacesMs: severalMs,
    largestJump: jump,
    frozenMs: repeats.frozenMs,
    repeatedMoments: repeats.repeated,
    tellingMoments: repeats.telling,
    embedded: person.embedded,
    ...(person.leastCosine !== undefined && { leastCosine: person.leastCosine }),
  }
}
