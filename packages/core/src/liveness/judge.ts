import { adviceOn } from './advice.js'
import { challengeEvidence, turnsHead, type ChallengeState } from './challenge/index.js'
import { assessContinuity, type ContinuityFacts } from './continuity/index.js'
import { assessPad, type PadPolicy, type PadPreset } from './fusion/index.js'
import { assessInjection, type InjectionFacts } from './injection/index.js'
import type { LayerEvidence } from './layers.js'
import { assessPassive } from './passive/index.js'
import type { MotionSample } from './sample.js'
import { assessShape } from './shape/index.js'
import type { PadAssessment, PadReason } from './types.js'

/** What an attempt leaves behind to be judged. */
export interface LivenessRecord {
  /** Every analysed frame since the challenge began that had a time of its own, in order, those without a face too. */
  readonly samples: readonly MotionSample[]
  readonly challenge: ChallengeState
  readonly continuity: ContinuityFacts
  readonly injection: InjectionFacts
}

/**
 * All layers of liveness on one attempt, joined under `policy`. Between the layers it lets others run: on a slow phone together they would hold the
 * page for longer than one frame.
 * @throws TypeError for a policy that is none
 */
export async function judgeLiveness(
  { samples, challenge, continuity, injection }: LivenessRecord,
  policy: PadPreset | PadPolicy,
): Promise<PadAssessment> {
  const works = [
    () => assessShape(samples),
    () => assessContinuity(samples, continuity),
    () => assessPassive(samples),
    () => assessInjection(samples, injection),
  ]
  const heard: LayerEvidence[] = [challengeEvidence(challenge)]
  for (const work of works) {
    await anotherTask()
    heard.push(work())
  }
  const fused = assessPad(heard, policy)
  // Every layer that was heard is of this version, so its reasons are known ones.
  const reasons = fused.reasons as readonly PadReason[]
  // Who was asked for nothing is not told to follow what is asked.
  const told = challenge.phase === 'idle' ? reasons.filter((reason) => reason !== 'challenge-unfinished') : reasons
  const hint = fused.outcome === 'undetermined' ? adviceOn(mendable(told, challenge)) : undefined
  return { ...fused, reasons, ...(hint !== undefined && { hint }) }
}

/** Whoever was not asked to turn the head is not told to turn it further. */
function mendable(reasons: readonly PadReason[], challenge: ChallengeState): readonly PadReason[] {
  const turned = 'done' in challenge && challenge.done.some(({ action }) => turnsHead(action))
  return turned ? reasons : reasons.filter((reason) => !reason.startsWith('shape-'))
}

function anotherTask(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve)
  })
}
