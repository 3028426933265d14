import type { LayerEvidence } from '../layers.js'
import type { ChallengeReason, ChallengeState } from './types.js'

/** Why the challenge does not speak for a bona fide presentation. */
export type ChallengeLayerReason = `challenge-${ChallengeReason | 'unfinished'}`

/**
 * What a challenge says to fusion: `bona-fide` when it was passed, else `undetermined`, never `attack`. Whoever takes left for right twice is no
 * attacker; a film of other actions is refused all the same, for every policy asks for a challenge that was passed.
 * The score is the number of actions done, the threshold how many were needed.
 */
export function challengeEvidence(state: ChallengeState): LayerEvidence<ChallengeLayerReason> {
  const done = state.phase === 'idle' ? [] : state.done
  const needed = 'needed' in state ? { threshold: state.needed } : {}
  const reason = state.phase === 'failed' ? state.reason : 'unfinished'
  const passed = state.phase === 'passed'
  const actions = done.map(({ action, revealedMs, doneMs }) => `${action} ${Math.round(doneMs - revealedMs)} ms`).join(', ')
  const oneMore = 'oneMore' in state
  return {
    layer: 'challenge',
    outcome: passed ? 'bona-fide' : 'undetermined',
    score: done.length,
    ...needed,
    weight: 1,
    reasons: passed ? [] : [`challenge-${reason}`],
    evidence: { actions, oneMore, replaced: 'fault' in state },
  }
}
