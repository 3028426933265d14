import {
  adviceOn,
  assessContinuity,
  assessInjection,
  assessPad,
  assessPassive,
  assessShape,
  challengeEvidence,
  INJECTION_RAISES,
  PASSIVE_LIMITS,
  SAME_SESSION_COSINE,
  turnsHead,
  type ChallengeState,
  type LayerEvidence,
  type MotionSample,
  type PadAssessment,
  type PadReason,
  type PassiveLimits,
} from '@lintas/core/liveness'
import { VERIFICATION_LIMITS } from './limits.js'
import { isPlain, PERSON_SPACE, personVector } from './person.js'
import type { Recorded } from './recorded.js'
import { mostSamples } from './timing.js'
import type { SeenFrame, VerificationInput } from './types.js'

/** The server's net sees the opened frames alone, as JPEGs: fewer count than in the browser, and they score lower. */
export const SERVER_PASSIVE_LIMITS: PassiveLimits = {
  ...PASSIVE_LIMITS,
  frames: VERIFICATION_LIMITS.passiveFrames,
  bonaFide: VERIFICATION_LIMITS.passiveBonaFide,
}

/**
 * All layers of PAD anew: shape, continuity and injection over the committed series, the passive net on the opened frames. Nothing that the browser's
 * nets said enters: its log-odds and embeddings are dropped for the server's own.
 */
export function assessEvidence(
  { policy }: Pick<VerificationInput, 'policy'>,
  { samples, steps, manifest }: Recorded,
  frames: readonly SeenFrame[],
  challenge: ChallengeState,
): PadAssessment {
  const own = ownSamples(samples.slice(0, mostSamples(steps)), frames)
  const layers = [
    challengeEvidence(challenge),
    assessShape(own),
    assessContinuity(own, { leastCosine: SAME_SESSION_COSINE[PERSON_SPACE], embeddedFrames: 1 }),
    assessPassive(inOrder(frames), SERVER_PASSIVE_LIMITS),
    withUntold(assessInjection(own, manifest.camera), untold(samples, manifest)),
  ]
  const fused = assessPad(layers, policy)
  // Every layer that was heard is of this version, so its reasons are known ones.
  const reasons = fused.reasons as readonly PadReason[]
  const hint = fused.outcome === 'undetermined' ? adviceOn(mendable(reasons, challenge)) : undefined
  return { ...fused, reasons, ...(hint !== undefined && { hint }) }
}

/** What every browser with this client tells; where it is missing somebody left it out, and its layer could not look. */
export function untold(samples: readonly MotionSample[], { camera }: Pick<Recorded['manifest'], 'camera'>): readonly string[] {
  const hashed = samples.filter(({ frameHash }) => frameHash !== undefined).length
  return [
    ...(camera.width === undefined || camera.height === undefined ? ['size of the camera’s picture'] : []),
    ...(hashed < VERIFICATION_LIMITS.hashedShare * samples.length ? ['hashes of the pictures'] : []),
  ]
}

/** Absence is no all-clear: the policy is raised as by a hint. */
function withUntold(injection: LayerEvidence, missing: readonly string[]): LayerEvidence {
  if (missing.length === 0) return injection
  const score = Math.max(injection.score ?? 0, INJECTION_RAISES)
  return { ...injection, score, evidence: { ...injection.evidence, untold: missing.join(', ') } }
}

/** The committed samples with the server's embeddings in place of what the browser's nets said. */
function ownSamples(samples: readonly MotionSample[], frames: readonly SeenFrame[]): readonly MotionSample[] {
  const vectors = new Map(frames.flatMap((frame) => (frame.committed && isPlain(frame) ? [[frame.committed, personVector(frame)] as const] : [])))
  return samples.map((sample) => {
    const { padLogOdds: _theirs, embedding: _given, ...claimed } = sample
    const embedding = vectors.get(sample)
    return embedding === undefined ? claimed : { ...claimed, embedding }
  })
}

/** As the server saw them, by the time that was committed to. */
function inOrder(frames: readonly SeenFrame[]): readonly MotionSample[] {
  return frames.map(({ sample }) => sample).sort((one, other) => one.timestampMs - other.timestampMs)
}

/** Whoever was not asked to turn the head is not told to turn it further. */
function mendable(reasons: readonly PadReason[], challenge: ChallengeState): readonly PadReason[] {
  const turned = 'done' in challenge && challenge.done.some(({ action }) => turnsHead(action))
  return turned ? reasons : reasons.filter((reason) => !reason.startsWith('shape-'))
}
